"""What stands beside every search: the same answers, found without it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.evaluation import Evaluation
from ...core.pre_policy import Finite, Points, PrePolicySpace
from ...core.problem import CommitmentProblem
from ...core.state_form import PROBABILITY, Form, Label, Maybe, Real, Whole
from .algorithm_1 import Search
from .metrics import number

_TOLERANCE = 1e-9
_RANDOM = 1  # the stream of the random search
_NOTHING, _RANDOM_SEARCH, _ENUMERATION = "no_intervention", "random_search", "enumeration"


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


def baselines(search: Search, judged: Evaluation | None) -> dict[str, dict[str, Any]]:
    """No intervention, random search at the same number of evaluations, and enumeration.

    All ask the same responder, after its training. With few pre-policies the last two need fewer
    evaluations than a gradient does; enumeration is there only where they are finitely many. Where
    a pre-policy has a model of its own, the last two are there if the search has asked about all:
    else they would train more models than the search has.

    What learned answers choose is never reported by the answers that chose it, whose greatest is
    too good to be true: `p` is exact where exact answers exist, and otherwise measured in episodes
    that did not choose.

    Args:
        search: the finished search.
        judged: the responder's answers to every pre-policy, where they are finitely many.

    Returns:
        For each search: the best `p` found, the `value` of what is made large, `p_exact`, what the
        responder said of it (`p_learned`; None where nothing is learned), its `pre_policy_point`,
        the `evaluations` spent and the `evaluations_to_best` (None if the best was not met).
    """
    space, before = search.problem.pre_policies, search.problem.solver.before()
    np_random = np.random.default_rng([search.config.seed, _RANDOM])
    rows: dict[str, dict[str, Any]] = {
        _NOTHING: {"p": before.p, "value": before.value(search.config.objective)}
    }
    names = names_of(space, judged is not None, search.info.per_point)
    if _RANDOM_SEARCH in names:
        points = space.sample(len(search.scores), np_random)
        rows[_RANDOM_SEARCH] = _row(search, points, judged)
    if _ENUMERATION in names:
        assert isinstance(space, Finite)
        rows[_ENUMERATION] = _row(search, np.arange(space.size), judged)
    return rows


def names_of(space: PrePolicySpace, everywhere: bool, per_point: bool) -> tuple[str, ...]:
    """Which rows `baselines` has.

    Args:
        space: the pre-policies.
        everywhere: whether the responder has answered to every one of finitely many.
        per_point: whether each has a model of its own.
    """
    if per_point and not everywhere:
        return (_NOTHING,)
    return (_NOTHING, _RANDOM_SEARCH, *([_ENUMERATION] if isinstance(space, Finite) else []))


def baseline_form(kept: StateDict, problem: CommitmentProblem) -> Form:
    """The form of a row of `baselines`: without anything, one where no answer was, or one."""
    share, number = Maybe(PROBABILITY), Maybe(Real())
    if "evaluations" not in kept:
        return {"p": share, "value": number}
    row: Form = {"evaluations": Whole(), "p": share, "p_exact": share, "p_learned": share}
    if "value" not in kept:
        return row | {"p": None}
    found = {"pre_policy_point": Label(problem.pre_policies), "evaluations_to_best": Maybe(Whole())}
    return row | found | {"utility": number, "value": number}


def _row(search: Search, points: Points, judged: Evaluation | None) -> dict[str, Any]:
    problem, objective = search.problem, search.config.objective
    chose = _choosing(search, points, judged)
    scores = chose.score(objective)
    learned = search.info.played
    row: dict[str, Any] = {
        "evaluations": len(scores),
        "p": None,
        "p_exact": None,
        "p_learned": None,
    }
    if np.isnan(scores).all():
        return row
    top = chose.best(objective)
    point = np.asarray(points)[top]
    known = problem.solver.respond([point]) if problem.solver.solvable else None
    if learned and known is not None:
        worth = known
    else:
        worth = (
            chose.select(np.array([top])) if chose.episodes is None else search.judge.ask([point])
        )
    told = chose if judged is None else judged.select(np.asarray(points))
    return row | {
        "p": number(worth.p[0]),
        "p_exact": None if known is None else number(known.p[0]),
        "p_learned": number(chose.p[top]) if learned else None,
        "utility": number(worth.utility[0]),
        "value": number(worth.score(objective)[0]),
        "pre_policy_point": problem.pre_policies.label(point),
        "evaluations_to_best": evaluations_to_best(*true_scores(search, points, told, judged)),
    }


def _choosing(search: Search, points: Points, judged: Evaluation | None) -> Evaluation:
    """The responder's answers by which the best of the points is chosen."""
    if judged is not None and judged.episodes is None:
        return judged.select(np.asarray(points))
    # By the search's episodes, so that the report's may judge.
    return search.judge.ask(points, split="search")


def true_scores(
    search: Search, points: Points, answers: Evaluation, others: Evaluation | None
) -> tuple[NDArray[np.float64], float | None]:
    """(n,) what pre-policies score, and the greatest score of all of finitely many.

    Exactly where the responder has learned and exact answers exist; else by its own answers.

    Args:
        search: the finished search.
        points: the pre-policies.
        answers: the responder's answers to them.
        others: its answers to all that are judged, where they are finitely many.
    """
    problem, objective = search.problem, search.config.objective
    if problem.solver.solvable and search.info.played:
        answers = problem.solver.respond(points)
        space = problem.pre_policies
        if isinstance(space, Finite):
            others = problem.solver.respond(np.arange(space.size))
    return answers.score(objective), None if others is None else greatest(others.score(objective))


def greatest(scores: NDArray[np.float64]) -> float | None:
    """The greatest score that is defined, if any is."""
    return None if np.isnan(scores).all() else float(np.nanmax(scores))
