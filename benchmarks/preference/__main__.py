"""Measure, keep the numbers in results.json, and write the tables of docs/preferences.md.

    python -m benchmarks.preference                   everything, at the docs' numbers of samples
    python -m benchmarks.preference types --samples 3 one measure alone; fewer samples are not kept
    python -m benchmarks.preference --tables          write the tables anew from what was kept

Simulated people as `scg preferences simulate` has them by default: 200 randomised comparisons, 1000
of each other design, one each person. A search ends right if the outcome that is best in truth is
what its pre-policy comes to, exactly.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .choice import choice
from .designs import coverage, designs, hidden
from .limits import recovery, types
from .models import invariance, network
from .tables import written

GAMES = ("barrier", "household", "stag_hunt")
MEASURES: dict[str, tuple[Callable[[str, int], list[dict[str, Any]]], int]] = {
    "designs": (designs, 20),
    "hidden": (hidden, 20),
    "recovery": (recovery, 1000),
    "coverage": (coverage, 40),
    "types": (types, 100),
    "choice": (choice, 100),
    "network": (network, 10),
    "invariance": (invariance, 20),
}
"""Each with the samples of the docs."""

KEPT = Path(__file__).parent / "results.json"
DOCS = Path(__file__).parents[2] / "docs" / "preferences.md"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--samples", type=int)
    parser.add_argument("--games", nargs="+", default=GAMES)
    parser.add_argument("--tables", action="store_true")
    given = parser.parse_args(argv)
    unknown = set(given.measures) - set(MEASURES)
    if unknown:
        parser.error(f"no measure {min(unknown)}; known: {', '.join(MEASURES)}")
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    for name in () if given.tables else given.measures or MEASURES:
        measure, samples = MEASURES[name]
        for game in given.games:
            rows = measure(game, given.samples or samples)
            for row in rows:
                print(name, game, json.dumps(row), flush=True)
            if given.samples is None:
                kept.setdefault(name, {})[game] = rows
                KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    DOCS.write_text(written(DOCS.read_text("utf-8"), kept), encoding="utf-8")


if __name__ == "__main__":
    main()
