"""SIGKILL, SIGINT and SIGTERM at random moments of every kind of search."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from .searches import FINISHED, SEARCHES, result_of, rows, started

LONGEST = 900  # seconds, after which a process counts as hanging
_FORCE = 0.5  # of those that are killed are killed once more as they go on


class Kind:
    """A kind of search that is killed again and again, and what it comes to when left alone.

    Attributes:
        counted: how often what came about.
    """

    def __init__(self, kind: str, folder: Path, seed: int = 0) -> None:
        """Run it whole, twice: the first time compiles kernels.

        Args:
            kind: one of `SEARCHES`.
            folder: where to work, which is made.
            seed: of the moments.
        """
        self.kind, self.words, self._run = kind, SEARCHES[kind], folder / "run"
        self.counted, self._draw = Counter[str](), random.Random(f"{kind} {seed}")
        for name in ("first", "whole"):
            began = time.monotonic()
            process = started((*self.words, "--out", folder / name, "--json"))
            said, complained = process.communicate()
            self._lasts = time.monotonic() - began
            if process.returncode:
                raise RuntimeError(f"{kind}: {complained}")
        self._expected, self._rows = result_of(said), rows(folder / "whole")

    def kill(self) -> None:
        """Kill it at a random moment, perhaps once more, go on with it, and compare."""
        shutil.rmtree(self._run, ignore_errors=True)
        killed = self._killed(self._again())
        while killed and self._draw.random() < _FORCE:
            killed = self._killed(self._again())
        said, complained = started((*self._again(), "--json")).communicate(timeout=LONGEST)
        if "has ended" in complained:
            said, complained = started(("report", self._run, "--trust", "--json")).communicate(
                timeout=LONGEST
            )
        right = bool(said) and result_of(said) == self._expected and rows(self._run) == self._rows
        self.counted["right" if right else "wrong"] += 1
        if not right:
            print(f"  {self.kind}: {complained or 'another result'}", file=sys.stderr)

    def _again(self) -> tuple[object, ...]:
        """The words that begin it, or go on with it."""
        if self.words[0] in FINISHED and (self._run / "config.yaml").exists():
            return (*self.words[:2], "--resume", "--out", self._run)
        return (*self.words, "--out", self._run)

    def _killed(self, words: Sequence[object]) -> bool:
        """Start it and kill it, if it has not ended before."""
        process = started((*words, "--json"))
        try:
            process.communicate(timeout=self._draw.uniform(0.1, 1.0) * self._lasts)
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


def check_stops(kind: str, folder: Path, times: int, seed: int = 0) -> Counter[str]:
    """Send SIGINT or SIGTERM at random moments: one line at most, and no process left."""
    words, draw, counted = SEARCHES[kind], random.Random(f"{kind} {seed}"), Counter[str]()
    if kind == "fresh":
        words = (*words, "--workers", "2")
    began = time.monotonic()
    started((*words, "--out", folder / "whole")).communicate()
    lasted = time.monotonic() - began
    for _ in range(times):
        run = folder / "run"
        shutil.rmtree(run, ignore_errors=True)
        process = started((*words, "--out", run))
        time.sleep(draw.uniform(0.02, 1.0) * lasted)
        stop = draw.choice((signal.SIGINT, signal.SIGTERM))
        process.send_signal(stop)
        _, complained = process.communicate(timeout=LONGEST)
        lines = [line for line in complained.splitlines() if "compiling its kernels" not in line]
        fine = process.returncode in (0, 130, -stop) and len(lines) <= 1
        counted["fine" if fine else "not fine"] += 1
        counted[f"exit code {process.returncode}"] += 1
        if not fine:
            print(f"  {kind}: {process.returncode}, {complained}", file=sys.stderr)
        counted["processes left"] += len(left_of(process.pid))
    return counted


def left_of(session: int) -> list[int]:
    """The processes of a session (Linux); none after its last has ended."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            numbers = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name.isdigit() and int(numbers[3]) == session and numbers[0] != "Z":
            found.append(int(entry.name))
    return found


os.environ.setdefault("OMP_NUM_THREADS", "1")
