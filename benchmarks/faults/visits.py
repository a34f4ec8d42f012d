"""What people send to `scg play` and to a study, and a study's own files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from scg_envs.core.errors import InvalidAction
from scg_envs.core.scenario import make_scenario
from scg_envs.train.play import web as play_web
from scg_envs.train.play.host import Host
from scg_envs.train.play.invite import invite
from scg_envs.train.study import web as study_web
from scg_envs.train.study.export import export
from scg_envs.train.study.games import Games
from scg_envs.train.study.host import StudyHost
from scg_envs.train.study.plan import read_study
from scg_envs.train.study.report import report
from scg_envs.train.study.simulate import Script, Scripted
from scg_envs.train.study.store import Store
from scg_envs.train.study.tables import codebook, people_of

from .made import text
from .mutations import Format

_STUDY = """title: Who helps?
scenario: {game: household}
commitment: Help
consent: |
  You will *play*.
instructions: Choose.
practice: 1
trials: 1
questions:
  - {name: age, text: "How old are you?", kind: whole, least: 18, most: 120}
  - {name: knew, text: "Known?", kind: choice, choices: [yes, no]}
  - {name: remarks, text: "Anything else?", kind: text, required: false}
participants: 10000
"""
_MOVE = {"move": 0, "turn": 0, "episode": 0}


@cache
def _play_host() -> Host:
    return Host(invite(make_scenario("barrier"), commitment="1,6"))


def _moved(path: Path) -> None:
    """One message of a person who has just begun."""
    host = _play_host()
    _taken(play_web._take(host, host.open(), path.read_text(encoding="utf-8", errors="replace")))


def _taken(refused: str) -> None:
    if refused:
        raise InvalidAction(refused)


class _Asked:
    """A study whose participants have come to the questions; who has answered is followed."""

    def __init__(self, folder: Path) -> None:
        path = text("study.yaml", _STUDY)(folder)
        self.games = Games(read_study(path))
        self.database = folder / "study.db"
        self.store = Store(f"sqlite:///{self.database}", self.games.study)
        self.host = StudyHost(self.games.study, self.store, self.games)
        self.begin()

    def begin(self) -> None:
        """Lead a participant to the questions."""
        self.secret = self.host.begin()
        one = self.store.find(self.secret)
        assert one is not None
        course = self.games.course(one.number, one.began)
        mind = Scripted(self.games, course, one.number, Script())
        page = self.host.page(self.secret)
        while page["stage"] != "questions":
            answer = mind.answer(page)
            self.host.answer(self.secret, page["step"], answer)
            mind.go_on(answer)
            page = self.host.page(self.secret)
        self.message = {"step": page["step"], "answer": mind.answer(page)}


_asked = cache(_Asked)


def _message(folder: Path) -> Path:
    return text("answer.json", json.dumps(_asked(folder).message))(folder)


def _answered(path: Path) -> None:
    """A participant's answers to the questions; the next one comes where they were taken."""
    study = _asked(path.parent)
    said = path.read_text(encoding="utf-8", errors="replace")
    refused = study_web._take(study.host, study.secret, said)
    if not refused:
        study.begin()
    _taken(refused)


def _database(folder: Path) -> Path:
    study = _asked(folder)
    study.host.answer(study.secret, **study.message)
    study.store.close()
    return study.database


def _reported(path: Path) -> None:
    """A study's database as `scg study report` and `scg study export` read it."""
    games = _asked(path.parent).games
    for rest in path.parent.glob("study.db-*"):  # of the changed file before
        rest.unlink()
    store = Store(f"sqlite:///{path}", games.study)
    try:
        report(people_of(store, games), games)
        codebook(games)
        export(store, games, path.parent / "tables")
    finally:
        store.close()


def _planned(path: Path) -> None:
    Games(read_study(path)).course(1, 0.0).page()


VISITS: Mapping[str, Format] = {
    "play: a move (JSON)": Format(text("move.json", json.dumps(_MOVE)), _moved),
    "study (YAML)": Format(text("study.yaml", _STUDY), _planned),
    "study: an answer (JSON)": Format(_message, _answered),
    "study's database (SQLite)": Format(_database, _reported),
}
"""What reads what people send, and studies, by format."""
