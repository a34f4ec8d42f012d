"""What is written at a sweep's end."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from ...core.files import write_text
from .pictures import draw
from .run import Swept
from .table import Tables, csv_text
from .text import describe


@dataclass(frozen=True)
class Report:
    """A sweep's tables and where they are.

    Attributes:
        tables: of its runs.
        text: the tables as Markdown.
        paths: the files that were written.
    """

    tables: Tables
    text: str
    paths: tuple[Path, ...]


def report(swept: Swept) -> Report:
    """Write the tables and pictures of a sweep into its folder."""
    tables = Tables.of(swept.sweep, swept.summaries)
    text = describe(swept, tables)
    paths = []
    for one in fields(tables):
        paths.append(swept.folder / f"{one.name}.csv")
        write_text(paths[-1], csv_text(getattr(tables, one.name)))
    paths.append(swept.folder / "table.md")
    write_text(paths[-1], text + "\n")
    if tables.cells:
        paths += draw(swept, tables)
    return Report(tables, text, tuple(paths))
