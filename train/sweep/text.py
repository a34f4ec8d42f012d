"""The tables of a sweep for people to read, as Markdown, which is what is printed, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .run import Swept
from .table import Row, Tables

_Column = tuple[str, Callable[[Row], str]]


def describe(swept: Swept, tables: Tables) -> str:
    """All tables with what is to be known of them.

    Args:
        swept: the sweep.
        tables: of its runs.
    """
    ended, of = len(swept.summaries), len(swept.sweep.runs)
    parts = [
        f"{ended} of {of} runs have ended.",
        _markdown(tables.cells, _CELLS),
        "exact: of the commitment that each run recommends, the exact P (or utility), mean over "
        "seeds with Student's 95 % interval. responder's: its own number, of trusted runs alone. "
        "score: (exact - none) / (best - none), interquartile mean with a 95 % bootstrap "
        "interval; runs without a score are counted apart. regret: the followers' greatest, at the "
        "commitments recommended.",
    ]
    if len(tables.methods) > 1 or len({one["scenario"] for one in tables.cells}) > 1:
        parts += [
            _markdown(tables.methods, _METHODS),
            "Over scenarios and seeds, seeds resampled within each scenario. gap: by how much "
            "scores fall short of 1.",
        ]
    if tables.comparisons:
        parts += [
            _markdown(tables.comparisons, _COMPARISONS),
            "better: the chance that a run of the first has a higher score than one of the second "
            "in the same scenario, ties a half.",
        ]
    parts += [f"{name} failed: {why}" for name, why in swept.failed.items()]
    return "\n\n".join(parts)


def number(value: Any) -> str:
    """A number in four digits; a dash for none."""
    return "-" if value is None else f"{value:.4g}"


def _with_interval(name: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        if row[f"{name}_low"] is None:
            return number(row[name])
        return f"{number(row[name])} [{number(row[f'{name}_low'])}, {number(row[f'{name}_high'])}]"

    return cell


def _plain(name: str) -> Callable[[Row], str]:
    return lambda row: row[name] if isinstance(row[name], str) else number(row[name])


_CELLS: list[_Column] = [
    *((name, _plain(name)) for name in ("scenario", "responder", "proposer", "seeds")),
    ("none", _plain("none")),
    ("best", _plain("best")),
    ("exact", _with_interval("exact")),
    ("responder's", _with_interval("by_responder")),
    ("trusted", _plain("trusted")),
    ("certified", _plain("certified")),
    ("score", _with_interval("score")),
    ("without score", _plain("undefined")),
    ("regret", _plain("regret_worst")),
    ("evaluations", _plain("evaluations")),
    ("env steps", _plain("env_steps")),
    ("seconds", _plain("seconds")),
]
_METHODS: list[_Column] = [
    *((name, _plain(name)) for name in ("responder", "proposer", "scenarios", "runs")),
    ("without score", _plain("undefined")),
    ("certified", _plain("certified")),
    ("score, IQM", _with_interval("iqm")),
    ("mean", _with_interval("mean")),
    ("gap", _with_interval("gap")),
]
_COMPARISONS: list[_Column] = [
    ("first", _plain("one")),
    ("second", _plain("other")),
    ("scenarios", _plain("scenarios")),
    ("pairs", _plain("pairs")),
    ("better", _with_interval("improvement")),
]


def _markdown(rows: Sequence[Row], columns: Sequence[_Column]) -> str:
    """A table whose columns line up."""
    texts = [[name for name, _ in columns], *([cell(row) for _, cell in columns] for row in rows)]
    wide = [max(map(len, column)) for column in zip(*texts, strict=True)]
    texts.insert(1, ["-" * width for width in wide])
    return "\n".join(
        "| " + " | ".join(t.ljust(w) for t, w in zip(row, wide, strict=True)) + " |"
        for row in texts
    )
