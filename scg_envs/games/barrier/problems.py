"""The barrier game's commitment problems by the kind of pre-policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...core.errors import UnknownName
from ...core.problem import CommitmentProblem
from ...core.scheme import Committed, scheme_of
from ...core.ties import Ties
from .layouts import Layout
from .moving import MovingProblem
from .observations import Observation
from .posts import HELD
from .problem import BarrierProblem


def barrier_problem(
    layout: str | Path | Layout = "figure3",
    *,
    committed: Committed = "red",
    desirable: str | None = None,
    ties: Ties = "uniform",
    horizon: int | None = None,
    pre_policy: str = "post",
    credibility: float = 1.0,
    observability: float = 1.0,
    observation: Observation = "vector",
) -> CommitmentProblem:
    """The problem of one barrier that commits, or of several that hold posts.

    Args:
        layout: a shipped name, a file's path, or a `Layout`.
        committed: the barrier that commits, several, or a scheme.
        desirable: the outcome that the human wants; the layout's if None.
        ties: what blue does where several goals are equally near.
        horizon: T, the steps that blue has; 2 x width x height if None.
        pre_policy: the kind of pre-policy: `post`; `patrol:STEPS`, a closed route of so many steps
            at most; `rule:SENSE`, a move for each case of what is seen of blue; or
            `network:UNITS`, of so many hidden ones.
        credibility: the chance that the commitment binds; else the post is uniform.
        observability: the chance that blue is shown the commitment.
        observation: the view of the board: `vector` or `grid`, all of it, or `view`, the cells
            around blue.

    Raises:
        UnknownName: no such layout, agent, outcome, tie rule, kind or observation.
        InvalidLayout: the layout file breaks a rule.
        InvalidArgument: a horizon below 1, a chance outside [0, 1], or what does not go together.
    """
    given: dict[str, Any] = {
        "committed": committed,
        "desirable": desirable,
        "ties": ties,
        "horizon": horizon,
        "credibility": credibility,
        "observability": observability,
        "observation": observation,
    }
    scheme = scheme_of(committed)
    if pre_policy == "post" and all(one.space in (None, "post") for one in scheme.commitments):
        return BarrierProblem(layout, **given)
    if scheme.several:
        raise UnknownName("kind of pre-policy", pre_policy, ("post",), HELD)
    return MovingProblem(layout, pre_policy=pre_policy, **given)
