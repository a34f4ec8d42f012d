"""The score of a run: what its commitment attains of what any could.

    score = (P - P_none) / (P_best - P_none)

P is the exact one of the commitment that the search recommends, P_none that without intervention,
P_best the greatest that any commitment attains; in a search that makes something else large, such
as the committed agent's utility, or 1 - P of an adversary's, that in the place of P. Where one of
them is not known, or nothing is to be gained, there is no score, and that is counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

_ROOM = 1e-9  # least that a best commitment has to gain


class NoScore(StrEnum):
    """Why a run has no score."""

    UNSOLVED = "nobody knows the exact answers"
    UNDEFINED = "there is no P to compare"
    NO_ROOM = "no commitment is better than none"
    UNCERTIFIED = "the followers' regret is too large to trust their answer"


def numbers_of(summary: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """What a run's commitment attains exactly, what none does, and what the best does."""
    if "value_before" in summary:
        names = ("value_after_exact", "value_before", "value_best_exact")
    elif summary["objective"] == "utility":  # of earlier versions, as below
        names = ("utility_after_exact", "utility_before", "utility_best_exact")
    else:
        names = ("p_after_exact", "p_before", "p_best_exact")
    after, before, best = (summary[name] for name in names)
    return after, before, best


def value_after(summary: Mapping[str, Any]) -> Any:
    """What a run's commitment attains by the answers of its responder."""
    if "value_after" in summary:
        return summary["value_after"]
    return summary["utility_after" if summary["objective"] == "utility" else "p_after"]


def score_of(summary: Mapping[str, Any]) -> float | NoScore:
    """The score of a run, 1 for the best commitment and 0 for none; below 0 if it does harm.

    Args:
        summary: the run's `summary.json`.
    """
    return normalised(*numbers_of(summary))


def normalised(after: float | None, before: float | None, best: float | None) -> float | NoScore:
    """(after - before) / (best - before).

    Args:
        after: what a commitment attains exactly; None where it is undefined.
        before: what none does.
        best: what the best does; None where nobody knows.
    """
    if best is None:
        return NoScore.UNSOLVED
    if after is None or before is None:
        return NoScore.UNDEFINED
    if best - before <= _ROOM:
        return NoScore.NO_ROOM
    return float((after - before) / (best - before))
