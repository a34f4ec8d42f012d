"""Measure what becomes of runs when processes are killed, files are damaged, and calls misused.

    python -m benchmarks.faults files             every file of a run, four damages
    python -m benchmarks.faults kills --times 50  SIGKILL at random moments, then --resume
    python -m benchmarks.faults stops --times 50  SIGINT and SIGTERM at random moments
    python -m benchmarks.faults calls             100,000 calls of each interface
    python -m benchmarks.faults mutations         10,000 changed files of each format

Each prints what it counted and keeps it in measured.json; docs/reliability.md shows that.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scg_envs.train import report

from .calls import INTERFACES, fuzz
from .damage import check_files
from .formats import FORMATS
from .kept import PATH, keep
from .kills import check_kills, check_stops
from .mutations import check_format
from .searches import SEARCHES


def main(argv: Sequence[str] | None = None) -> None:
    """Run one part, and keep what it counted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", choices=("files", "kills", "stops", "calls", "mutations"))
    parser.add_argument("--kinds", default=",".join(SEARCHES), help="of searches, with commas")
    parser.add_argument("--times", type=int, default=50, help="kills or stops of each kind")
    parser.add_argument("--calls", type=int, default=100_000, help="of each interface")
    parser.add_argument("--files", type=int, default=10_000, help="changed, of each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kept", type=Path, default=PATH, help="where figures are kept")
    parser.add_argument(
        "--undrawn", action="store_true", help="files, mutations: make no pictures and videos"
    )
    told = parser.parse_args(argv)
    if told.undrawn:
        for name in ("_draw", "_film", "write_search_page"):
            setattr(report, name, lambda *arguments: None)
    if told.part == "calls":
        for interface in INTERFACES:
            keep("calls", interface, fuzz(interface, told.calls, told.seed), told.kept)
        return
    if told.part == "mutations":
        for kind, made in FORMATS.items():
            with tempfile.TemporaryDirectory() as name:
                counted = check_format(kind, made, Path(name) / "files", told.files, told.seed)
            keep("mutations", kind, counted, told.kept)
        return
    kinds = told.kinds.split(",")
    with tempfile.TemporaryDirectory() as name:
        if told.part == "kills":
            check_kills(
                kinds,
                Path(name),
                told.times,
                told.seed,
                lambda kind, counted: keep("kills", kind, counted, told.kept),
            )
            return
        for kind in kinds:
            folder = Path(name) / kind
            folder.mkdir()
            if told.part == "files":
                counted = check_files(kind, folder, told.seed, pictures=not told.undrawn)
            else:
                counted = check_stops(kind, folder, told.times, told.seed)
            keep(told.part, kind, counted, told.kept)


if __name__ == "__main__":
    main()
