"""What is measured, and how: interleaved repeats, pinned, as medians with their spread.

The clock is the wall's: measure on a machine that does nothing else.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

STEPS = "joint steps/s"
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One line of the table.

    Attributes:
        name: of the row.
        run: does the work once and returns how much that was (steps, rules, calls).
        unit: `ms` and `s` are times of one piece of work, anything else is a rate.
        batch: how many games are played in lockstep.
        threads: how many cores it may use.
    """

    name: str
    run: Callable[[], int]
    unit: str = STEPS
    batch: int = 1
    threads: int = 1

    def timed(self) -> float:
        """Run once, on as many cores as it may use; returns the value in the row's unit."""
        with pinned(self.threads):
            start = time.perf_counter()
            done = self.run()
            seconds = time.perf_counter() - start
        per_second = {"s": 1.0, "ms": 1000.0}
        if self.unit in per_second:
            return per_second[self.unit] * seconds / done
        return done / seconds


BATCH = 4096


def at_random(name: str, env: Any, least: int, most: int, steps: int) -> Case:
    """A learner's batched view, in which all play at random; resets are included.

    Args:
        name: of the row.
        env: a view of `BATCH` games, which has been reset.
        least: the first of its actions.
        most: one more than the last.
        steps: of all games, in one piece of work.
    """
    rng = np.random.default_rng(0)
    actions = [rng.integers(least, most, size=BATCH) for _ in range(16)]

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * BATCH

    return Case(name, run, batch=BATCH)


@contextmanager
def pinned(cores: int) -> Iterator[None]:
    """Keep this thread, and those that it starts, on the first so many cores.

    Systems that cannot pin go on without.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measure(cases: Sequence[Case], repeats: int) -> list[Row]:
    """Measure all, interleaved, so that a noisy machine hurts all alike.

    Args:
        cases: what is measured.
        repeats: how often each; one more run before fills caches and compiles.

    Returns:
        A row for each case: the median, and the least and greatest value.
    """
    for case in cases:
        case.timed()
    values: list[list[float]] = [[] for _ in cases]
    for _ in range(repeats):
        for case, own in zip(cases, values, strict=True):
            own.append(case.timed())
    return [
        row(case.name, own, unit=case.unit, batch=case.batch, threads=case.threads)
        for case, own in zip(cases, values, strict=True)
    ]


def row(name: str, values: Sequence[float], *, unit: str, batch: int = 1, threads: int = 1) -> Row:
    """The row of one measurement's repeats."""
    return {
        "name": name,
        "batch": batch,
        "threads": threads,
        "value": statistics.median(values),
        "unit": unit,
        "min": min(values),
        "max": max(values),
        "repeats": len(values),
    }
