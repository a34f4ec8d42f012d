"""The tables of a study as files: CSV or Parquet, a codebook, and comparisons."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.files import write_text
from ..preference.comparisons import Comparisons
from ..preference.files import write_comparisons
from ..preference.parquet import write_parquet
from .games import Games
from .store import Store
from .tables import CODEBOOK, codebook, comparisons_of, people_of, tables_of

FORMATS = ("csv", "parquet")
COMPARISONS = "comparisons.jsonl"
Rows = Sequence[Mapping[str, Any]]


def export(store: Store, games: Games, folder: Path, kind: str = "csv") -> list[Path]:
    """Write what a study has collected.

    Args:
        store: the study's.
        games: the study's.
        folder: made if it is not there.
        kind: one of `FORMATS`.

    Returns:
        The files: the tables of `CODEBOOK`, `codebook.md`, and `comparisons.jsonl` where two
        outcomes were compared, as `scg preferences` reads it.

    Raises:
        CannotWrite: they cannot be written.
    """
    people = people_of(store, games)
    written = []
    for name, rows in tables_of(people, games).items():
        path = folder / f"{name}.{kind}"
        if kind == "csv":
            write_text(path, csv_of(name, rows))
        else:
            names = rows[0] if rows else ()
            write_parquet({one: [row.get(one) for row in rows] for one in names}, path)
        written.append(path)
    write_text(folder / "codebook.md", codebook(games))
    written.append(folder / "codebook.md")
    compared = comparisons_of(people, games)
    if compared:
        write_comparisons(Comparisons(compared), folder / COMPARISONS)
        written.append(folder / COMPARISONS)
    return written


def csv_of(name: str, rows: Rows) -> str:
    """A table's rows as CSV, with a line of names; what begins as a formula is quoted as text.

    All texts are in quotation marks, so that no spreadsheet that parts cells elsewhere, as by
    semicolons, finds a formula in the middle of one.
    """
    out = io.StringIO()
    names = list(rows[0]) if rows else list(CODEBOOK[name])
    writer = csv.DictWriter(out, names, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writeheader()
    writer.writerows({column: _plain(value) for column, value in row.items()} for row in rows)
    return out.getvalue()


def _plain(value: Any) -> Any:
    """What spreadsheets do not run: a participant's text may begin with = or @."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
