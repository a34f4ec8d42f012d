"""The pictures and videos of a search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..problem import Evaluation
from .plots import plot_effects, plot_learning
from .video import record, record_side_by_side

if TYPE_CHECKING:
    from .search import Search

EPISODES = 3  # in each video


def write_pictures(folder: Path, search: Search, answers: Evaluation) -> None:
    """Write `effect.png`, `learning.png`, `before.mp4`, `after.mp4` and `before_after.gif`.

    Args:
        folder: the run folder.
        search: the finished search.
        answers: the responder's answer to every pre-policy.
    """
    problem, mode = search.problem, search.meta.mode
    act, seed = search.responder.policy(), search.config.seed
    plot_effects(problem, answers.p, folder / "effect.png", chosen=mode)
    plot_learning(search.history, problem.exact(), folder / "learning.png", search.warm_up)
    record(problem, act, None, folder / "before.mp4", episodes=EPISODES, seed=seed)
    record(problem, act, mode, folder / "after.mp4", episodes=EPISODES, seed=seed)
    record_side_by_side(
        problem, act, mode, folder / "before_after.gif", episodes=EPISODES, seed=seed
    )
