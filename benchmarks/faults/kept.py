"""What was measured, kept beside this, and the tables of it in docs/reliability.md.

Every part writes its figures as they come, so that one that is broken off leaves what it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scg_envs.core.files import write_text

PATH = Path(__file__).with_name("measured.json")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
PARTS = {
    "kills": "searches killed by SIGKILL at random moments, some of them again as they go on, then "
    "`--resume`: `right` is a search with the same summary but for wall time and the same "
    "`metrics.csv`, `wrong` any other; beside them what the first kill of each fell into",
    "files": "every file of a run cut, emptied, one bit flipped, deleted; finished and broken off",
    "mutations": "changed files of each format",
    "calls": "random calls of each interface, over all games",
    "bounds": "the same with kernels' bounds checked (`NUMBA_BOUNDSCHECK=1`)",
    "stops": "SIGINT and SIGTERM at random moments, imports among them",
    "disks": "full disks, read-only and moved folders, links, odd names",
    "same": "the same summary by other processes, hash seeds, threads, batches and backends",
    "memory": "memory and handles, early and late",
    "resources": "the largest games",
    "soak": "runs, one after another, with a fault in each: `right` came to its result, `one line` "
    "is a damaged file that was named",
}
"""The parts of the benchmark, and what each measures."""

Kept = dict[str, dict[str, dict[str, Any]]]


def read(path: Path = PATH) -> Kept:
    """Figures by part and kind."""
    found: Kept = {}
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
    return found


def keep(part: str, kind: str, figures: Mapping[str, Any], path: Path = PATH) -> None:
    """Put the figures of a kind in the place of older ones, and say them."""
    kept = read(path)
    today = datetime.now(UTC).date().isoformat()
    kept.setdefault(part, {})[kind] = {**figures, "date": today}
    write_text(path, json.dumps(kept, indent=1) + "\n")
    print(part, kind, dict(figures), flush=True)


def tables(kept: Kept) -> str:
    """A table in Markdown for each part that was measured."""
    return "\n".join(line for part in PARTS if part in kept for line in _table(part, kept[part]))


def _table(part: str, kinds: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"`python -m benchmarks.faults {part}`: {PARTS[part]}.\n"
    yield "| of | what came of it | on |"
    yield "| --- | --- | --- |"
    for kind, figures in kinds.items():
        came = "; ".join(f"{name} {_said(value)}" for name, value in _figures(figures))
        yield f"| {kind} | {came} | {figures['date']} |"
    yield ""


def _figures(figures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if name != "date":
            yield name.replace("|", "\\|"), value


def _said(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|")


def page(text: str, kept: Kept) -> str:
    """The page with these tables in the place of those that it has."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables(kept)}\n{END}{after}"


def write_page() -> None:
    """Write the tables into docs/reliability.md."""
    write_text(PAGE, page(PAGE.read_text(encoding="utf-8"), read()))
