"""`docs/play.md`: its commands are played, and its Python is run."""

import re
import shlex
from pathlib import Path

import pytest

from scg_envs.core.scenario import make_scenario
from scg_envs.train.cli.command_line import CommandLine
from scg_envs.train.commands import play as command
from scg_envs.train.commands.play import Play
from scg_envs.train.play.invite import invite
from scg_envs.train.play.session import Session
from scg_envs.train.search import search

from .scripted import Scripted, wait

PAGE = Path(__file__).parents[3] / "docs" / "play.md"
TEXT = PAGE.read_text(encoding="utf-8")
TYPED = re.findall(r"`scg (play [a-z_]+[^`]*)`|^scg (play [^\n]*)$|^  scg (play .*?)  ", TEXT, re.M)
SAID = re.findall(r"^  scg (play .*?)(?:  |$)", command.__doc__, re.M)
COMMANDS = sorted({next(filter(None, found)) for found in TYPED} | set(map(str.strip, SAID)))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder in which `runs/` has what the page names."""
    folder = tmp_path_factory.mktemp("play")
    for name, game in (("ppo", "barrier"), ("fresh", "rps_judge")):
        search(game, out=folder / "runs" / name, evaluations=4, batch=2)
    return folder


def test_all_ways_to_play_are_on_the_page():
    flags = {word for one in COMMANDS for word in one.split() if word.startswith("--")}
    assert flags >= {"--commitment", "--seat", "--against"}
    assert len(COMMANDS) >= 9


@pytest.mark.parametrize("words", COMMANDS)
def test_what_the_page_types_can_be_played(words, runs, monkeypatch):
    monkeypatch.chdir(runs)
    game = shlex.split(words)[1:]
    if game[:3] == ["household", "--commitment", "runs/ppo"]:
        game[0] = "barrier"
    play = CommandLine(Play, game).command()
    matchup = invite(
        play.scenario,
        seat=play.seat,
        commitment=play.commitment,
        against=play.against,
        client=Scripted() if play.against == "llm" else None,
    )
    session = Session(matchup, 0)
    for _ in range(200):
        wait(session)
        if session.over:
            break
        session.move(len(session.moves), session.offered[0])
    assert session.view()["result"]["lines"]


def test_a_run_says_what_is_announced_and_who_answers(runs):
    matchup = invite(make_scenario("rps_judge"), against=str(runs / "runs" / "fresh"))
    assert matchup.person == "one"
    assert matchup.others == ("two answers as the run has learned to.",)
    assert Session(matchup, 0).view()["announcement"]


def test_the_python_of_the_page(capsys):
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names = {}
    exec(compile(block, str(PAGE), "exec"), names)
    assert "Red will stand at column 1, row 6" in capsys.readouterr().out
    assert names["again"].view() == names["session"].view()
