"""The parts of the benchmark by name, and what runs and reports them."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from . import report
from .harness import Case, Row, measure

FOLDER = Path(__file__).parent
# A part is a module with `cases()`, measured here, or with `rows(repeats)`, which measures itself.
SUITES = {
    "barrier": "the barrier game: steps, PPO, exact effects",
    "matrix": "matrix games: steps, exact best responses",
    "causal": "equilibria, optimal commitments, games with observations",
    "mixed": "searching mixed commitments against the linear program that knows the best",
    "search": "scg search barrier --responder ppo against the naive route",
    "scaling": "time against grid side, posts, batch and threads, with fitted exponents",
    "peers": "other environments, each in an optional virtual environment of its own",
}


def run(names: list[str], repeats: int, say: Callable[[str], None]) -> tuple[list[Row], list[str]]:
    """Measure some parts.

    Args:
        names: of `SUITES`.
        repeats: of every figure.
        say: told what is under way, and what was left out and why.

    Returns:
        The rows, and paragraphs for the report.
    """
    cases: list[Case] = []
    rows: list[Row] = []
    notes: list[str] = []
    for name in names:
        module = import_module(f".{name}", __package__)
        if hasattr(module, "cases"):
            cases += module.cases()
            continue
        say(f"measuring {name}")
        more, said = module.rows(repeats)
        rows += more
        notes += said
    if cases:
        say(f"measuring {', '.join(case.name for case in cases)}")
        rows = measure(cases, repeats) + rows
    return rows, notes


def write(rows: list[Row], notes: list[str], folder: Path) -> list[Path]:
    """Write results.json, REPORT.md and speed.png into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("results.json", "REPORT.md", "speed.png")]
    paths[0].write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    parts = ["# Benchmark", report.markdown(rows), report.ratios(rows), *notes, "![](speed.png)"]
    paths[1].write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")
    report.picture(rows, paths[2])
    return paths
