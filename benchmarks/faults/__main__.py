"""Measure what becomes of runs when processes are killed, files are damaged, and calls misused.

    python -m benchmarks.faults kills --times 50   SIGKILL at random moments, then --resume
    python -m benchmarks.faults files              every file of a run, four damages
    python -m benchmarks.faults mutations          10,000 changed files of each format
    python -m benchmarks.faults calls              100,000 calls of each interface
    python -m benchmarks.faults bounds             20,000 of them with kernels' bounds checked
    python -m benchmarks.faults stops --times 20   SIGINT and SIGTERM at random moments
    python -m benchmarks.faults disks              full, read-only, moved, links, odd names (root)
    python -m benchmarks.faults same               processes, hash seeds, threads, batches, backends
    python -m benchmarks.faults memory             after 10,000 iterations against after 500
    python -m benchmarks.faults resources          the largest games
    python -m benchmarks.faults soak --minutes 60  runs with a fault in each
    python -m benchmarks.faults page               the tables in docs/reliability.md

Each says what it counted and keeps it in measured.json as it comes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from . import disks, kept, memory, resources, same, soak, stops
from .calls import INTERFACES, fuzz
from .damage import check_files
from .formats import FORMATS
from .kills import check_kills
from .mutations import check_format
from .searches import ROOT, SEARCHES, undrawn

Part = Callable[[argparse.Namespace, Path], Iterator[tuple[str, Mapping[str, Any]]]]


def _calls(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for interface in INTERFACES:
        yield interface, fuzz(interface, told.calls or 100_000, told.seed)


def _files(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in _named(told, SEARCHES):
        (folder / kind).mkdir()
        yield kind, check_files(kind, folder / kind, told.seed, pictures=not told.undrawn)


def _mutations(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, kind in enumerate(_named(told, FORMATS)):
        at = folder / str(number)
        yield kind, check_format(kind, FORMATS[kind], at, told.files, told.seed)


def _stops(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in _named(told, stops.STOPPED):
        (folder / kind).mkdir()
        yield kind, stops.check_stops(kind, folder / kind, told.times, told.seed)


def _disks(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    cases = disks.cases()
    for number, kind in enumerate(_named(told, cases)):
        (folder / str(number)).mkdir()
        yield kind, cases[kind](folder / str(number))


def _same(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in _named(told, {"games": (), **SEARCHES}):
        found = same.check_games() if kind == "games" else same.check_searches(kind, folder / kind)
        yield kind, found


def _memory(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    cases = memory.cases()
    for kind in _named(told, cases):
        yield kind, memory.measured(*cases[kind])


def _resources(told: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    cases = resources.cases(folder)
    for kind in _named(told, cases):
        yield kind, resources.measured(cases[kind])


PARTS: dict[str, Part] = {
    "files": _files,
    "mutations": _mutations,
    "calls": _calls,
    "stops": _stops,
    "disks": _disks,
    "same": _same,
    "memory": _memory,
    "resources": _resources,
}


def _named(told: argparse.Namespace, known: Mapping[str, Any]) -> list[str]:
    return list(known) if told.kinds is None else told.kinds.split(";")


def _bounds(told: argparse.Namespace) -> None:
    """The calls in a process whose kernels are compiled with checks, into a cache of its own."""
    with tempfile.TemporaryDirectory() as cache:
        words = ["calls", "--part", "bounds", "--calls", str(told.calls or 20_000)]
        subprocess.run(
            [sys.executable, "-m", "benchmarks.faults", *words, "--kept", str(told.kept)],
            cwd=ROOT,
            env=os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": cache},
            check=True,
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Run one part, and keep what it counted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", choices=(*kept.PARTS, "page"))
    parser.add_argument("--kinds", help="of searches, formats, ..., with semicolons; all if none")
    parser.add_argument("--times", type=int, default=50, help="kills or stops of each kind")
    parser.add_argument("--anew", type=int, default=5, help="kills of those not forked")
    parser.add_argument("--calls", type=int, help="of each interface")
    parser.add_argument("--files", type=int, default=10_000, help="changed, of each format")
    parser.add_argument("--minutes", type=float, default=60, help="of the soak")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kept", type=Path, default=kept.PATH, help="where figures are kept")
    parser.add_argument("--part", dest="under", help="the part under which figures are kept")
    parser.add_argument("--undrawn", action="store_true", help="make no pictures, videos and pages")
    told = parser.parse_args(argv)
    if told.part == "page":
        kept.write_page()
        return
    if told.part == "bounds":
        _bounds(told)
        return
    under = told.under or told.part

    def keep(kind: str, counted: Mapping[str, Any]) -> None:
        kept.keep(under, kind, counted, told.kept)

    with tempfile.TemporaryDirectory() as name, undrawn() if told.undrawn else nullcontext():
        folder = Path(name)
        if told.part == "kills":
            check_kills(_named(told, SEARCHES), folder, told.times, told.anew, told.seed, keep)
        elif told.part == "soak":
            soak.check_soak(folder, told.minutes, told.seed, keep)
        else:
            for kind, counted in PARTS[told.part](told, folder):
                keep(kind, counted)


if __name__ == "__main__":
    main()
