"""Files of comparisons: a line of JSON for each, or columns (`comparisons` shows the format)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...core.errors import InvalidArgument
from ...core.files import cause, read_json, write_text
from .comparisons import KEYS, Comparison, Comparisons
from .parquet import read_parquet, write_parquet


def jsonl_of(rows: Iterable[Comparison]) -> str:
    """Comparisons as JSONL, a line each."""
    return "".join(json.dumps(row.to_json()) + "\n" for row in rows)


def write_comparisons(data: Comparisons, path: Path) -> None:
    """Write a file: Parquet if its name ends so, else JSONL.

    Raises:
        MissingExtra: Parquet without the extra `preference`.
        InvalidArgument: what is under one name of `about` is text here and a number there, which no
            column of Parquet holds.
        CannotWrite: it cannot be written.
    """
    if path.suffix != ".parquet":
        write_text(path, jsonl_of(data.rows))
        return
    lines = [row.to_json() for row in data.rows]
    columns = {name: [line.get(name) for line in lines] for name in KEYS}
    try:
        write_parquet({name: values for name, values in columns.items() if any(values)}, path)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            f"about has no columns ({cause(error)}); give one name always texts, or always numbers."
        ) from error


def read_comparisons(path: Path) -> Comparisons:
    """Read a file: Parquet if its name ends so, else JSONL.

    Raises:
        InvalidArgument: it cannot be read, or a line breaks the format; the message says which.
        MissingExtra: Parquet without the extra `preference`.
    """
    try:
        return Comparisons(tuple(_read(path)))
    except OSError as error:
        raise InvalidArgument(f"{path} cannot be read ({cause(error)}); check `data`.") from error
    except InvalidArgument as error:
        raise InvalidArgument(f"{path}: {error}") from error


def _read(path: Path) -> Iterable[Comparison]:
    for number, read in enumerate(_parquet(path) if path.suffix == ".parquet" else _jsonl(path), 1):
        try:
            yield Comparison.from_json(read_json(read) if isinstance(read, str) else read)
        except ValueError as error:
            why = "it is no JSON" if isinstance(error, json.JSONDecodeError) else str(error)
            raise InvalidArgument(f"line {number} is no comparison: {why}.") from error


def _jsonl(path: Path) -> Iterable[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise InvalidArgument(f"it is no text ({error.reason}).") from error


def _parquet(path: Path) -> Iterable[Any]:
    try:
        rows = read_parquet(path)
    except ValueError as error:  # texts that are none among them
        raise InvalidArgument(f"it is no Parquet file ({cause(error)}).") from error
    return [_without_none(row) for row in rows]


def _without_none(row: Any) -> Any:
    """A row without what columns fill in where a line has nothing."""
    if isinstance(row, dict):
        return {name: _without_none(value) for name, value in row.items() if value is not None}
    return row
