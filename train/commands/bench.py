"""Measure how fast everything is, from a checkout of the project.

Medians with their spread, repeats interleaved, pinned to one core (or two where it says so).
With --out, writes results.json, REPORT.md and speed.png into a folder, where parts that an earlier
run has written stay as they were.

Examples:
  scg bench --only barrier
  scg bench --only barrier,games --json
  scg bench --out benchmarks          everything, into the project's own report
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ... import __file__ as package_file
from ...core.errors import InvalidArgument, UnknownName
from ..cli.command import Run
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Bench(Run):
    """Measure.

    Attributes:
        only: the parts to measure, with commas between: barrier, games, matrix, commons, donor,
            language, persuasion, public_goods, facility, taxation, assistance, causal, mixed,
            search, scaling, peers; all if None.
        repeats: the repeats of every figure.
    """

    only: str | None = None
    repeats: int = 5

    def run(self) -> None:
        """Measure, and print or write."""
        if self.repeats < 1:
            raise InvalidArgument(f"repeats is {self.repeats}; expected a number from 1 on.")
        suites = _suites()
        names = list(suites.SUITES) if self.only is None else self.only.split(",")
        for name in names:
            if name not in suites.SUITES:
                raise UnknownName("part of the benchmark", name, list(suites.SUITES))
        parts = suites.run(names, self.repeats, lambda line: print(line, file=sys.stderr))
        if self.out is not None:
            paths = suites.write(parts, self.out)
            self.keep(self.out)
        if self.json:
            print_json(suites.flat(parts))
            return
        say(suites.markdown(parts))
        if self.out is not None:
            say("", *paths)


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
