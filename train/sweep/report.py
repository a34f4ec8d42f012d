"""What is written at the end of a sweep, and of a benchmark, which is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Generic, TypeVar

from ...core.files import write_text
from ..page.tables import write_tables_page
from .pictures import draw
from .run import Swept
from .table import Tables, csv_text
from .text import describe

_Tables = TypeVar("_Tables")


@dataclass(frozen=True)
class Report(Generic[_Tables]):
    """Tables and where they are.

    Attributes:
        tables: of its runs.
        text: the tables as Markdown.
        paths: the files that were written.
    """

    tables: _Tables
    text: str
    paths: tuple[Path, ...]


def report(swept: Swept) -> Report[Tables]:
    """Write the tables and pictures of a sweep into its folder."""
    tables = Tables.of(swept.sweep, swept.summaries)
    text = describe(swept, tables)
    paths = write_tables(swept.folder, tables, {"table.md": text})
    if tables.cells:
        paths += draw(swept, tables)
    ended, of = len(swept.summaries), len(swept.sweep.runs)
    scenarios = {run.scenario for run in swept.sweep.runs}
    paths.append(
        write_tables_page(
            swept.folder,
            title=f"A sweep of {len(scenarios)} scenario{'s' if len(scenarios) > 1 else ''}",
            question=(
                "Which commitment was found in each scenario, against whose answers, by which "
                "way of proposing, with which seed, and what is it exactly worth?"
            ),
            answer=f"{ended} of {of} runs have ended, {len(swept.failed)} failed.",
            texts={"The tables": text},
            paths=paths,
        )
    )
    return Report(tables, text, tuple(paths))


def write_tables(folder: Path, tables: Any, texts: Mapping[str, str]) -> list[Path]:
    """Write each of the tables as CSV, and texts by their files' names.

    Args:
        folder: where to.
        tables: a dataclass of tables, which are lists of rows.
        texts: what else is written, without the end of the last line.

    Returns:
        The files.
    """
    paths = [folder / f"{one.name}.csv" for one in fields(tables)]
    for path in paths:
        write_text(path, csv_text(getattr(tables, path.stem)))
    for name, text in texts.items():
        paths.append(folder / name)
        write_text(paths[-1], text + "\n")
    return paths
