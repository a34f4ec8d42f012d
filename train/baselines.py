"""What stands beside every search: the same answers, found without it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents import Responder
from ..pre_policy import FinitePrePolicies
from ..problem import CommitmentProblem, Evaluation, Points

_TOLERANCE = 1e-9


def evaluations_to_best(scores: NDArray[np.float64], best: float | None = None) -> int | None:
    """How many evaluations it took until the best score was first met; None if never.

    Args:
        scores: in the order of evaluation; NaN where undefined.
        best: the score to meet; the best of these if None.
    """
    defined = scores[~np.isnan(scores)]
    if not len(defined):
        return None
    goal = float(defined.max()) if best is None else best
    found = np.flatnonzero(scores > goal - _TOLERANCE)
    return int(found[0]) + 1 if len(found) else None


def baselines(
    problem: CommitmentProblem,
    responder: Responder,
    answers: Evaluation | None,
    evaluations: int,
    objective: str,
    np_random: np.random.Generator,
) -> dict[str, dict[str, Any]]:
    """No intervention, random search at the same number of evaluations, and enumeration.

    All ask the same responder, after its training. With few pre-policies the last two need fewer
    evaluations than a gradient does; enumeration is there only where they are finitely many.

    Args:
        problem: the problem that was searched.
        responder: who answers.
        answers: its answers to every pre-policy, where they are finitely many.
        evaluations: the search's budget.
        objective: what was searched for.
        np_random: draws the random search.

    Returns:
        For each search: the best `p` found, its `p_exact`, its `pre_policy_point`, the
        `evaluations` spent and the `evaluations_to_best` (None if the best was not met).
    """
    points = problem.pre_policies.sample(evaluations, np_random)
    if answers is None:
        rows = {"random_search": (points, responder.respond(points))}
    else:
        assert isinstance(problem.pre_policies, FinitePrePolicies)
        rows = {
            "random_search": (points, answers.select(points)),
            "enumeration": (np.arange(problem.pre_policies.size), answers),
        }
    best = None if answers is None else greatest(answers.score(objective))
    before = problem.before()
    return {"no_intervention": {"p": before.p}} | {
        name: _row(problem, tried, answer, objective, best)
        for name, (tried, answer) in rows.items()
    }


def _row(
    problem: CommitmentProblem,
    points: Points,
    answers: Evaluation,
    objective: str,
    best: float | None,
) -> dict[str, Any]:
    scores = answers.score(objective)
    row: dict[str, Any] = {"evaluations": len(scores), "p": None, "p_exact": None}
    if not np.isnan(scores).all():
        top = int(np.nanargmax(scores))
        point = np.asarray(points)[top]
        row |= {
            "p": float(answers.p[top]),
            "p_exact": number(problem.p([point])[0]) if problem.solvable else None,
            "utility": float(answers.utility[top]),
            "pre_policy_point": problem.pre_policies.label(point),
            "evaluations_to_best": evaluations_to_best(scores, best),
        }
    return row


def greatest(scores: NDArray[np.float64]) -> float | None:
    """The greatest score that is defined, if any is."""
    return None if np.isnan(scores).all() else float(np.nanmax(scores))


def number(value: Any) -> float | None:
    """The value as JSON says it: None for NaN."""
    return None if value is None or np.isnan(value) else float(value)
