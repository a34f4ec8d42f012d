"""The topology of the 144 games, colored by what commitment does in each.

Games are laid out as Bruns does (Games, 2015): rows by the human's pattern, columns by the AI's,
with layer 1 (the prisoner's dilemma) at the lower left, 2 to its right, 4 above it and 3 (the stag
hunt) at the upper right. Within a layer numbers run 2, 3, 4, 5, 6, 1, so that the prisoner's
dilemma and the stag hunt meet in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.extras import require
from ...core.files import replacing
from ...core.pictures.palette import SIGNED
from ...core.ties import Ties
from ...games.matrix.atlas import Row
from ...games.matrix.ordinal import AGENTS, PATTERN_NAMES

ORDER = (2, 3, 4, 5, 6, 1)
"""The numbers of the patterns along an axis, in both halves."""

_HALVES = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (1, 0)}  # of the row's and the column's axis
_TITLES = {"human": "the human's favorite", "ai": "the AI's favorite"}
_DPI = 110


def place(number: str) -> tuple[int, int]:
    """The row, from below, and the column of a game in the picture."""
    layer, row, column = map(int, number)
    above, right = _HALVES[layer]
    return 6 * above + ORDER.index(row), 6 * right + ORDER.index(column)


def effects(rows: Sequence[Row], mixed: bool) -> NDArray[np.float64]:
    """(12, 12) Delta_CE of a row for each game, at its place; NaN where undefined."""
    grid = np.full((12, 12), np.nan)
    for row in rows:
        effect = row.effect(mixed)
        if effect is not None:
            grid[place(row.game)] = effect
    return grid


def draw_atlas(rows: Sequence[Row], choice: str, ties: Ties, path: Path) -> None:
    """Draw four maps: whoever commits, and to an action or to a mixture.

    Args:
        rows: of all games.
        choice: of Y.
        ties: the tie rule.
        path: the PNG to write.

    Raises:
        MissingExtra: there is no matplotlib.
    """
    require("drawing", "matplotlib")
    from matplotlib import colormaps
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # Placed by hand: matplotlib's own layouts draw every text twice more to measure it.
    figure = Figure((15.5, 14.8), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2)
    figure.subplots_adjust(0.075, 0.07, 0.91, 0.925, wspace=0.24, hspace=0.27)
    colors = colormaps[SIGNED].with_extremes(bad="0.85")
    names = [PATTERN_NAMES[half][k - 1] for half in (0, 1) for k in ORDER]
    labels = [name.replace("prisoners", "prisoner's").replace("_", " ") for name in names]
    for line, committed in zip(axes, AGENTS, strict=True):
        some = [r for r in rows if (r.committed, r.choice, r.ties) == (committed, choice, ties)]
        for panel, mixed in zip(line, (False, True), strict=True):
            grid = effects(some, mixed)
            image = panel.imshow(grid, cmap=colors, vmin=-1, vmax=1, origin="lower")
            for row in some:
                at = place(row.game)
                panel.text(
                    at[1],
                    at[0],
                    _cell_text(row, mixed),
                    ha="center",
                    va="center",
                    fontsize=6.2,
                    linespacing=1.15,
                    color="white" if abs(np.nan_to_num(grid[at])) > 0.6 else "0.15",
                )
            panel.axhline(5.5, color="black", linewidth=1.6)
            panel.axvline(5.5, color="black", linewidth=1.6)
            panel.set_xticks(range(12), labels, rotation=40, ha="right", fontsize=7.5)
            panel.set_yticks(range(12), labels, fontsize=7.5)
            panel.set_xticks(np.arange(0.5, 11), minor=True)
            panel.set_yticks(np.arange(0.5, 11), minor=True)
            panel.grid(which="minor", color="white", linewidth=0.8)
            panel.tick_params(which="both", length=0)
            panel.set_xlabel("the AI's pattern", fontsize=9)
            panel.set_ylabel("the human's pattern", fontsize=9)
            what = "a mixture" if mixed else "an action"
            who = "the AI" if committed == "ai" else "the human"
            panel.set_title(f"{who} commits to {what}", fontsize=12)
    figure.colorbar(
        image,
        cax=figure.add_axes((0.93, 0.3, 0.012, 0.4)),
        label="causal effect Delta_CE on P(Y=y)",
    )
    wanted = _TITLES.get(choice, f"the {choice} best")
    figure.suptitle(
        f"Commitment in the 144 strict ordinal 2x2 games; Y is {wanted} cell, {ties} ties\n"
        "in a cell: the game's number, P before and after; gray: no pure equilibrium before",
        fontsize=14,
    )
    with replacing(path) as partial:
        figure.savefig(partial)


def _cell_text(row: Row, mixed: bool) -> str:
    before, after = row.p_before, row.p_mixed if mixed else row.p_pure
    return f"{row.game}\n{_short(before)} > {_short(after)}"


def _short(value: float | None) -> str:
    """At most two decimals, without a leading zero."""
    if value is None:
        return "-"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.lstrip("0") or "0"
