"""Every page, in each of its states, is looked at in a real Chromium (`eyes`).

    python -m benchmarks.pages            all of them: some minutes, of the reference's pages most
    python -m benchmarks.pages study      those of one kind: play, study, reports or site

The site is what `make docs` has built. The tests look at some of the pages by the same code.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from scg_envs.core.scenario import make_scenario
from scg_envs.train.cli import main as scg
from scg_envs.train.play.host import Host
from scg_envs.train.play.invite import invite
from scg_envs.train.play.page import page_of
from scg_envs.train.play.server import served
from scg_envs.train.play.web import MOST_BYTES, make_app
from scg_envs.train.study.games import Games
from scg_envs.train.study.host import StudyHost
from scg_envs.train.study.limits import Limit
from scg_envs.train.study.plan import study_of
from scg_envs.train.study.store import Store
from scg_envs.train.study.web import make_app as make_study_app

from .eyes import Eyes, chromium

SITE = Path(__file__).parents[1] / "docs" / "_build" / "html"
GAMES: dict[str, tuple[str, dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    # the game, its settings, how it is played, and the keys that play it to its end
    "board": ("barrier", {"horizon": 2}, {}, ("ArrowUp", "ArrowUp")),
    "looked on": ("barrier", {}, {"seat": "red"}, ()),
    "table": ("household", {}, {}, ("1",)),
    "rounds": ("prisoners_dilemma", {"rounds": 2}, {"against": "tit-for-tat"}, ("1", "2")),
    "list": ("bargaining", {}, {"commitment": "42"}, ("a", "Enter")),
    "talk": ("banana", {}, {}, ()),
}
STUDY = {
    "title": "Who stands where?",
    "scenario": {"game": "barrier", "layout": "figure3"},
    "commitment": "1,6",
    "consent": "You will *play*.\n\n| a | table |\n| --- | --- |\n| of | two |",
    "instructions": "You are **blue**.",
    "trials": 1,
    "questions": [
        {"name": "age", "text": "How old are you?", "kind": "whole", "least": 18, "most": 120},
        {"name": "clear", "text": "How clear was it?", "kind": "scale", "least": 1, "most": 7},
        {"name": "knew", "text": "Known?", "kind": "choice", "choices": ["yes", "no"]},
        {"name": "remarks", "text": "Anything else?", "kind": "text", "required": False},
    ],
}
REPORTS = {  # by the name of their folder, what writes them
    "one": "search household --evaluations 24 --batch 8",
    "other": "search household --evaluations 24 --batch 8 --seed 3",
    "learned": "search barrier --responder tabular --evaluations 24 --batch 8",
    "words": "talk bargaining --evaluations 1",
    "sweep": "sweep plan.yaml",
    "benchmark": "benchmark --suite suite.yaml",
}
PLAN = "scenarios: [stag_hunt, household]\nsettings: {evaluations: 8, batch: 4}\n"
SUITE = """name: small
seeds: 1
settings: {evaluations: 8, batch: 4}
responders: {}
proposers: {random: {meta: random}}
followers: {best: {responder: exact}}
scenarios: {hunt: {game: stag_hunt, trained: best, held_out: []}}
"""


def site(eyes: Eyes) -> None:
    """The pages that `make docs` has built, the shortest first."""
    pages = sorted(SITE.rglob("*.html"), key=lambda path: path.stat().st_size)
    if not pages:
        raise SystemExit("there is no site; make docs builds it")
    for path in pages:
        with eyes.tab(path.as_uri()) as tab:
            eyes.look(tab, str(path.relative_to(SITE)))


def play(eyes: Eyes) -> None:
    """Games: begun, in the middle, over, and without their server."""
    for name in GAMES:
        play_one(eyes, name)


def play_one(eyes: Eyes, name: str) -> None:
    """One game's page in all of its states."""
    game, settings, given, keys = GAMES[name]
    matchup = invite(make_scenario(game, **settings), **given)
    host, page = Host(matchup), page_of(matchup)
    with ExitStack() as server:
        address = server.enter_context(
            served(lambda port: make_app(host, page, port=port), most_bytes=MOST_BYTES)
        )
        with eyes.tab(address) as tab:
            tab.wait_for_selector("body[data-turn]")
            eyes.look(tab, f"{name}, begun")
            for number, key in enumerate(keys, 1):
                turn = tab.get_attribute("body", "data-turn")
                tab.keyboard.press(key)
                if key != "a":  # which chooses from a list
                    tab.wait_for_selector(f'body:not([data-turn="{turn}"])')
                    eyes.look(tab, f"{name}, after key {number}")
            server.close()
            tab.wait_for_selector("#refused:has-text('The server has gone')")
            eyes.look(tab, f"{name}, without its server")


def study(eyes: Eyes) -> None:
    """A participant's way from consent to code, and what the experimenter sees then."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as server:
        asked = study_of(STUDY)
        store = Store(f"sqlite:///{folder}/study.db", asked)
        host, free = StudyHost(asked, store, Games(asked)), Limit(1e9, 1e9)
        address = server.enter_context(
            served(
                lambda port: make_study_app(host, port=port, begins=free, answers=free),
                most_bytes=asked.most_bytes,
            )
        )
        with eyes.tab(f"{address}?token={store.token}") as tab:
            _take_part(eyes, tab)
            who = {"username": "x", "password": str(store.password)}
            with eyes.tab(f"{address}admin", http_credentials=who) as admin:
                eyes.look(admin, "study, the experimenter's page")
            server.close()
            tab.wait_for_selector("#said:has-text('The server has gone')")
            eyes.look(tab, "study, without its server")
        store.close()


def _take_part(eyes: Eyes, tab: Page) -> None:
    """Take part by clicks, and look at each kind of page once."""
    seen, step, stage = set(), 0, ""
    while stage != "end":
        tab.wait_for_selector(f"body[data-step='{step}']")
        stage = str(tab.get_attribute("body", "data-stage"))
        now = stage, tab.is_visible("#ask"), tab.inner_text("#announcement")[:3]
        if now not in seen:
            seen.add(now)
            eyes.look(tab, f"study, {' '.join(map(str, now))}")
        if stage == "questions":
            tab.click("#questions button")
            tab.wait_for_selector("#said:not(:empty)")
            eyes.look(tab, "study, questions that are not answered")
            tab.fill("[data-name=age] input", "30")
            tab.check("[data-name=clear] input >> nth=0")
            tab.check("[data-name=knew] input >> nth=0")
            tab.click("#questions button")
        elif stage != "end":
            tab.click("#choices button:visible, #on:visible, #options button:visible >> nth=0")
        step += 1


def write_reports(folder: Path) -> dict[str, Path]:
    """Write a report of each kind into a folder, and return them by name."""
    (folder / "plan.yaml").write_text(PLAN)
    (folder / "suite.yaml").write_text(SUITE)
    commands = [f"{words} --out {name}" for name, words in REPORTS.items()]
    with chdir(folder), redirect_stdout(StringIO()):
        for words in [*commands, "compare one other --page compared.html"]:
            if scg(words.split()) != 0:
                raise SystemExit(f"scg {words} has failed")
    found = {name: folder / name / "report.html" for name in REPORTS}
    return found | {"compare": folder / "compared.html"}


def reports(eyes: Eyes) -> None:
    """A report of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        for name, path in write_reports(Path(folder)).items():
            with eyes.tab(path.as_uri()) as tab:
                eyes.look(tab, f"report of {name}")


KINDS: dict[str, Callable[[Eyes], None]] = {
    "play": play,
    "study": study,
    "reports": reports,
    "site": site,
}


def main() -> None:
    """Look at all pages, or at those of the kinds that are named; exit with 1 at faults."""
    named = sys.argv[1:] or list(KINDS)
    faults = []
    with chromium() as browser:
        for name in named:
            eyes = Eyes(browser)
            KINDS[name](eyes)
            print(f"{name}: looked {eyes.looked} times, {len(eyes.faults)} faults", flush=True)
            faults += eyes.faults
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
