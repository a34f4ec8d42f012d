"""Pictures: the map of effects over the game, and the course of a search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..extras import require
from ..problem import CommitmentProblem

if TYPE_CHECKING:
    from .search import Search

_DPI = 120


def new_figure(width: float, height: float) -> tuple[Any, Any]:
    """A matplotlib figure (inches) that needs no display and no global state."""
    require("drawing", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure((width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def plot_effects(
    problem: CommitmentProblem,
    p: NDArray[np.float64],
    path: Path,
    chosen: int | None = None,
) -> None:
    """Draw P(Y=y | do(pre-policy)) for every pre-policy over the game's picture.

    Args:
        problem: the problem.
        p: (points,) what to draw.
        path: the PNG to write.
        chosen: a pre-policy to mark.
    """
    canvas = problem.picture()
    figure = _bars(problem, p, chosen) if canvas is None else _map(problem, p, chosen, *canvas)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _title(problem: CommitmentProblem, p: NDArray[np.float64], chosen: int | None) -> str:
    before = problem.before().p
    missing = "undefined" if problem.solvable else "unknown"
    said = missing if before is None else f"{before:.3f}"
    marked = "" if chosen is None else f", found: {p[chosen]:.3f} (red)"
    name = f"{problem.game} / {problem.layout}" if problem.layout else problem.game
    return _plain(f"{name}\nno intervention: {said}{marked}")


def _bars(problem: CommitmentProblem, p: NDArray[np.float64], chosen: int | None) -> Any:
    """A bar for each pre-policy; undefined ones say so."""
    height = max(1.6, 0.32 * len(p) + 1.3)
    figure, axes = new_figure(6.4, min(height, 40))
    rows = np.arange(len(p))
    colors = ["crimson" if row == chosen else "steelblue" for row in rows]
    axes.barh(rows, np.nan_to_num(p), color=colors)
    for row, value in zip(rows, p, strict=True):
        said = "undefined" if np.isnan(value) else f"{value:.3f}"
        axes.text(0.01 + np.nan_to_num(value), row, said, va="center", fontsize=8)
    axes.set_yticks(rows, [_plain(problem.pre_policies.words(row)) for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.12)
    before = problem.before().p
    if before is not None:
        axes.axvline(before, color="gray", linestyle="--", linewidth=0.8)
    axes.set_xlabel(_plain(f"P(Y = {problem.desirable} | do({problem.committed} ...))"))
    axes.set_title(_title(problem, p, chosen), fontsize=10)
    return figure


def _map(
    problem: CommitmentProblem,
    p: NDArray[np.float64],
    chosen: int | None,
    picture: NDArray[np.uint8],
    places: NDArray[np.float64],
) -> Any:
    """Dots over the game's picture."""
    figure, axes = new_figure(picture.shape[1] / 45 + 1.6, picture.shape[0] / 45)
    axes.imshow(picture)
    labels = [problem.pre_policies.label(point) for point in range(len(p))]
    for axis, column in ((axes.xaxis, 0), (axes.yaxis, 1)):
        ticks = {label[column]: places[k, column] for k, label in enumerate(labels)}
        axis.set_ticks(list(ticks.values()), [str(tick) for tick in ticks], fontsize=7)
    axes.tick_params(length=0)
    dots = axes.scatter(
        *places.T, c=p, cmap="viridis", vmin=0, vmax=1, s=520, edgecolors="white", linewidths=0.8
    )
    if len(p) <= 150:  # more labels than that cannot be read
        for (x, y), value in zip(places, p, strict=True):
            axes.text(
                x,
                y,
                f"{value:.2f}".lstrip("0") if value < 1 else "1",
                ha="center",
                va="center",
                fontsize=7,
                color="white" if value < 0.6 else "black",
            )
    if chosen is not None:
        axes.scatter(*places[chosen], s=760, facecolors="none", edgecolors="red", linewidths=2.2)
    figure.colorbar(
        dots,
        ax=axes,
        label=_plain(f"P(Y = {problem.desirable} | do({problem.committed} at post))"),
    )
    axes.set_title(_title(problem, p, chosen))
    return figure


def _plain(text: str) -> str:
    """The text without a meaning for its dollar signs, which begin formulas in matplotlib."""
    return text.replace("$", r"\$")


def plot_learning(search: Search, path: Path) -> None:
    """Draw the course of a search: the scores of the batch, of theta and of what it recommends.

    Args:
        search: the finished search.
        path: the PNG to write.
    """
    history, problem = search.history, search.problem
    utility = search.config.objective == "utility"
    figure, axes = new_figure(7, 4.2)
    if search.warm_up:
        end = history[search.warm_up - 1]["evaluations"]
        axes.axvspan(0, end, color="0.93", label="the responder trains, theta waits")
    x = [row["evaluations"] for row in history]
    marker = "o" if len(x) == 1 else "none"
    curves = {
        "p_batch": "sampled batch (by the responder)",
        "p_meta_exact": "meta pre-policy (exact)",
        "p_mode_exact": "what it recommends (exact)",
    }
    if utility:
        curves = {"utility_batch": "sampled batch (by the responder)"}
    for key, label in curves.items():
        values = [np.nan if row[key] is None else row[key] for row in history]
        if not np.isnan(values).all():
            axes.plot(x, values, marker=marker, label=label)
    regrets = [row["regret_batch"] for row in history]
    if None not in regrets:
        axes.plot(x, regrets, ":", marker=marker, color="black", label="regret")
    before = problem.before()
    optimum = problem.optimum(search.config.objective)
    if optimum is not None:
        axes.axhline(
            optimum.value, color="green", linewidth=0.8, linestyle="--", label="exact best"
        )
    reference = before.utility if utility else before.p
    if reference is not None:
        axes.axhline(
            reference, color="gray", linewidth=0.8, linestyle="--", label="no intervention"
        )
    axes.set_xlabel("evaluated pre-policies")
    if utility:
        axes.set_ylabel(f"utility of {problem.committed}, and regret")
    else:
        axes.set_ylabel("P(Y = y), and regret")
        axes.set_ylim(-0.03, 1.03)
    axes.legend(fontsize=8)
    figure.savefig(path)
