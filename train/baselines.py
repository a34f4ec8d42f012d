"""What stands beside every search: the same answers, found without it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..problem import CommitmentProblem

_TOLERANCE = 1e-9


def evaluations_to_best(points: NDArray[np.int64], p: NDArray[np.float64]) -> int | None:
    """How many evaluations it took until the best pre-policy was first met; None if never.

    Args:
        points: pre-policies in the order in which they were evaluated.
        p: (pre-policies,) the answer to every one.
    """
    found = np.flatnonzero(p[points] > p.max() - _TOLERANCE)
    return int(found[0]) + 1 if len(found) else None


def baselines(
    problem: CommitmentProblem,
    p: NDArray[np.float64],
    evaluations: int,
    np_random: np.random.Generator,
) -> dict[str, dict[str, Any]]:
    """No intervention, random search at the same number of evaluations, and enumeration.

    All ask the same responder, after its training. With few pre-policies the last two need fewer
    evaluations than a gradient does.

    Args:
        problem: the problem that was searched.
        p: (points,) the responder's answer to every pre-policy.
        evaluations: the search's budget.
        np_random: draws the random search.

    Returns:
        For each of the two: the best `p` found, its `p_exact`, its `pre_policy_point`, the
        `evaluations` spent and the `evaluations_to_best` (None if the best was not met).
    """

    def row(points: NDArray[np.int64]) -> dict[str, Any]:
        best = int(points[p[points].argmax()])
        return {
            "p": float(p[best]),
            "p_exact": float(problem.exact().p[best]),
            "pre_policy_point": problem.pre_policies.label(best),
            "evaluations": len(points),
            "evaluations_to_best": evaluations_to_best(points, p),
        }

    return {
        "no_intervention": {"p": problem.exact().p_before},
        "random_search": row(np_random.integers(len(p), size=evaluations)),
        "enumeration": row(np.arange(len(p))),
    }
