"""The page on language games says what is: its commands run, its flags and numbers are those."""

import re
import shlex
from pathlib import Path

import pytest

from scg_envs.games.banana.game import WORD_COST
from scg_envs.train.verbal.roles import EVALUATORS, GENERATORS, PLAYERS

from .smollm2 import RECORDINGS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")


def commands():
    blocks = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_every_command_runs_as_it_stands(scg, server, actors, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = {
        "NAME": "tiny",
        "http://localhost:11434/v1": server.url,
        str(RECORDINGS.relative_to(ROOT)): str(RECORDINGS),
    }
    for command in commands():
        program, *arguments = shlex.split(command)
        assert program == "scg"
        code, said, error = scg(*(shown.get(argument, argument) for argument in arguments))
        unkept = "--out" not in arguments and error.startswith("scg: no folder is written")
        assert (code, error if not unkept else "") == (0, ""), command
        assert said
    assert len(commands()) >= 12
    assert {path.name for path in (tmp_path / "runs").iterdir() if path.is_dir()} == {
        "haggle",
        "gambit",
        "norm",
        "again",
    }


@pytest.mark.parametrize(
    ("flag", "choices"),
    [("seats", PLAYERS), ("generator", GENERATORS), ("evaluator", EVALUATORS)],
)
def test_every_choice_is_explained(flag, choices):
    (row,) = re.findall(rf"\| `--{flag}` \| (.*) \|", PAGE)
    assert re.findall(r"`(\w+)`", row) == list(choices)


def test_the_word_costs_what_is_said():
    assert f"minus {WORD_COST:g} for saying the word" in PAGE


def test_it_is_linked():
    assert "(docs/language.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
