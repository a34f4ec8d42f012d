"""What is written at a benchmark's end."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from ...core.files import write_text
from ..run_folder import write_json
from ..sweep.pictures import draw_profiles
from ..sweep.table import csv_text
from .export import marl_eval
from .pictures import draw_scores
from .run import Benched
from .table import Tables, scores_of
from .text import describe, describe_times


@dataclass(frozen=True)
class Report:
    """A benchmark's tables and where they are.

    Attributes:
        tables: of its runs.
        text: the tables as Markdown.
        paths: the files that were written.
    """

    tables: Tables
    text: str
    paths: tuple[Path, ...]


def report(done: Benched) -> Report:
    """Write the tables and pictures of a benchmark into its folder."""
    tables = Tables.of(done)
    text = describe(done, tables)
    folder = done.folder
    paths = [folder / f"{one.name}.csv" for one in fields(tables)]
    for path in paths:
        write_text(path, csv_text(getattr(tables, path.stem)))
    texts = {"table.md": text, "times.md": describe_times(tables)}
    for name, content in texts.items():
        paths.append(folder / name)
        write_text(paths[-1], content + "\n")
    paths.append(folder / "marl_eval.json")
    write_json(paths[-1], marl_eval(tables.runs))
    if any(row["score"] is not None for row in tables.runs):
        paths += [folder / "scores.png", folder / "profiles.png"]
        draw_scores(tables, paths[-2])
        draw_profiles(scores_of(tables.runs), paths[-1])
    return Report(tables, text, tuple(paths))
