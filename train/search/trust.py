"""How far an answer is to be trusted: as far as nobody's regret is large, in any case.

A mean over cases or pre-policies hides the one that is wrong, and a search goes where answers are
wrong in its favor: so what counts here is the greatest regret of any follower in any single case.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ...agents.responders.names import ResponderInfo
from ...core.evaluation import Evaluation
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem

TRUSTED_REGRET = 0.001
"""The greatest regret of a trusted answer, in units of `CommitmentProblem.stakes`."""

_ROUNDING = 1e-9


class Trust(StrEnum):
    """What is known of the responder's answer to a pre-policy."""

    COMPUTED = "computed"
    """It follows from the rationality relation, or from who the followers are, by computation."""
    FITTED = "fitted"
    """It follows by computation from a rule that was fitted to how somebody played, and is worth as
    much as the rule: see its card, and the interval. Regret is none of its measures."""
    LEARNED = "learned"
    """Regret is small in every case, so that the answer is a rational one."""
    NOT_LEARNED = "not learned"
    """Regret is large in some case, or followers that learned apart from each other disagree."""
    UNKNOWN = "unknown"
    """Nobody knows whether regret is small; `RegretIs` says why."""


class RegretIs(StrEnum):
    """What the regret that is stated is, of followers that play."""

    MEASURED = "measured"
    """Against the best that a follower could have done, seeing what it sees."""
    AT_MOST = "at most"
    """Against the best of one who sees more: the follower's own is no greater."""
    UNKNOWN = "unknown"
    """Nobody has solved the game."""

    @classmethod
    def of(cls, problem: CommitmentProblem, answer: Evaluation) -> RegretIs:
        """What the regret in an answer to a pre-policy of a problem is."""
        if np.isnan(answer.regret_max).any():
            return cls.UNKNOWN
        return cls.MEASURED if problem.sees_all else cls.AT_MOST


def sound(
    answers: Evaluation, bounds: NDArray[np.float64] | None, stakes: float
) -> NDArray[np.bool_]:
    """(n,) whether each answer is one that rational followers could give.

    Regret is small in every case, and P lies within its exact limits, however ties are broken:
    followers that regret nothing reach no other. Where these limits are not known a small regret
    may hide a wholly different answer, and there must be none in any case.

    Args:
        answers: n of them.
        bounds: (n, 2) those limits, as `bounds_of` has them; None where they are not known.
        stakes: of the problem, in whose units regret is small.
    """
    small = _small(answers, stakes)
    if bounds is None or answers.episodes is not None:
        return small & (answers.optimal_share >= 1 - _ROUNDING)
    low, high = bounds.T
    # Bounds that are undefined (NaN) contradict nothing.
    return small & ~((answers.p < low - _ROUNDING) | (answers.p > high + _ROUNDING))


def hidden(
    answers: Evaluation, bounds: NDArray[np.float64] | None, stakes: float
) -> NDArray[np.float64]:
    """(n,) how far each P may be from that of rational followers: what regret can hide in it.

    In the cases in which no follower regrets anything the outcome is one of rational followers; in
    the others it may be any. L followers fall short, one or another, in at most L times the share
    of cases in which one of them does in the mean. So P - hidden is attained if ties are broken as
    these followers break them.

    Args:
        answers: n of them.
        bounds: (n, 2) as `sound` has them.
        stakes: of the problem.

    Returns:
        0 of answers that are `sound`, NaN where nobody knows the regret.
    """
    share = np.minimum(len(answers.regret) * (1 - answers.optimal_share), 1.0)
    fine = sound(answers, bounds, stakes)
    # Regret that is small beside a P that cannot be: of such a regret nothing follows.
    share = np.where(_small(answers, stakes) & ~fine & (bounds is not None), 1.0, share)
    return np.where(np.isnan(answers.regret_max), np.nan, np.where(fine, 0.0, share))


def certified(
    answers: Evaluation, bounds: NDArray[np.float64] | None, stakes: float
) -> NDArray[np.bool_]:
    """(n,) whether each P is what rational followers make of it, whoever they are.

    It is `sound`, computed from all cases, and known not to be decided by ties.

    Args:
        answers: n of them.
        bounds: (n, 2) as `sound` has them; nothing is certified without.
        stakes: of the problem.
    """
    if bounds is None or answers.episodes is not None:
        return np.zeros(len(answers.p), dtype=np.bool_)
    low, high = bounds.T
    return sound(answers, bounds, stakes) & (high - low <= _ROUNDING)


def bounds_of(
    problem: CommitmentProblem, points: Points, answers: Evaluation
) -> NDArray[np.float64] | None:
    """(n, 2) what P may exactly be, however ties are broken, where `sound` asks.

    NaN where regret is large and nobody asks.

    Args:
        problem: what was asked about.
        points: (n, ...) the pre-policies.
        answers: to them.

    Returns:
        None where exact answers are not known, or the given ones are estimates.
    """
    if not problem.solver.solvable or answers.episodes is not None:
        return None
    bounds = np.full((len(answers.p), 2), np.nan)
    small = _small(answers, problem.stakes)
    if small.any():
        bounds[small] = problem.solver.bounds(np.asarray(points)[small])
    return bounds


def _small(answers: Evaluation, stakes: float) -> NDArray[np.bool_]:
    """(n,) whether regret is small in every case; one that is unknown (NaN) is not."""
    return np.asarray(answers.regret_max <= TRUSTED_REGRET * stakes)


def trust_in(
    info: ResponderInfo,
    problem: CommitmentProblem,
    answer: Evaluation,
    bounds: NDArray[np.float64] | None,
) -> Trust:
    """How far the responder's answer to one pre-policy is to be trusted.

    Args:
        info: what kind of answers it is one of.
        problem: what was asked about.
        answer: the one.
        bounds: (1, 2) what P may exactly be, as `bounds_of` has it.
    """
    if info.fitted:
        return Trust.FITTED
    if info.computed:
        return Trust.COMPUTED
    known = RegretIs.of(problem, answer)
    if known is not RegretIs.UNKNOWN and sound(answer, bounds, problem.stakes).all():
        return Trust.LEARNED  # also where it is small at most
    return Trust.NOT_LEARNED if known is RegretIs.MEASURED else Trust.UNKNOWN
