"""The picture of a benchmark: every run of every scenario, all seeds beside the exact line."""

from __future__ import annotations

from pathlib import Path

from ...core.lettering import plain
from ...core.pictures.palette import GREEN
from ..report.plots import method_styles, new_figure, save
from .table import Tables

_ROOM = 0.3  # inches a scenario


def draw_scores(tables: Tables, path: Path) -> None:
    """Draw each run's score in its scenario, a color a proposer, a mark a responder.

    Args:
        tables: of the benchmark.
        path: the PNG to write.
    """
    scenarios = list(dict.fromkeys(row["scenario"] for row in tables.runs))
    styles = method_styles((row["responder"], row["proposer"]) for row in tables.runs)
    figure, axes = new_figure(9.4, 1.6 + _ROOM * len(scenarios))
    for number, (method, style) in enumerate(styles.items()):
        rows = [
            row
            for row in tables.runs
            if (row["responder"], row["proposer"]) == method and row["score"] is not None
        ]
        if rows:
            shift = 0.7 * ((number + 0.5) / len(styles) - 0.5)
            axes.plot(
                [row["score"] for row in rows],
                [scenarios.index(row["scenario"]) + shift for row in rows],
                style.marker,
                alpha=0.5,
                markersize=4,
                color=style.color,
                label=plain(" / ".join(method)),
            )
    for place, scenario in enumerate(scenarios):
        own = [row for row in tables.runs if row["scenario"] == scenario]
        without = sum(row["score"] is None for row in own)
        if without:
            axes.annotate(
                f"{without} of {len(own)} without a score",
                (0.01, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=7,
            )
    axes.set_yticks(range(len(scenarios)), [plain(name) for name in scenarios], fontsize=8)
    axes.set_ylim(len(scenarios) - 0.5, -0.5)
    axes.axvline(1, color=GREEN, linewidth=0.8, linestyle="--", label="exact best")
    axes.axvline(0, color="gray", linewidth=0.8, linestyle="--", label="no intervention")
    axes.set_xlabel("score against the followers that a commitment was found for")
    axes.set_title("every run", fontsize=10)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8)
    save(figure, path)
