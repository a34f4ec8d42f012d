"""The page of several searches side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..report.compare import Comparison
from ..sweep.text import Column, number
from .drawings import Mark, scale
from .page import Drawing, Lines, Media, Page, Paragraph, Part, Section, Table, write_page
from .search import aim, pair


def _after(row: Mapping[str, Any]) -> str:
    """P after by the run's own followers, with its interval where there is one."""
    shown = number(row["p_after"])
    if row["p_after_interval"] is None:
        return shown
    low, high = row["p_after_interval"]
    return f"{shown} [{low:.4g}, {high:.4g}]"


COLUMNS: tuple[Column, ...] = (
    ("run", lambda row: str(row["run"])),
    ("pre-policy", lambda row: str(row["pre_policy"])),
    ("P before", lambda row: number(row["p_before"])),
    ("P after, exact", lambda row: number(row["p_after_exact"])),
    ("its own P after", _after),
    ("effect, exact", lambda row: number(row["causal_effect_exact"])),
    ("greatest P there is", lambda row: number(row["p_best_exact"])),
    ("trust", lambda row: str(row["trust"])),
    ("certified", lambda row: "yes" if row["certified"] else "no"),
    ("evaluations", lambda row: str(row["evaluations"])),
    ("steps", lambda row: str(row["env_steps"])),
    ("seconds", lambda row: number(row["wall_seconds"])),
)
"""What is shown of each run, by `Comparison.rows`."""


def write_comparison(path: Path, found: Comparison) -> None:
    """Write the page.

    Args:
        path: the HTML file.
        found: the runs.
    """
    write_page(path, comparison_page(found))


def comparison_page(found: Comparison) -> Page:
    """The page; each run's pictures are looked for in its folder when it is rendered."""
    rows = found.rows()
    table = Table(
        "Finished searches",
        [name for name, _ in COLUMNS],
        [[cell(row) for _, cell in COLUMNS] for row in rows],
    )
    marks = [
        Mark(str(run.folder.name), exact, "after", pair(run.result.p_after_bounds))
        if (exact := run.result.p_after_exact) is not None
        else Mark(
            f"{run.folder.name}, learned",
            run.result.p_after,
            "before",
            run.result.p_after_interval,
        )
        for run in found.runs
    ]
    said = (
        "P after the recommended pre-policy: exact where that is known, with what ties leave open, "
        "else the run's own, with its interval."
    )
    courses: list[Part] = []
    for run in found.runs:
        words = f"{run.folder}: {run.result.pre_policy}"
        courses.append(Media(run.folder / "learning.png", f"The course of {run.folder}", words))
    settings = [
        (str(run.folder), ", ".join(f"{name}: {value}" for name, value in run.settings.items()))
        for run in found.runs
    ]
    first = found.runs[0].result
    question = (
        f"The game is {first.game}. Which policy that {first.committed} commits to {aim(first)}, "
        "by each of these searches?"
    )
    answer = "All answer one question."
    if found.differ:
        question = "What did each of these searches find?"
        answer = f"They do not ask the same: they differ in {', '.join(found.differ)}."
    sections = [
        Section("Side by side", [Drawing(scale(marks, said), said), table]),
        Section("In what their settings differ", [Lines(settings)])
        if any(text for _, text in settings)
        else Section("Settings", [Paragraph("All have the same settings.")]),
        Section("Their courses", courses),
    ]
    return Page(f"{len(found.runs)} searches side by side", question, answer, sections)
