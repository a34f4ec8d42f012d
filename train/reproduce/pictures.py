"""The experiments as pictures, published numbers beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...core.pictures.palette import LINES
from ..report.plots import new_figure, save
from .banana import LONGER
from .rows import Row


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw an experiment's rows as PNG.

    Args:
        rows: of one experiment.
        path: the file to write.
    """
    experiment = rows[0].experiment
    figure, axes = new_figure(9.6, 4.8)
    own = {"bargaining": _bargaining, "banana": _banana, "scai": _scai}
    own.get(experiment, _side_by_side)(axes, rows)
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1))  # where nothing is drawn
    save(figure, path)


def _side_by_side(axes: Any, rows: Sequence[Row]) -> None:
    """Every condition's numbers, by metric; published ones as crosses."""
    published = [row for row in rows if row.published is not None]
    shown = published if len(published) > 1 else rows  # what can be compared, if anything can
    conditions = list(dict.fromkeys(row.condition for row in shown))
    for metric in dict.fromkeys(row.metric for row in shown):
        picked = [row for row in shown if row.metric == metric]
        at = [conditions.index(row.condition) for row in picked]
        (line,) = axes.plot([_value(row.ours) for row in picked], at, "o", label=metric)
        crosses = [_value(row.published) for row in picked]
        axes.plot(crosses, at, "x", color=line.get_color(), markersize=9)
    axes.set_yticks(range(len(conditions)), conditions, fontsize=7)
    axes.set_title(f"{rows[0].experiment}: ours (dots) beside published (crosses)")


def _bargaining(axes: Any, rows: Sequence[Row]) -> None:
    """Figure 4: the price by revision."""
    for reading in ("calibrated", "hazard"):
        picked = [r for r in rows if r.condition == f"{reading}: learned price"]
        for metric, style in (("price", "--"), ("mean_price", "-")):
            line = [r for r in picked if r.metric == metric]
            axes.errorbar(
                [r.epoch for r in line],
                [_value(r.ours) for r in line],
                [_value(r.sd) for r in line],
                linestyle=style,
                marker="o",
                capsize=3,
                label=f"{reading} seller, {metric.replace('_', ' ')}",
            )
        before = next(
            r
            for r in rows
            if (r.condition, r.metric) == (f"{reading}: no commitment", "mean_price")
        )
        if reading == "calibrated":
            axes.axhline(_value(before.published), color="gray", label="published, no commitment")
        axes.axhline(
            _value(before.ours), color="gray", linestyle=":", label=f"{reading}, no commitment"
        )
    axes.axhline(40, color="black", linewidth=0.8, label="the seller's cost")
    axes.set_xlabel("revision")
    axes.set_ylabel("price")
    axes.set_title("A claimed price, learned by the four moves (5 seeds)")


def _banana(axes: Any, rows: Sequence[Row]) -> None:
    """Table 1: quality by topic and pre-policy; with three messages, as the human-written has."""
    columns = ("none", LONGER, "human_written", "learned")
    topics = [
        r.condition.split(": ")[1]
        for r in rows
        if r.condition.startswith("none: ") and not r.condition.endswith(": mean")
    ]
    for k, column in enumerate(columns):
        picked = [
            next(r for r in rows if (r.condition, r.metric) == (f"{column}: {name}", "quality"))
            for name in topics
        ]
        at = np.arange(len(topics)) + (k - 1.5) * 0.22
        role = picked[0].role
        axes.bar(at - 0.05, [_value(r.published) for r in picked], 0.1, color=LINES[k], alpha=0.4)
        axes.bar(
            at + 0.05,
            [_value(r.ours) for r in picked],
            0.1,
            color=LINES[k],
            label=f"{column.replace('_', ' ')} ({role})",
        )
    axes.set_xticks(np.arange(len(topics)), [name.replace("_", " ") for name in topics])
    axes.set_ylabel("quality of the answer")
    axes.set_title("Table 1: published (pale) and ours; nothing of it is predicted")


def _scai(axes: Any, rows: Sequence[Row]) -> None:
    """The assistant's share by epoch; crosses are published."""
    curves: dict[str, list[Row]] = {}
    for row in rows:
        if row.metric == "assistant_share" and ":" not in row.condition:
            curves.setdefault(row.condition, []).append(row)
    for k, (condition, line) in enumerate(curves.items()):
        epochs = [_value(r.epoch) for r in line]
        axes.plot(epochs, [_value(r.ours) for r in line], color=LINES[k], label=condition)
        known = [r for r in line if r.published is not None]
        axes.plot(
            [_value(r.epoch) for r in known],
            [_value(r.published) for r in known],
            "x",
            color=LINES[k],
        )
    axes.set_xlabel("epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel("share offered by the assistant")
    axes.set_ylim(-0.03, 1.03)
    axes.set_title("Social Contract AI: ours (lines) and published (crosses)")


def _value(number: float | None) -> float:
    return float("nan") if number is None else float(number)
