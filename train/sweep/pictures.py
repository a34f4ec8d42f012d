"""The pictures of a sweep: every run beside the exact numbers, and how scores are distributed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ...core.lettering import plain
from ...core.pictures.palette import GREEN, LINES
from ..report.plots import method_styles, new_figure, save
from .run import Swept
from .statistics import bootstrap, share_above
from .table import Row, Scores, Tables, scores_in, strata_of

_SCORES = np.linspace(0, 1, 101)
_ROOM = 0.28  # inches a row


def draw(swept: Swept, tables: Tables) -> list[Path]:
    """Draw what there is to be drawn.

    Returns:
        The paths of the pictures.
    """
    paths = [swept.folder / "scores.png"]
    draw_runs(tables, paths[0])
    if any(row["score"] is not None for row in tables.runs):
        paths.append(swept.folder / "profiles.png")
        draw_profiles(strata_of(swept.sweep, swept.summaries), paths[1])
    return paths


def draw_runs(tables: Tables, path: Path) -> None:
    """Draw every run of every cell; with exact answers between none and the exact best.

    Args:
        tables: of the sweep.
        path: the PNG to write.
    """
    cells = tables.cells
    figure, axes = new_figure(9.4, 1.6 + _ROOM * len(cells))
    alone = len({row["scenario"] for row in cells}) == 1
    scored = not alone and any(row["score"] is not None for row in tables.runs)
    for place, cell in enumerate(cells):
        runs = [row for row in tables.runs if _key(row) == _key(cell)]
        values = [_value(row, scored) for row in runs]
        shown = [value for value in values if value is not None]
        learned = not scored and cell["exact"] is None
        axes.plot(
            shown,
            [place] * len(shown),
            "o",
            alpha=0.5,
            color=LINES[place % len(LINES)],
            fillstyle="none" if learned else "full",
        )
        if scored and cell["score_low"] is not None:
            axes.plot([cell["score_low"], cell["score_high"]], [place] * 2, color="black")
        if scored and cell["score"] is not None:
            axes.plot(cell["score"], place, "|", color="black", markersize=12)
        if len(shown) < len(runs):
            axes.annotate(
                f"{len(runs) - len(shown)} of {len(runs)} without a score",
                (0.99, place),
                xycoords=("axes fraction", "data"),
                ha="right",
                va="center",
                fontsize=8,
            )
    names = [" ".join(_key(cell)[alone:]) for cell in cells]
    axes.set_yticks(range(len(cells)), [plain(name) for name in names], fontsize=8)
    axes.set_ylim(len(cells) - 0.5, -0.5)
    none, best = (0.0, 1.0) if scored else (cells[0]["none"], cells[0]["best"])
    if best is not None and (scored or alone):
        axes.axvline(best, color=GREEN, linewidth=0.8, linestyle="--", label="exact best")
    if none is not None and (scored or alone):
        axes.axvline(none, color="gray", linewidth=0.8, linestyle="--", label="no intervention")
    axes.set_xlabel(
        "score: 0 without intervention, 1 at the exact best" if scored else _what(cells)
    )
    title = "every run" if not alone else f"{cells[0]['scenario']}: every run"
    axes.set_title(plain(title), fontsize=10)
    if axes.get_legend_handles_labels()[0]:
        figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8)
    save(figure, path)


def draw_profiles(found: Scores, path: Path) -> None:
    """Draw the share of runs above each score, for each responder and proposer, with a 95 % band.

    Args:
        found: scores by method, scenario and seed.
        path: the PNG to write.
    """
    figure, axes = new_figure(7.4, 4.2)
    styles = method_styles(found)
    for (responder, proposer), own in found.items():
        strata = scores_in(own)
        if not strata:
            continue
        runs = sum(map(len, strata))
        (line,) = axes.plot(
            _SCORES,
            share_above(strata, _SCORES),
            drawstyle="steps-post",
            color=styles[responder, proposer].color,
            linestyle=styles[responder, proposer].linestyle,
            label=plain(f"{responder} / {proposer} ({runs} runs)"),
        )
        band = bootstrap(lambda drawn: share_above(drawn, _SCORES), strata)
        if band is not None:
            faint = min(0.2, 1 / len(found))  # many bands lie on each other
            axes.fill_between(_SCORES, *band, step="post", alpha=faint, color=line.get_color())
    axes.set_xlabel("score")
    axes.set_ylabel("share of runs above it")
    axes.set_ylim(-0.03, 1.03)
    axes.set_title("performance profiles", fontsize=10)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8)
    save(figure, path)


def _key(row: Row) -> tuple[str, str, str]:
    return row["scenario"], row["responder"], row["proposer"]


def _value(row: Row, scored: bool) -> Any:
    if scored:
        return row["score"]
    exact = row["value_after_exact"]
    return row["value_after"] if exact is None else exact


def _what(cells: list[Row]) -> str:
    exact = all(cell["exact"] is not None for cell in cells)
    what = {"desirable": "P", "undesirable": "1 - P"}.get(*[cells[0]["objective"]] * 2)
    return f"{what} under what is recommended, {'exact' if exact else 'as learned (hollow)'}"
