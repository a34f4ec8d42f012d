"""The pictures and videos of a search."""

from __future__ import annotations

from pathlib import Path

from ..evaluation import Evaluation
from ..pre_policy import Finite
from .effect_picture import plot_effects
from .plots import plot_learning
from .searching import Search
from .trust import Trust
from .video import episodes_of, record, record_side_by_side

EPISODES = 3  # in each video


def write_pictures(folder: Path, search: Search, answers: Evaluation, trust: Trust) -> None:
    """Write `effect.png`, `learning.png`, `before.mp4`, `after.mp4` and `before_after.gif`.

    There is no map of effects over a continuum.

    Args:
        folder: the run folder.
        search: the finished search.
        answers: the responder's answer to every pre-policy, where they are finitely many.
        trust: in its answer to the pre-policy that was found.
    """
    problem, found, seed = search.problem, search.found, search.config.seed
    if isinstance(problem.pre_policies, Finite):
        plot_effects(
            problem,
            folder / "effect.png",
            answers=answers,
            responder=search.config.responder,
            chosen=int(found),
        )
    plot_learning(search, folder / "learning.png")
    before, after = (
        episodes_of(problem, search.responder.policies(point), point, episodes=EPISODES, seed=seed)
        for point in (None, found)
    )
    titles = _titles(search, trust)
    record(before, folder / "before.mp4", title=titles[0])
    record(after, folder / "after.mp4", title=titles[1])
    record_side_by_side(before, after, folder / "before_after.gif", titles=titles)


def _titles(search: Search, trust: Trust) -> tuple[str, str]:
    """What is to be seen without an intervention and under the one that was found."""
    responder, problem = search.config.responder, search.problem
    who = f"{' and '.join(problem.learners)} as learned by {responder}"
    if trust is Trust.NOT_LEARNED:
        who += ", not to be trusted"
    elif trust is Trust.UNKNOWN:
        who += ", regret unknown"
    if not search.info.played:
        who = "best responses"
    words = problem.pre_policies.words(search.found)
    return "before: no intervention", f"after: {problem.committed} {words}; {who}"
