"""The map of effects: P(Y=y | do(pre-policy)) of every pre-policy, exactly and as it was learned.

What was learned never stands alone where the exact answer is known, and never without saying how
far it is to be trusted: pre-policies under which a follower's regret is large in some case bear a
cross.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.responders.names import ResponderInfo
from ...core.evaluation import Evaluation
from ...core.lettering import plain
from ...core.pictures.palette import BLUE, GRADES, MARK, ORANGE, VERMILLION
from ...core.pre_policy import Finite, typed
from ...core.problem import CommitmentProblem
from ..search.trust import TRUSTED_REGRET, bounds_of, sound
from .plots import new_figure, save, title_of

_LABELED = 150  # more values than these cannot be read on one board
_TALLEST = 40  # inches
_WIDEST = 95  # characters of a line above it
_WORDIEST = 48  # characters of a bar's name
_FINALISTS = "another finalist, judged again too"


@dataclass(frozen=True)
class _Panel:
    """One map: what it shows, P of every pre-policy, and which of them are not to be trusted.

    Nobody was asked about the `unasked`; the finalists are the others that were judged again beside
    the recommended one.
    """

    title: str
    p: NDArray[np.float64]
    untrusted: NDArray[np.bool_]
    unasked: NDArray[np.bool_]
    finalists: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def plot_effects(
    problem: CommitmentProblem,
    path: Path,
    *,
    answers: Evaluation | None = None,
    asked: NDArray[np.int64] | None = None,
    responder: str = "exact",
    chosen: int | None = None,
    again: tuple[NDArray[np.int64], Evaluation] | None = None,
) -> None:
    """Draw what every pre-policy does, over the game's picture or as bars.

    Args:
        problem: its pre-policies are finitely many.
        path: the PNG to write.
        answers: the responder's answers; exact ones if None.
        asked: the numbers of the pre-policies that were asked about, in order; every one if None.
        responder: who gave them, one of `scg_envs.agents.RESPONDERS`.
        chosen: a pre-policy to mark as the recommended one.
        again: the finalists of a search, and the answers to them that are reported: those count.
    """
    figure = effect_figure(
        problem, answers=answers, asked=asked, responder=responder, chosen=chosen, again=again
    )
    save(figure, path)


def effect_figure(
    problem: CommitmentProblem,
    *,
    answers: Evaluation | None = None,
    asked: NDArray[np.int64] | None = None,
    responder: str = "exact",
    chosen: int | None = None,
    again: tuple[NDArray[np.int64], Evaluation] | None = None,
) -> Any:
    """The matplotlib figure that `plot_effects` writes."""
    assert isinstance(problem.pre_policies, Finite)
    points = np.arange(problem.pre_policies.size) if asked is None else asked
    if answers is not None and again is not None:
        answers = _replaced(answers, np.searchsorted(points, again[0]), again[1])
    panels = _panels(problem, answers, points, responder)
    finalists = np.zeros(0, dtype=np.int64) if again is None else again[0]
    panels[-1] = replace(panels[-1], finalists=finalists[finalists != chosen])
    canvas = problem.picture()
    figure = _bars(problem, panels, chosen) if canvas is None else _maps(panels, chosen, *canvas)
    if canvas is not None:
        _label_posts(problem, figure, len(panels), canvas[1])
    lines = _title(problem, panels[0].p, chosen).splitlines()
    title = "\n".join(fill(line, _WIDEST) for line in lines)
    figure.suptitle(plain(title), fontsize=11)
    return figure


def _replaced(answers: Evaluation, finalists: NDArray[np.int64], again: Evaluation) -> Evaluation:
    """The answers, with those of some rows, the finalists', as they were judged again."""
    rows = np.arange(len(answers.p))
    rows[finalists] = len(rows) + np.arange(len(finalists))
    return Evaluation.concatenate([answers, again]).select(rows)


def _panels(
    problem: CommitmentProblem,
    answers: Evaluation | None,
    points: NDArray[np.int64],
    responder: str,
) -> list[_Panel]:
    """The exact map, and that of the answers to these points."""
    assert isinstance(problem.pre_policies, Finite)
    size = problem.pre_policies.size
    panels = []
    if problem.solver.solvable:
        nothing = np.zeros(size, dtype=np.bool_)
        whose = "exact" if problem.sees_all else "exact, of followers who see all"
        panels.append(_Panel(whose, problem.solver.p(np.arange(size)), nothing, nothing))
    if answers is None or (responder == "exact" and panels):
        return panels
    info = ResponderInfo.of(responder)
    title = f"as {responder} learned it" if info.played else f"by {responder} followers"
    known = ~np.isnan(answers.regret_max)
    untrusted = np.zeros(len(points), dtype=np.bool_)
    if not info.computed:
        bounds = bounds_of(problem, points, answers)
        untrusted = known & ~sound(answers, bounds, problem.stakes)
    if untrusted.any():
        title += f"; {untrusted.sum()} of {len(points)} not to be trusted"
    elif info.played and known.all():
        title += ", regret small" + (" everywhere" if len(points) == size else "")
    elif not known.all():
        title += ", regret unknown"
    if answers.episodes is not None:
        title += f", {answers.episodes} episodes each"
    if len(points) < size:
        title += f"; {len(points)} of {size} were asked about"
    p, crossed, unasked = np.full(size, np.nan), np.zeros(size, np.bool_), np.ones(size, np.bool_)
    p[points], crossed[points], unasked[points] = answers.p, untrusted, False
    return [*panels, _Panel(title, p, crossed, unasked)]


def _title(problem: CommitmentProblem, p: NDArray[np.float64], chosen: int | None) -> str:
    before = problem.solver.before().p
    missing = "undefined" if problem.solver.solvable else "unknown"
    usual = missing if before is None else f"{before:.3f}"
    space = problem.pre_policies
    title = (
        f"{title_of(problem)}: P(Y = {problem.desirable} | do({problem.committed} ...))\n"
        f"no intervention: {usual}"
    )
    if chosen is None:
        return title
    value = missing if np.isnan(p[chosen]) else f"{p[chosen]:.3f}"
    exactly = " exactly" if problem.solver.solvable else ""
    return f"{title}; recommended: {problem.committed} {space.describe(chosen)}, {value}{exactly}"


def _names(space: Finite) -> list[str]:
    """What bars are called: in words, or where those would leave bars no room, as one types it."""
    words = [space.describe(point) for point in range(space.size)]
    if max(map(len, words)) <= _WORDIEST:
        return words
    return [typed(space.label(point)) for point in range(space.size)]


def _cross_label() -> str:
    return f"a follower's regret exceeds {TRUSTED_REGRET:g} in some case: not to be trusted"


def _bars(problem: CommitmentProblem, panels: list[_Panel], chosen: int | None) -> Any:
    """A bar for each pre-policy and map; undefined ones say so."""
    from matplotlib.patches import Patch

    size = len(panels[0].p)
    thick = 0.8 / len(panels)
    height = max(2.2, (0.16 + 0.18 * len(panels)) * size + 1.9)
    figure, axes = new_figure(7.6, min(height, _TALLEST))
    rows = np.arange(size)
    colors = (BLUE, ORANGE)
    handles: list[Any] = []
    for number, panel in enumerate(panels):
        at = rows + (number - (len(panels) - 1) / 2) * thick
        bars = axes.barh(at, np.nan_to_num(panel.p), height=thick, color=colors[number])
        handles.append(Patch(color=colors[number], label=plain(panel.title)))
        for row, value in enumerate(panel.p):
            missing = "not asked about" if panel.unasked[row] else "undefined"
            text = missing if np.isnan(value) else f"{value:.3f}"
            if panel.untrusted[row]:
                bars[row].set(hatch="xxx", edgecolor="white")
                text += ", not to be trusted"
            axes.text(0.01 + np.nan_to_num(value), at[row], text, va="center", fontsize=7)
    if any(panel.untrusted.any() for panel in panels):
        cross = Patch(facecolor=colors[-1], edgecolor="white", hatch="xxx", label=_cross_label())
        handles.append(cross)
    space = problem.pre_policies
    assert isinstance(space, Finite)
    axes.set_yticks(rows, [plain(name) for name in _names(space)], fontsize=8)
    for row in panels[-1].finalists:
        axes.get_yticklabels()[row].set_color(MARK)
    if len(panels[-1].finalists):
        handles.append(axes.scatter([], [], marker="_", color=MARK, label=_FINALISTS))
    if chosen is not None:
        axes.get_yticklabels()[chosen].set(color=MARK, fontweight="bold")
        handles.append(axes.scatter([], [], marker="s", color=MARK, label="recommended"))
    axes.set_ylim(size - 0.4, -0.6)
    axes.set_xlim(0, 1.3)
    axes.set_xticks(np.linspace(0, 1, 6))
    before = problem.solver.before().p
    if before is not None:
        line = axes.axvline(before, color="gray", linestyle="--", linewidth=0.8)
        line.set_label("no intervention")
        handles.append(line)
    axes.set_xlabel(plain(f"P(Y = {problem.desirable} | do({problem.committed} ...))"))
    figure.legend(handles=handles, loc="outside lower center", fontsize=8)
    return figure


def _maps(
    panels: list[_Panel],
    chosen: int | None,
    picture: NDArray[np.uint8],
    places: NDArray[np.float64],
) -> Any:
    """Dots over the game's picture, a map beside a map."""
    wide, high = picture.shape[1] / 45, picture.shape[0] / 45
    figure, _ = new_figure(wide * len(panels) + 1.6, high + 1.3)
    figure.clear()
    handles: dict[str, Any] = {}
    for axes, panel in zip(np.ravel(figure.subplots(1, len(panels))), panels, strict=True):
        axes.imshow(picture)
        axes.tick_params(length=0)
        dots = axes.scatter(
            *places.T,
            c=panel.p,
            cmap=GRADES,
            vmin=0,
            vmax=1,
            s=520,
            edgecolors="white",
            linewidths=0.8,
        )
        if len(panel.p) <= _LABELED:
            _write_values(axes, panel, places)
        if panel.untrusted.any():
            handles[_cross_label()] = axes.scatter(
                *places[panel.untrusted].T, marker="x", s=560, color=VERMILLION, linewidths=1.6
            )
        if len(panel.finalists):
            handles[_FINALISTS] = axes.scatter(
                *places[panel.finalists].T,
                s=700,
                facecolors="none",
                edgecolors=MARK,
                linewidths=1.4,
                linestyles="dashed",
            )
        if chosen is not None:
            handles["recommended"] = axes.scatter(
                *places[chosen], s=760, facecolors="none", edgecolors=MARK, linewidths=2.6
            )
        axes.set_title(plain(panel.title), fontsize=10)
    figure.colorbar(dots, ax=figure.axes, label="P(Y = y)", shrink=0.8)
    if handles:
        figure.legend(
            handles.values(),
            map(plain, handles),
            loc="outside lower center",
            ncols=len(panels),
            markerscale=0.4,
            fontsize=8,
        )
    return figure


def _write_values(axes: Any, panel: _Panel, places: NDArray[np.float64]) -> None:
    for (x, y), value in zip(places[~panel.unasked], panel.p[~panel.unasked], strict=True):
        text = "?" if np.isnan(value) else f"{value:.2f}".lstrip("0") if value < 1 else "1"
        color = "white" if value < 0.6 else "black"
        axes.text(x, y, text, ha="center", va="center", fontsize=7, color=color)


def _label_posts(
    problem: CommitmentProblem, figure: Any, panels: int, places: NDArray[np.float64]
) -> None:
    """The columns' and rows' numbers along the axes of each map, where pre-policies are cells."""
    labels = [problem.pre_policies.label(point) for point in range(len(places))]
    if not all(isinstance(label, (tuple, list)) and len(label) == 2 for label in labels):
        for axes in figure.axes[:panels]:  # the picture says what is where
            axes.set_axis_off()
        return
    for axes in figure.axes[:panels]:
        for axis, column in ((axes.xaxis, 0), (axes.yaxis, 1)):
            ticks = {label[column]: places[k, column] for k, label in enumerate(labels)}
            axis.set_ticks(list(ticks.values()), [str(tick) for tick in ticks], fontsize=7)
