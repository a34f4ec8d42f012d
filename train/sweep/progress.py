"""How far a sweep has come, and what is left of it."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from statistics import mean
from typing import Any

from .plan import Planned, Sweep

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def estimate(
    left: Iterable[Planned], seconds: Mapping[str, list[float]], workers: int
) -> float | None:
    """The seconds that the runs which are left will take.

    A run is taken to last as long as those of its scenario, responder and proposer have; where none
    has ended yet, as long as the mean of all.

    Args:
        left: the runs that have not ended.
        seconds: of the runs that have, by `cell_of`.
        workers: how many run at a time.

    Returns:
        None before any run has ended.
    """
    if not seconds:
        return None
    means = {cell: mean(own) for cell, own in seconds.items()}
    usual = mean(means.values())
    runs = [means.get(cell_of(one), usual) for one in left]
    return max([sum(runs) / workers, *runs]) if runs else 0.0


def cell_of(one: Planned) -> str:
    """Scenario, responder and proposer of a run."""
    return f"{one.scenario} {one.method}"


def in_words(seconds: float) -> str:
    """A duration in its two greatest units, as `3 h 20 min`."""
    left = round(seconds)
    parts: list[str] = []
    for size, unit in _UNITS:
        if left >= size or (unit == "s" and not parts):
            parts.append(f"{left // size} {unit}")
            left %= size
        elif parts:
            break
    return " ".join(parts[:2])


class Progress(AbstractContextManager["Progress"]):
    """Shows a bar on a terminal, and a line for each run elsewhere, both on standard error."""

    def __init__(
        self, sweep: Sweep, ended: Mapping[str, Mapping[str, Any]], workers: int, *, shown: bool
    ) -> None:
        """Begin with what there is.

        Args:
            sweep: the sweep.
            ended: `summary.json` of the runs that have ended before, by name.
            workers: how many run at a time.
            shown: whether anything is shown.
        """
        from tqdm import tqdm

        self._left = {one.name: one for one in sweep.runs if one.name not in ended}
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        for one in sweep.runs:
            if one.name in ended:
                self._seconds[cell_of(one)].append(ended[one.name]["wall_seconds"])
        self._total, self._workers = len(sweep.runs), workers
        self._lines = shown and not sys.stderr.isatty()
        self._bar: Any = tqdm(
            total=self._total,
            initial=self._total - len(self._left),
            desc=sweep.kind,
            bar_format="{desc} |{bar}| {n_fmt}/{total_fmt} runs, {elapsed}{postfix}",
            disable=None if shown else True,
        )

    def ended(self, one: Planned, seconds: float, said: str) -> None:
        """A run has ended.

        Args:
            one: the run.
            seconds: that it took.
            said: what came of it.
        """
        del self._left[one.name]
        self._seconds[cell_of(one)].append(seconds)
        left = estimate(self._left.values(), self._seconds, self._workers)
        assert left is not None, "a run has ended"
        about = f"about {in_words(left)} left" if self._left else "all have ended"
        self._bar.set_postfix_str(about, refresh=False)
        self._bar.update()
        if self._lines:
            done = self._total - len(self._left)
            print(f"[{done}/{self._total}] {one.name}: {said}; {about}", file=sys.stderr)

    def __exit__(self, *exception: object) -> None:
        self._bar.close()
