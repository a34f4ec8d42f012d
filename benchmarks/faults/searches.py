"""The kinds of searches that are killed and damaged, and what counts as the same result."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from scg_envs.train.cli import main as scg
from scg_envs.train.report import report

ROOT = Path(__file__).resolve().parents[2]
RECORDED = ROOT / "tests" / "data" / "smollm2" / "answers.sqlite"
PLANS = ROOT / "benchmarks" / "plans"
WORDS = ("talk", "bargaining", "--seats", "llm", "--model", "smollm2", "--answer-tokens", "200")
_SHORT = ("--steps", "64", "--set", "rollout=64")
FRESH = ("--responder", "fresh-ppo", *_SHORT, "--pre-policy", "mixed")
SEARCHES: dict[str, tuple[str, ...]] = {
    "exact": ("search", "barrier", "--evaluations", "96", "--batch", "8"),
    "matrix": (
        *("search", "prisoners_dilemma", "--rounds", "20", "--pre-policy", "memory-one"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "ppo": (
        *("search", "household", "--responder", "ppo", "--steps", "4000"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "dqn": (
        *("search", "household", "--responder", "dqn", "--steps", "2000"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "fresh": ("search", "stag_hunt", *FRESH, "--evaluations", "4", "--batch", "2"),
    "tabular": (
        *("search", "barrier", "--responder", "tabular", "--steps", "400000"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "words": (
        *(*WORDS, "--temperature", "0.8", "--evaluations", "5"),
        *("--mode", "replay-only", "--recordings", str(RECORDED)),
    ),
    "foreign": (
        *("search", "pettingzoo.classic.rps_v2:parallel_env", "--committed", "player_0"),
        *("--desirable", "scg_envs.games.external.predicates:player_1_wins"),
        *("--responder", "ppo", *_SHORT, "--evaluations", "4", "--batch", "2", "--trials", "2"),
    ),
    "sweep": ("sweep", str(PLANS / "sweep.yaml"), "--workers", "2"),
    "benchmark": ("benchmark", "--suite", str(PLANS / "suite.yaml"), "--workers", "2"),
}
FINISHED = ("search", "talk")  # of these a finished run is reported; the others say it again
_UNSEEN = ("_draw", "_film", "write_search_page")
_TIMES = ("seconds", "wall_seconds", "env_steps_per_second")


@contextmanager
def undrawn() -> Iterator[None]:
    """Make no pictures, videos and pages of searches in the block."""
    with ExitStack() as stack:
        for name in _UNSEEN:
            stack.enter_context(patch.object(report, name, lambda *arguments: None))
        yield


def alone(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a search without those that give it workers."""
    place = words.index("--workers") if "--workers" in words else len(words)
    return (*words[:place], *words[place + 2 :])


def called(*words: object) -> tuple[int, str, str]:
    """The exit code of `scg`, what it prints, and what it complains about."""
    said, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complained):
        code = scg([str(word) for word in words])
    return code, said.getvalue(), complained.getvalue()


def started(words: Sequence[object]) -> subprocess.Popen[str]:
    """The same in a process, the first of a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "scg_envs.train", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def result_of(said: str) -> Any:
    """A summary without what differs from day to day."""
    return timeless(json.loads(said))


def timeless(value: Any) -> Any:
    """JSON without wall times."""
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if k not in _TIMES}
    return [timeless(part) for part in value] if isinstance(value, list) else value


def rows(folder: Path) -> list[dict[str, str]]:
    """The rows of `metrics.csv` without wall time; none of a search in words."""
    path = folder / "metrics.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [timeless(row) for row in csv.DictReader(file)]
