"""What servers and models answer, what was recorded of it, and values that are typed or kept."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from scg_envs.agents.language.budget import Usage
from scg_envs.agents.language.completion import read_completion
from scg_envs.agents.language.request import Answer, Request
from scg_envs.agents.language.store import Store
from scg_envs.core.errors import InvalidAnswer, InvalidArgument, RunFolderError
from scg_envs.core.files import read_json
from scg_envs.core.problem import CommitmentProblem
from scg_envs.core.scenario import Scenario, make_scenario
from scg_envs.games.bargaining.text import Answer as Move
from scg_envs.games.bargaining.text import parse, write_answer
from scg_envs.games.external.loading import parse_kwargs
from scg_envs.train.benchmark import planned, read_commitments, read_suite
from scg_envs.train.commands._language import conversation_of
from scg_envs.train.run.owner import LOCK, owned
from scg_envs.train.verbal.config import TalkConfig

from .made import copy, text
from .mutations import Format
from .searches import RECORDED

_REQUEST = Request("one", ({"role": "user", "content": "Which?"},), 100)
_COMPLETION = {
    "model": "one",
    "choices": [{"message": {"content": "This."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2},
}


def _said(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _json(path: Path) -> Any:
    try:
        return read_json(_said(path))
    except ValueError as error:
        raise InvalidArgument(str(error)) from None


def _recorded(folder: Path) -> Path:
    """The answer to a request, out of a store."""
    copy(RECORDED)(folder)
    with sqlite3.connect(folder / RECORDED.name) as store:
        (answer,) = store.execute("SELECT answer FROM answers").fetchone()
    return text("answer.json", answer)(folder)


def _got(path: Path) -> None:
    """The same in a store, and what a player makes of it."""
    store = Store(path.parent / "own.sqlite")
    row = (_REQUEST.key(), 0, _REQUEST.canonical(), _said(path))
    with sqlite3.connect(store.path) as connection:
        connection.execute("REPLACE INTO answers VALUES (?, ?, ?, ?)", row)
    connection.close()
    try:
        found = store.get(_REQUEST, 0)
        assert found is not None
        Usage().count(found)
        with suppress(InvalidAnswer):
            parse(found.text)
    finally:
        store.close()


def _completed(path: Path) -> None:
    found = read_completion(_said(path), _REQUEST, 0)
    Usage().count(found)
    Answer.from_json(found.to_json())


def _announced(path: Path) -> None:
    conversation_of(TalkConfig("banana", seats="llm", announce=str(path)))


@cache
def _two() -> CommitmentProblem:
    return make_scenario("barrier", committed=["red", "yellow"]).problem()


def _committed(path: Path) -> None:
    space = _two().pre_policies
    space.describe(space.parse(_said(path)))


def _kept(path: Path) -> None:
    Scenario.from_json(_json(path)).problem()


_TINY = """name: tiny
seeds: 1
settings: {evaluations: 16, batch: 8}
responders: {ppo: {responder: exact}}
proposers: {random: {meta: random}}
followers: {best: {responder: exact}}
scenarios: {household: {game: household, trained: best}}
"""


def _given(path: Path) -> None:
    suite = path.parent / "suite.yaml"
    if not suite.exists():
        text("suite.yaml", _TINY)(path.parent)
    commitments = read_commitments(path)
    for one in planned(read_suite(str(suite)), commitments=commitments).given:
        _household().pre_policies.point(one.point)


@cache
def _household() -> CommitmentProblem:
    return make_scenario("household").problem()


def _locked(path: Path) -> None:
    """A folder that another process holds, whose lock says what it likes."""
    with path.open("rb+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with suppress(RunFolderError), owned(path.parent):
            raise AssertionError("two processes hold one folder")


_LOCK = '{"process": 12, "machine": "one", "since": "2026-01-01T00:00:00"}'
_SCENARIO = make_scenario("prisoners_dilemma", rounds=3, pre_policy="memory-one").to_json()

TEXTS: Mapping[str, Format] = {
    "a server's completion (JSON)": Format(
        text("completion.json", json.dumps(_COMPLETION)), _completed
    ),
    "a recorded answer (JSON)": Format(_recorded, _got),
    "a model's answer (tags)": Format(
        text("answer.txt", write_answer(Move("propose", 42.0))), lambda path: parse(_said(path))
    ),
    "announcement (text)": Format(text("announce.txt", "Help, or leave it."), _announced),
    "scenario (JSON)": Format(text("scenario.json", json.dumps(_SCENARIO)), _kept),
    "commitments of two (JSON)": Format(
        text("two.json", '{"red": [3, 6], "yellow": [3, 3]}'), _committed
    ),
    "commitments (YAML)": Format(text("mine.yaml", "household: Help\n"), _given),
    "arguments of a game (JSON)": Format(
        text("kwargs.json", '{"max_cycles": 25, "names": ["a", "b"]}'),
        lambda path: parse_kwargs(_said(path)),
    ),
    "lock of a folder": Format(text(LOCK, _LOCK), _locked),
}
"""What reads such texts, by format."""
