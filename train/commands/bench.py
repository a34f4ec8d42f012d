"""Measure how fast everything is, from a checkout of the project.

Medians with their spread, repeats interleaved, pinned to one core (or two where it says so).
With --out, writes results.json, REPORT.md and speed.png into a folder, where parts that an earlier
run has written stay as they were.

Examples:
  scg bench --only barrier
  scg bench --only barrier --json
  scg bench --out benchmarks          everything, into the project's own report
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ... import __file__ as package_file
from ...errors import InvalidArgument, UnknownName
from ._arguments import add_json, print_json, whole


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--only",
        metavar="PARTS",
        help="parts to measure, with commas between: barrier, matrix, language, causal, mixed, "
        "search, scaling, peers (default: all)",
    )
    parser.add_argument(
        "--repeats", type=whole, default=5, metavar="N", help="repeats of every figure (default: 5)"
    )
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder to write (default: none)")
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Measure, and print or write."""
    if args.repeats < 1:
        raise InvalidArgument(f"--repeats is {args.repeats}; expected a number from 1 on.")
    suites = _suites()
    names = list(suites.SUITES) if args.only is None else args.only.split(",")
    for name in names:
        if name not in suites.SUITES:
            raise UnknownName("part of the benchmark", name, list(suites.SUITES))
    parts = suites.run(names, args.repeats, lambda line: print(line, file=sys.stderr))
    if args.out is not None:
        paths = suites.write(parts, args.out)
    if args.json:
        print_json(suites.flat(parts))
        return
    print(suites.markdown(parts))
    if args.out is not None:
        print("", *paths, sep="\n")


def _suites() -> Any:
    """The module `benchmarks.suites` of the checkout that the package is installed from."""
    root = Path(package_file).resolve().parents[1]
    if not (root / "benchmarks" / "suites.py").is_file():
        raise InvalidArgument(
            "scg bench needs the folder benchmarks/, which only a checkout of the project has; "
            "clone it, and install it with: pip install -e ."
        )
    sys.path.insert(0, str(root))
    try:
        return import_module("benchmarks.suites")
    finally:
        sys.path.remove(str(root))
