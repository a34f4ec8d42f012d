"""Files of folders that hold more than one run, and models, each read as its command reads it."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

from scg_envs.agents.language.budget import Budget
from scg_envs.core.errors import ScgError
from scg_envs.core.files import write_sealed_json
from scg_envs.core.scenario import make_scenario
from scg_envs.train.search import search
from scg_envs.train.verbal.journal import Journal

from .made import copy, text, unsealed
from .mutations import Format, mutated
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
_LEARNERS = ("train-baseline", "household", "--steps", "256", "--seeds", "1")


def _called(*words: object) -> None:
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


def _planned(kind: str, plan: str, name: str) -> Format:
    """A file of a sweep's or a benchmark's folder, of which everything is finished."""

    def words(root: Path) -> tuple[object, ...]:
        flag = ("--suite",) if kind == "benchmark" else ()
        return (kind, *flag, root / "plan.yaml", "--out", root / "out")

    def make(folder: Path) -> Path:
        text("plan.yaml", plan)(folder)
        _called(*words(folder))
        return unsealed(folder / "out" / name)

    def read(path: Path) -> None:
        _called(*words(next(one for one in path.parents if (one / "plan.yaml").exists())))

    return Format(make, read)


def _learned(name: str, read: Callable[[Path], Any]) -> Format:
    """A file of the folder of independent learners."""

    def make(folder: Path) -> Path:
        _called(*_LEARNERS, "--out", folder / "learned")
        return unsealed(folder / "learned" / name)

    return Format(make, read)


def _beside(path: Path) -> None:
    search("household", baseline=path.parent, evaluations=8, batch=8)


def _gone_on_with(path: Path) -> None:
    _called(*_LEARNERS, "--resume", "--out", path.parents[1])


def _spent(folder: Path) -> Path:
    write_sealed_json(folder / "spending.json", Budget().state())
    return unsealed(folder / "spending.json")


def _counted_on(path: Path) -> None:
    journal: Any = SimpleNamespace(_folder=SimpleNamespace(path=path.parent))
    Journal._read_spending(journal, SimpleNamespace(budget=Budget()))  # type: ignore[arg-type]


def _model(folder: Path) -> Path:
    """A model that was trained elsewhere."""
    _called(*_LEARNERS, "--out", folder / "learned")
    return copy(folder / "learned" / "seed0" / "robot.zip", "model.zip")(folder)


def mutated_parts(content: bytes, draw: random.Random) -> bytes:
    """A zip file with one part changed; it is whole."""
    with ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(parts))
    parts[name] = mutated(parts[name], draw)
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def _committed(path: Path) -> None:
    make_scenario("household", pre_policy=str(path)).problem()


FOLDERS: Mapping[str, Format] = {
    "sweep: digests.json": _planned("sweep", _SWEEP, "digests.json"),
    "benchmark: judged (JSON)": _planned("benchmark", _SUITE, "judged/household/best.json"),
    "learners: baseline.json": _learned("baseline.json", _beside),
    "learners: seed.json": _learned("seed0/seed.json", _gone_on_with),
    "run in words: spending.json": Format(_spent, _counted_on),
    "model of others (zip)": Format(_model, _committed),
    "model of others (zip's parts)": Format(_model, _committed, mutated_parts),
}
"""What reads such files, by format."""
