"""Pictures: what they share, and the course of a search."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...agents.responders.names import OWN, ResponderInfo
from ...core.evaluation import follower_of
from ...core.extras import require
from ...core.files import replacing
from ...core.lettering import letter, plain
from ...core.pictures.palette import GREEN, LINES
from ...core.problem import CommitmentProblem
from ..search.config import SearchConfig
from ..search.findings import Findings

_DPI = 120
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_DASHES = ("-", "--", ":", "-.", (0, (3, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (9, 2)), (0, (5, 1)))


class Style(NamedTuple):
    """How a method is drawn, by the names that matplotlib gives to it."""

    color: str
    marker: str
    linestyle: Any


def method_styles(methods: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Style]:
    """How each of some methods is drawn: a color a proposer, a mark and a dash a responder.

    No two are drawn alike where eight responders or fewer have six proposers, or four have twelve.

    Args:
        methods: (responder, proposer) of each.
    """
    known = list(dict.fromkeys(methods))
    responders, proposers = (list(dict.fromkeys(names)) for names in zip(*known, strict=True))
    found = {}
    for responder, proposer in known:
        again, color = divmod(proposers.index(proposer), len(LINES))
        mark = (responders.index(responder) + again * len(responders)) % len(_MARKERS)
        found[responder, proposer] = Style(LINES[color], _MARKERS[mark], _DASHES[mark])
    return found


def new_figure(width: float, height: float) -> tuple[Any, Any]:
    """A matplotlib figure (inches) that needs no display and no global state."""
    require("drawing", "matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure((width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_prop_cycle(color=LINES)
    return figure, axes


def save(figure: Any, path: Path) -> None:
    """Write a figure, with the letters that its words need.

    Args:
        figure: a matplotlib figure, whose words of anybody's have gone through `plain`.
        path: the file to write, whole or not at all.
    """
    letter(figure)
    with replacing(path) as partial:
        figure.savefig(partial)


def title_of(problem: CommitmentProblem) -> str:
    """The game and its layout."""
    return f"{problem.game} / {problem.layout}" if problem.layout else problem.game


def plot_learning(
    config: SearchConfig, problem: CommitmentProblem, asked: Findings, path: Path
) -> None:
    """Draw the course of a search: the scores of the batch, of theta and of what it recommends.

    Args:
        config: the search's settings.
        problem: what was searched.
        asked: what was answered.
        path: the PNG to write.
    """
    history, responder = asked.history, config.responder
    utility = config.objective == "utility"
    before, optimum = asked.before, asked.optima[config.objective]
    figure, axes = new_figure(9.4, 4.2)
    if asked.warm_up:
        end = history[asked.warm_up - 1]["evaluations"]
        axes.axvspan(0, end, color="0.93", label="the responder trains, theta waits")
    x = [row["evaluations"] for row in history]
    # Of 1 - P the picture shows P.
    best = None if optimum is None or not optimum.exact else optimum.value
    if best is not None and config.objective == "undesirable":
        best = 1 - best
    marker = "o" if len(x) == 1 else "none"
    curves = {
        "p_batch": f"sampled batch ({responder} followers)",
        "p_meta_exact": "meta pre-policy (exact)",
        "p_mode_exact": "what it recommends (exact)",
    }
    follower = follower_of(config.objective)
    if utility or follower:
        column = "utility_batch" if utility else "value_batch"
        curves = {column: f"sampled batch ({responder} followers)"}
    for key, label in curves.items():
        values = [np.nan if row[key] is None else row[key] for row in history]
        if not np.isnan(values).all():
            axes.plot(x, values, marker=marker, label=label)
    regrets = [row["regret_batch"] for row in history]
    if None not in regrets:
        axes.plot(x, regrets, ":", marker=marker, color="black", label="regret in the batch")
    if best is not None:
        axes.axhline(best, color=GREEN, linewidth=0.8, linestyle="--", label="exact best")
    reference = before.value(config.objective) if utility or follower else before.p
    if reference is not None:
        axes.axhline(
            reference, color="gray", linewidth=0.8, linestyle="--", label="no intervention"
        )
    axes.set_xlabel("evaluated pre-policies")
    learned = ResponderInfo.of(responder).played and responder != OWN
    followers = f"followers learned by {responder}" if learned else f"{responder} followers"
    axes.set_title(plain(f"{title_of(problem)}: the course of a search, {followers}"), fontsize=10)
    if utility or follower:
        axes.set_ylabel(plain(f"utility of {follower or problem.committed}, and regret"))
    else:
        axes.set_ylabel(plain(f"P(Y = {problem.desirable}), and regret"))
        axes.set_ylim(-0.03, 1.03)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8)
    save(figure, path)
