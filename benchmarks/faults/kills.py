"""SIGKILL at random moments of every kind of search, then on with what it left."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from .searches import FINISHED, SEARCHES, result_of, rows, started

LONGEST = 900  # seconds, after which a process counts as hanging
_ONCE_MORE = 0.5  # of those that were killed are killed again as they go on


class Kind:
    """A kind of search that is broken off again and again, and what it comes to when left alone.

    Attributes:
        kind: one of `SEARCHES`.
        run: the folder of those that are broken off.
        lasts: how many seconds it takes, kernels compiled.
        expected: its result.
        counted: how often what came about.
    """

    def __init__(self, kind: str, folder: Path, seed: int = 0) -> None:
        """Run it whole, twice: the first time compiles kernels.

        Args:
            kind: one of `SEARCHES`.
            folder: where to work, which is made.
            seed: of the moments.
        """
        self.kind, self.run = kind, folder / "run"
        self.counted, self._draw = Counter[str](), random.Random(f"{kind} {seed}")
        for name in ("first", "whole"):
            began = time.monotonic()
            process = started((*SEARCHES[kind], "--out", folder / name, "--json"))
            said, complained = process.communicate()
            self.lasts = time.monotonic() - began
            if process.returncode:
                raise RuntimeError(f"{kind}: {complained}")
        self.expected, self._rows = result_of(said), rows(folder / "whole")

    def clear(self) -> None:
        """Begin anew."""
        shutil.rmtree(self.run, ignore_errors=True)

    def kill(self) -> None:
        """Kill it at a random moment, perhaps once more, go on with it, and compare."""
        self.clear()
        killed = self._killed()
        while killed and self._draw.random() < _ONCE_MORE:
            killed = self._killed()
        self.counted["right" if self.went_on() == "right" else "wrong"] += 1

    def went_on(self) -> str:
        """What it comes to once it is gone on with: `right`, or what was said."""
        said, complained = started((*self._again(), "--json")).communicate(timeout=LONGEST)
        if "has ended" in complained:
            words = ("report", self.run, "--trust", "--json")
            said, complained = started(words).communicate(timeout=LONGEST)
        if said and result_of(said) == self.expected and rows(self.run) == self._rows:
            return "right"
        print(f"  {self.kind}: {complained or 'another result'}", file=sys.stderr)
        return complained or "another result"

    def _again(self) -> tuple[object, ...]:
        """The words that begin it, or go on with it."""
        words = SEARCHES[self.kind]
        if words[0] in FINISHED and (self.run / "config.yaml").exists():
            return (*words[:2], "--resume", "--out", self.run)
        return (*words, "--out", self.run)

    def _killed(self) -> bool:
        """Start it, or go on with it, and kill it, if it has not ended before."""
        process = started((*self._again(), "--json"))
        try:
            process.communicate(timeout=self._draw.uniform(0.1, 1.0) * self.lasts)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.counted["kills"] += 1
            return True
        return False


def check_kills(
    kinds: Sequence[str],
    folder: Path,
    times: int,
    seed: int,
    keep: Callable[[str, Counter[str]], None],
) -> None:
    """Kill all kinds in turn, until each has been killed often enough.

    Args:
        kinds: of `SEARCHES`.
        folder: where to work.
        times: how often each is killed at least.
        seed: of the moments.
        keep: is told what came about of a kind so far.
    """
    left = [Kind(kind, folder / kind, seed) for kind in kinds]
    while left:
        for one in left:
            one.kill()
            keep(one.kind, one.counted)
        left = [one for one in left if one.counted["kills"] < times]
