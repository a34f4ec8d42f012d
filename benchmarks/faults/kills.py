"""SIGKILL at random moments of every kind of search, then on with what it left.

Moments are drawn anew each time: half of them evenly from the whole life of the process, half from
just after one of the files that a whole run leaves, drawn evenly, is seen to be written, so that
they fall into what is written and what comes next, too. Processes are forked (`forked.py`), and
one search of twenty-five makes pictures; of some kinds further ones are started as a user starts
them, with pictures and workers, and may be killed in their imports.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from scg_envs.core.files import PARTIAL

from .forked import Forked
from .searches import FINISHED, SEARCHES, alone, called, result_of, rows, started, undrawn

LONGEST = 900  # seconds, after which a process counts as hanging
_ONCE_MORE = 0.5  # of those that were killed are killed again as they go on
_BESIDE = 0.2  # of a life, at most so many seconds: how long after a file was seen
_EVERY = 0.002  # seconds between two looks at a file
_DRAWN = 25  # one search of so many that are forked makes pictures

ANEW = ("exact", "ppo", "words", "sweep")
"""The kinds of which some are started anew."""

Counted = Counter[str]


class Kind:
    """A kind of search that is broken off again and again, and what it comes to when left alone.

    Attributes:
        kind: one of `SEARCHES`.
        words: what makes it.
        run: the folder of those that are broken off.
        lasts: how many seconds it takes, kernels compiled; if forked, without pictures.
        expected: its result.
        counted: how often what came about.
    """

    def __init__(self, kind: str, folder: Path, seed: int = 0, *, forked: bool = False) -> None:
        """Run it whole, twice: the first time compiles kernels.

        Args:
            kind: one of `SEARCHES`.
            folder: where to work, which is made.
            seed: of the moments.
            forked: whether its processes are forked from this one, which then runs it first.
        """
        self.kind, self.run = kind, folder / "run"
        self.counted, self._draw = Counted(), random.Random(f"{kind} {seed} {forked}")
        self._forked, self._number = forked, 0
        self.words = alone(SEARCHES[kind]) if forked else SEARCHES[kind]
        first, whole = folder / "first", folder / "whole"
        came = called if forked else lambda *words: (0, *started(words).communicate())
        _, said, _ = came(*self.words, "--out", first, "--json")
        began = time.monotonic()
        process = self.start((*self.words, "--out", whole, "--json"))
        said, complained = process.communicate()
        self.lasts = time.monotonic() - began
        if process.returncode:
            raise RuntimeError(f"{kind}: {complained}")
        self.expected, self._rows = result_of(said), rows(whole)
        files = [path for path in sorted(first.rglob("*")) if path.is_file()]
        self._files = [path.relative_to(first) for path in files if "tfevents" not in path.name]

    def clear(self) -> None:
        """Begin anew."""
        shutil.rmtree(self.run, ignore_errors=True)

    def kill(self) -> None:
        """Kill it at a random moment, perhaps once more, go on with it, and compare."""
        self._number += 1
        self.clear()
        while not self._killed():  # it has ended before
            self.clear()
        self.counted[_left(self.run)] += 1
        while self._draw.random() < _ONCE_MORE and self._killed():
            pass
        self.counted["right" if self.went_on() == "right" else "wrong"] += 1

    def went_on(self) -> str:
        """What it comes to once it is gone on with: `right`, or what was said."""
        said, complained = self.start((*self._again(), "--json")).communicate(timeout=LONGEST)
        if "has ended" in complained:
            words = ("report", self.run, "--trust", "--json")
            said, complained = self.start(words).communicate(timeout=LONGEST)
        if said and result_of(said) == self.expected and rows(self.run) == self._rows:
            return "right"
        print(f"  {self.kind}: {complained or 'another result'}", file=sys.stderr)
        return complained or "another result"

    def start(self, words: Sequence[object]) -> Forked | subprocess.Popen[str]:
        """Start `scg` with these words, forked or anew."""
        if not self._forked:
            return started(words)
        with nullcontext() if self._number % _DRAWN == 1 else undrawn():
            return Forked(words)

    def _again(self) -> tuple[object, ...]:
        """The words that begin it, or go on with it."""
        words = self.words
        if words[0] in FINISHED and (self.run / "config.yaml").exists():
            return (*words[:2], "--resume", "--out", self.run)
        return (*words, "--out", self.run)

    def _killed(self) -> bool:
        """Start it, or go on with it, and kill it, if it has not ended before."""
        file = self.run / self._draw.choice(self._files)
        beside, share = self._draw.random() < 0.5, self._draw.random()
        before = _state(file)
        process = self.start((*self._again(), "--json"))
        while beside and process.poll() is None and _state(file) == before:
            time.sleep(_EVERY)
        try:
            wait = share * (min(_BESIDE, 0.2 * self.lasts) if beside else self.lasts)
            process.communicate(timeout=wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.counted["kills"] += 1
            return True
        return False


def _state(file: Path) -> tuple[int, int] | None:
    """What is another once a file has been replaced or written to; None where it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _left(run: Path) -> str:
    """What a killed process had come to, by what it left."""
    if list(run.rglob(f"{PARTIAL}*")):
        return "as a file was written"
    if not any((run / name).exists() for name in ("config.yaml", "sweep.yaml", "benchmark.yaml")):
        return "before the first file"
    ended = any((run / name).exists() for name in ("summary.json", "findings.npz", "cells.csv"))
    return "after the last round" if ended else "in the rounds"


def check_kills(
    kinds: Sequence[str],
    folder: Path,
    times: int,
    anew: int,
    seed: int,
    keep: Callable[[str, Counted], None],
) -> None:
    """Kill searches of all kinds in turn, forked ones first, and go on with them.

    Args:
        kinds: of `SEARCHES`.
        folder: where to work.
        times: how many searches of each kind are forked and killed, once or more often each.
        anew: how many of each of `ANEW` are killed that are started as a user starts them.
        seed: of the moments.
        keep: is told what came about of a kind so far.
    """
    for forked, number in ((True, times), (False, anew)):
        some = [kind for kind in kinds if number and (forked or kind in ANEW)]
        all_of_them = [
            Kind(kind, folder / f"{kind} {forked}", seed, forked=forked) for kind in some
        ]
        for one in number * all_of_them:
            one.kill()
            keep(one.kind if forked else f"{one.kind}, started anew", one.counted)
