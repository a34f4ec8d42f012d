"""Pictures: the map of effects over the game, and the course of a search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..extras import require
from ..problem import CommitmentProblem, ExactEffects

_DPI = 120


def _figure(width: float, height: float) -> tuple[Any, Any]:
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
    picture, places = problem.picture(), problem.places()
    figure, axes = _figure(picture.shape[1] / 45 + 1.6, picture.shape[0] / 45)
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
    before = problem.exact().p_before
    marked = "" if chosen is None else f", found: {p[chosen]:.3f} (red ring)"
    axes.set_title(
        _plain(f"{problem.game} / {problem.layout}\nno intervention: {before:.3f}{marked}")
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def _plain(text: str) -> str:
    """The text without a meaning for its dollar signs, which begin formulas in matplotlib."""
    return text.replace("$", r"\$")


def plot_learning(
    history: list[dict[str, Any]], exact: ExactEffects, path: Path, warm_up: int = 0
) -> None:
    """Draw the course of a search: P of the batch, of theta and of its mode, and regret.

    Args:
        history: the rows of `metrics.csv`.
        exact: the truth.
        path: the PNG to write.
        warm_up: iterations at the beginning in which the responder only trained.
    """
    figure, axes = _figure(7, 4.2)
    if warm_up:
        end = history[warm_up - 1]["evaluations"]
        axes.axvspan(0, end, color="0.93", label="the responder trains, theta waits")
    x = [row["evaluations"] for row in history]
    curves = {
        "p_batch": "sampled batch (by the responder)",
        "p_meta_exact": "meta pre-policy (exact)",
        "p_mode_exact": "its mode (exact)",
    }
    for key, label in curves.items():
        axes.plot(x, [row[key] for row in history], label=label)
    axes.plot(x, [row["regret_batch"] for row in history], ":", color="black", label="regret")
    axes.axhline(exact.best, color="green", linewidth=0.8, linestyle="--", label="exact best")
    axes.axhline(
        exact.p_before, color="gray", linewidth=0.8, linestyle="--", label="no intervention"
    )
    axes.set_xlabel("evaluated pre-policies")
    axes.set_ylabel("P(Y = y), and regret")
    axes.set_ylim(-0.03, 1.03)
    axes.legend(fontsize=8)
    figure.savefig(path)
