"""The tables of a sweep for people to read, as Markdown, which is what is printed, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .run import Swept
from .table import Row, Tables

Column = tuple[str, Callable[[Row], str]]


def describe(swept: Swept, tables: Tables) -> str:
    """All tables with what is to be known of them.

    Args:
        swept: the sweep.
        tables: of its runs.
    """
    ended, of = len(swept.summaries), len(swept.sweep.runs)
    parts = [
        f"{ended} of {of} runs have ended.",
        markdown(tables.cells, _CELLS),
        "exact: of the commitment that each run recommends, the exact P (or what else its "
        "objective makes large, such as the utility, or 1 - P of an adversary's), mean over seeds "
        "with Student's 95 % interval. responder's: its own number, of trusted runs alone. "
        "score: (exact - none) / (best - none), interquartile mean with a 95 % bootstrap "
        "interval; runs without a score are counted apart. regret: the followers' greatest, at the "
        "commitments recommended.",
    ]
    if len(tables.methods) > 1 or len({one["scenario"] for one in tables.cells}) > 1:
        parts += [
            markdown(tables.methods, _METHODS),
            "Over scenarios and seeds, seeds resampled within each scenario. gap: by how much "
            "scores fall short of 1.",
        ]
    if tables.comparisons:
        parts += [
            markdown(tables.comparisons, COMPARISONS),
            COMPARED,
        ]
    parts += [f"{name} failed: {why}" for name, why in swept.failed.items()]
    return "\n\n".join(parts)


COMPARED = (
    "better: the chance that a run of the first has a higher score than one of the second in the "
    "same scenario, ties a half. p: of a sign-flip test of the paired runs, adjusted by Holm's "
    "method for the number of pairs."
)


def number(value: Any) -> str:
    """A number in four digits; a dash for none."""
    return "-" if value is None else f"{value:.4g}"


def with_interval(name: str) -> Callable[[Row], str]:
    """What shows a number with its interval, if it has one."""

    def cell(row: Row) -> str:
        if row[f"{name}_low"] is None:
            return number(row[name])
        return f"{number(row[name])} [{number(row[f'{name}_low'])}, {number(row[f'{name}_high'])}]"

    return cell


def plainly(name: str) -> Callable[[Row], str]:
    """What shows a text, or a number without an interval."""
    return lambda row: row[name] if isinstance(row[name], str) else number(row[name])


_CELLS: list[Column] = [
    *((name, plainly(name)) for name in ("scenario", "responder", "proposer", "seeds")),
    ("none", plainly("none")),
    ("best", plainly("best")),
    ("exact", with_interval("exact")),
    ("responder's", with_interval("by_responder")),
    ("trusted", plainly("trusted")),
    ("certified", plainly("certified")),
    ("score", with_interval("score")),
    ("without score", plainly("undefined")),
    ("regret", plainly("regret_worst")),
    ("evaluations", plainly("evaluations")),
    ("env steps", plainly("env_steps")),
    ("seconds", plainly("seconds")),
]
_METHODS: list[Column] = [
    *((name, plainly(name)) for name in ("responder", "proposer", "scenarios", "runs")),
    ("without score", plainly("undefined")),
    ("certified", plainly("certified")),
    ("score, IQM", with_interval("iqm")),
    ("mean", with_interval("mean")),
    ("gap", with_interval("gap")),
]
COMPARISONS: list[Column] = [
    ("first", plainly("one")),
    ("second", plainly("other")),
    ("scenarios", plainly("scenarios")),
    ("pairs", plainly("pairs")),
    ("better", with_interval("improvement")),
    ("p", plainly("p_holm")),
]


def markdown(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """A table whose columns line up."""
    texts = [[name for name, _ in columns], *([cell(row) for _, cell in columns] for row in rows)]
    wide = [max(map(len, column)) for column in zip(*texts, strict=True)]
    texts.insert(1, ["-" * width for width in wide])
    return "\n".join(
        "| " + " | ".join(t.ljust(w) for t, w in zip(row, wide, strict=True)) + " |"
        for row in texts
    )
