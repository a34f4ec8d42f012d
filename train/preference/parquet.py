"""Tables as Parquet files, by the extra `preference`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.extras import require
from ...core.files import replacing


def write_parquet(columns: Mapping[str, Sequence[Any]], path: Path) -> None:
    """Write a table, whole or not at all.

    Args:
        columns: values by name, as many of each.
        path: the file.

    Raises:
        MissingExtra: without the extra `preference`.
        TypeError, ValueError: a column of values of several kinds.
        CannotWrite: it cannot be written.
    """
    require("a Parquet file", "pyarrow", extra="preference")
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table(dict(columns))
    with replacing(path) as partial:
        pyarrow.parquet.write_table(table, partial)


def read_parquet(path: Path) -> list[dict[str, Any]]:
    """The rows of a table.

    Raises:
        MissingExtra: without the extra `preference`.
        OSError: it cannot be read.
        ValueError: it is no such file.
    """
    require("a Parquet file", "pyarrow", extra="preference")
    import pyarrow
    import pyarrow.parquet

    try:
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    except pyarrow.ArrowException as error:
        raise ValueError(str(error)) from error
    return rows
