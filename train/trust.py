"""How far an answer is to be trusted: as far as nobody's regret is large, in any case.

A mean over cases or pre-policies hides the one that is wrong, and a search goes where answers are
wrong in its favor: so what counts here is the greatest regret of any follower in any single case.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ..agents.responder import ResponderInfo
from ..evaluation import Evaluation
from ..pre_policy import Points
from ..problem import CommitmentProblem

TRUSTED_REGRET = 0.001
"""The greatest regret of a trusted answer, in units of `CommitmentProblem.stakes`."""

_ROUNDING = 1e-9


class Trust(StrEnum):
    """What is known of the responder's answer to a pre-policy."""

    COMPUTED = "computed"
    """It follows from the rationality relation by computation."""
    LEARNED = "learned"
    """Regret is small in every case, so that the answer is a rational one."""
    NOT_LEARNED = "not learned"
    """Regret is large in some case, or followers that learned apart from each other disagree."""
    UNKNOWN = "unknown"
    """Nobody knows the regret, because nobody has solved the game."""


def sound(problem: CommitmentProblem, points: Points, answers: Evaluation) -> NDArray[np.bool_]:
    """(n,) whether each answer is one that rational followers could give.

    Regret is small in every case, and P lies between its exact values under pessimistic and
    optimistic ties, where these are known: followers that regret nothing reach no other.

    Args:
        problem: what was asked about.
        points: (n,) the pre-policies.
        answers: to them.
    """
    small = answers.regret_max <= TRUSTED_REGRET * problem.stakes  # NaN, unknown, is not small
    if small.any() and problem.solver.solvable and answers.episodes is None:
        rows = np.flatnonzero(small)
        low, high = problem.solver.bounds(np.asarray(points)[rows]).T
        p = answers.p[rows]
        # Bounds that are undefined (NaN) contradict nothing.
        small[rows] = ~((p < low - _ROUNDING) | (p > high + _ROUNDING))
    return small


def trust_in(
    problem: CommitmentProblem,
    info: ResponderInfo,
    point: NDArray[np.generic],
    answer: Evaluation,
) -> Trust:
    """How far the responder's answer to one pre-policy is to be trusted.

    Args:
        problem: what was asked about.
        info: what kind of answers it is one of.
        point: (1,) or (1, length) the pre-policy.
        answer: to it.
    """
    if info.computed:
        return Trust.COMPUTED
    if np.isnan(answer.regret_max).any():
        return Trust.UNKNOWN
    return Trust.LEARNED if sound(problem, point, answer).all() else Trust.NOT_LEARNED
