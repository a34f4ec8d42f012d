"""The pictures and videos of a search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..pre_policy import FinitePrePolicies
from ..problem import Evaluation
from .effect_picture import plot_effects
from .plots import plot_learning
from .video import record, record_side_by_side

if TYPE_CHECKING:
    from .search import Search

EPISODES = 3  # in each video


def write_pictures(folder: Path, search: Search, answers: Evaluation) -> None:
    """Write `effect.png`, `learning.png`, `before.mp4`, `after.mp4` and `before_after.gif`.

    There is no map of effects over a continuum.

    Args:
        folder: the run folder.
        search: the finished search.
        answers: the responder's answer to every pre-policy, where they are finitely many.
    """
    problem, found, seed = search.problem, search.meta.found, search.config.seed
    if isinstance(problem.pre_policies, FinitePrePolicies):
        plot_effects(
            problem,
            folder / "effect.png",
            answers=answers,
            responder=search.config.responder,
            chosen=int(found),
        )
    plot_learning(search, folder / "learning.png")
    before, after = (search.responder.policies(point) for point in (None, found))
    record(problem, before, None, folder / "before.mp4", episodes=EPISODES, seed=seed)
    record(problem, after, found, folder / "after.mp4", episodes=EPISODES, seed=seed)
    record_side_by_side(
        problem, before, after, found, folder / "before_after.gif", episodes=EPISODES, seed=seed
    )
