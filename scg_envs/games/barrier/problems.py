"""The barrier game's commitment problems by the kind of pre-policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...core.commitment.scheme import Committed, scheme_of
from ...core.errors import InvalidArgument, UnknownName
from ...core.problem import CommitmentProblem
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
    rate: float | None = None,
    tremble: float | None = None,
    level: int | None = None,
    level_zero: str | None = None,
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
        rate: the sharpness with which blue's walk follows rewards by the responder logit,
            which must be given there; none if None.
        tremble: the chance of a slip in each step by the responder trembling, which must be
            given there; none if None.
        level: the level of the responder level-k, which must be given there; none if None.
        level_zero: the action of level 0 of the responder level-k; `uniform`, all of them
            equally often, if None.

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
    numbers: dict[str, Any] = {
        "rate": rate,
        "tremble": tremble,
        "level": level,
        "level_zero": level_zero,
    }
    if pre_policy == "post" and all(one.space in (None, "post") for one in scheme.commitments):
        return BarrierProblem(layout, **given, **numbers)
    if scheme.several:
        raise UnknownName("kind of pre-policy", pre_policy, ("post",), HELD)
    for name, value in numbers.items():
        if value is not None:
            raise InvalidArgument(
                f"{name} is {value!r}, and where a barrier walks blue answers exactly or learns; "
                "let it hold a post, or drop it."
            )
    return MovingProblem(layout, pre_policy=pre_policy, **given)
