"""Files of folders that hold more than one run, and models, each read as its command reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scg_envs.agents.language.budget import Budget
from scg_envs.core.backends import Serial
from scg_envs.core.errors import ScgError
from scg_envs.core.files import write_sealed_json
from scg_envs.core.scenario import make_scenario
from scg_envs.train.benchmark import planned, read_suite
from scg_envs.train.benchmark.judge import Judgements
from scg_envs.train.search import search
from scg_envs.train.verbal.journal import Journal

from .made import copy, text, unsealed
from .mutations import Format, mutated_parts
from .searches import called, undrawn

_SUITE = """name: tiny
seeds: 1
settings: {evaluations: 16, batch: 8}
responders: {ppo: {responder: exact}}
proposers: {random: {meta: random}}
followers: {best: {responder: exact}, pessimistic: {responder: exact, ties: pessimistic}}
scenarios: {household: {game: household, trained: best, held_out: [pessimistic]}}
"""
_SWEEP = """scenarios: [household]
seeds: 1
settings: {evaluations: 16, batch: 8}
"""
LEARNERS = ("train-baseline", "household", "--steps", "256", "--seeds", "1")


def called_on(*words: object) -> None:
    """What a command makes of a folder: nothing, or one of our errors."""
    with undrawn():
        code, _, complained = called(*words)
    last = (complained.splitlines() or [""])[-1]
    if code not in (0, 2):
        raise RuntimeError(f"exit code {code}: {complained}")
    if code == 2:
        if not last.startswith("scg: error: "):
            raise RuntimeError(complained)
        raise ScgError(last)


def _digests(folder: Path) -> Path:
    text("plan.yaml", _SWEEP)(folder)
    called_on("sweep", folder / "plan.yaml", "--out", folder / "out")
    return unsealed(folder / "out" / "digests.json")


def _swept(path: Path) -> None:
    """A sweep of which everything is finished."""
    called_on("sweep", path.parents[1] / "plan.yaml", "--out", path.parent)


_GIVEN = {"mine": {"household": "Help"}}


def _judged(folder: Path) -> Path:
    text("plan.yaml", _SUITE)(folder)
    text("mine.yaml", "household: Help\n")(folder)
    words = ("--suite", folder / "plan.yaml", "--commitments", folder / "mine.yaml")
    called_on("benchmark", *words, "--out", folder / "out")
    return unsealed(folder / "out" / "judged" / "household" / "best.json")


def _asked(path: Path) -> None:
    """What was asked of followers, and asked again where it is not what it may be."""
    folder = path.parents[2]
    benchmark = planned(read_suite(str(folder.parent / "plan.yaml")), commitments=_GIVEN)
    judgements = Judgements(benchmark, folder)
    judgements.ask(benchmark.given, Serial())
    scene = benchmark.scenes["household"]
    for one in benchmark.given:
        assert isinstance(judgements.of(one, scene.trained).score, float)


def _learned(name: str, read: Callable[[Path], Any]) -> Format:
    """A file of the folder of independent learners."""

    def make(folder: Path) -> Path:
        called_on(*LEARNERS, "--out", folder / "learned")
        return unsealed(folder / "learned" / name)

    return Format(make, read, writes=True)


def _beside(path: Path) -> None:
    search("household", baseline=path.parent, evaluations=8, batch=8)


def _gone_on_with(path: Path) -> None:
    called_on(*LEARNERS, "--resume", "--out", path.parents[1])


def _spent(folder: Path) -> Path:
    write_sealed_json(folder / "spending.json", Budget().state())
    return unsealed(folder / "spending.json")


def _counted_on(path: Path) -> None:
    journal: Any = SimpleNamespace(_folder=SimpleNamespace(path=path.parent))
    Journal._read_spending(journal, SimpleNamespace(budget=Budget()))  # type: ignore[arg-type]


def _model(folder: Path) -> Path:
    """A model that was trained elsewhere."""
    called_on(*LEARNERS, "--out", folder / "learned")
    return copy(folder / "learned" / "seed0" / "robot.zip", "model.zip")(folder)


def _committed(path: Path) -> None:
    make_scenario("household", pre_policy=str(path)).problem()


FOLDERS: Mapping[str, Format] = {
    "sweep: digests.json": Format(_digests, _swept, writes=True),
    "benchmark: judged (JSON)": Format(_judged, _asked, writes=True),
    "learners: baseline.json": _learned("baseline.json", _beside),
    "learners: seed.json": _learned("seed0/seed.json", _gone_on_with),
    "run in words: spending.json": Format(_spent, _counted_on),
    "model of others (zip)": Format(_model, _committed),
    "model of others (zip's parts)": Format(_model, _committed, mutated_parts),
}
"""What reads such files, by format."""
