"""The finalists of a search: a few pre-policies, judged again before one of them is recommended.

A search goes where answers are wrong in its favor, so the greatest of them is too good to be true.
What learned answers have chosen is therefore never recommended by these answers alone:

    finalists <- what the meta pre-policy found, and the best of the others by the answers
    repeat
        for each finalist whose answer is not sound, a copy of the responder trains on under it
        alone, in games of a seed of its own: jobs, which a backend does side by side
        the copies are asked
    until every follower's regret is small in every case of each, or the search's steps are spent
    the recommended one <- the greatest P after what its regret can hide has been taken away; of
        several, the one that keeps most of it however ties are broken

A small regret is a proof and no estimate, and so is P less what regret can hide: neither is too
good for having been looked at more than once. Where nobody knows the regret, models of another
seed, one for each finalist, judge in episodes that the search has not seen, and the report asks
still others (`findings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ...agents import Responder, judge_seed, judge_steps, make_judge
from ...agents.responders.names import is_learned
from ...core.checkpoint import StateDict
from ...core.evaluation import Evaluation, first_of_the_best
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.state_form import Array, Form, Maybe, Some, Whole, points_form
from .algorithm_1 import Search
from .trust import bounds_of, certified, hidden, sound

FINALISTS = 3
"""How many there are at most."""
_ROUNDS = 4  # of training on; each has twice the steps of the one before
REPORT, _FIRST = 0, 1  # numbers of judges
JUDGE = Maybe(Some({"number": Whole(0, 64), "steps": Whole()}))
"""The form of which judge's answer is reported."""


def bounds_form(n: int) -> Array:
    """The form of what n chances lie between; NaN where nobody knows."""
    return Array(np.float64, (n, 2), 0, 1, nan=True)


@dataclass(frozen=True)
class Finalists:
    """What was asked about F finalists.

    Attributes:
        points: (F, ...) they, first of all what the meta pre-policy found.
        searched: the answers that chose them.
        judged: the answers of those who have trained on them, or of models of another seed.
        bounds: (F, 2) limits of P, however ties are broken; None where exact answers are not
            known.
        exact: exact answers, where they are known.
        chosen: the number of the recommended one.
        judge: which judge's answer to that one counts, and by how many steps of training each;
            None where it is the search's own responder.
    """

    points: NDArray[Any]
    searched: Evaluation
    judged: Evaluation
    bounds: NDArray[np.float64] | None
    exact: Evaluation | None
    chosen: int
    judge: dict[str, int] | None = None

    def state_dict(self) -> StateDict:
        """All of it, for `from_state`."""
        exact = None if self.exact is None else self.exact.state_dict()
        answers = {"searched": self.searched.state_dict(), "judged": self.judged.state_dict()}
        return vars(self) | answers | {"exact": exact}

    @classmethod
    def from_state(cls, state: StateDict) -> Self:
        """What `state_dict` returned."""
        exact = None if state["exact"] is None else Evaluation.from_state(state["exact"])
        answers = {name: Evaluation.from_state(state[name]) for name in ("searched", "judged")}
        return cls(**state | answers | {"exact": exact})

    @staticmethod
    def state_form(kept: StateDict, problem: CommitmentProblem) -> Form:
        """The form of what `from_state` takes, of finalists of a problem."""
        few = len(kept["points"])
        if few > FINALISTS:
            raise ValueError(f"there are {few} finalists of {FINALISTS}")
        answers = Evaluation.state_form(few, problem.learners)
        return {
            "points": points_form(problem.pre_policies, few),
            "searched": answers,
            "judged": answers,
            "bounds": Maybe(bounds_form(few)),
            "exact": answers if problem.solver.solvable else None,
            "chosen": Whole(0, few - 1),
            "judge": JUDGE,
        }

    def certified(self, stakes: float) -> NDArray[np.bool_]:
        """(F,) whether each P is that of rational followers; see `trust.certified`."""
        return certified(self.judged, self.bounds, stakes)

    def least(self, stakes: float) -> NDArray[np.float64]:
        """(F,) P less what its regret can hide; NaN where nobody knows the regret."""
        return np.maximum(self.judged.p - hidden(self.judged, self.bounds, stakes), 0.0)

    def most(self, stakes: float) -> NDArray[np.float64]:
        """(F,) P and what its regret can hide beside it; NaN where nobody knows the regret."""
        return np.minimum(self.judged.p + hidden(self.judged, self.bounds, stakes), 1.0)


def final_round(
    search: Search, points: Points, answers: Evaluation
) -> tuple[Finalists | None, Responder]:
    """Judge a search's finalists again; None where answers are computed, and right as they are.

    Args:
        search: the finished search, which has settled on what its meta pre-policy found.
        points: pre-policies, what was found among them.
        answers: the responder's answers to them.

    Returns:
        The finalists, and whose answer to the recommended one counts.
    """
    problem = search.problem
    if search.info.computed:
        return None, search.responder
    if answers.episodes is not None:  # of which the report's are to be seen by nobody before
        answers = search.judge.ask(points, split="search")
    rows = _entering(search, np.asarray(points), answers)
    finalists, searched = np.asarray(points)[rows], answers.select(rows)
    judges = [_Judge(search.responder)] * len(finalists)
    if np.isnan(searched.regret_max).all():
        judged = _by_others(search, finalists) if len(finalists) > 1 else searched
    else:
        judged, judges = _until_sound(search, finalists, searched)
    bounds = bounds_of(problem, finalists, judged)
    chosen = _best(search, judged, bounds)
    made = Finalists(
        points=finalists,
        searched=searched,
        judged=judged,
        bounds=bounds,
        exact=problem.solver.respond(finalists) if problem.solver.solvable else None,
        chosen=chosen,
        judge=judges[chosen].made,
    )
    return made, judges[chosen].responder


def _entering(search: Search, points: NDArray[Any], answers: Evaluation) -> NDArray[np.int64]:
    """The rows of the finalists: what was found, then the best by P and by P that is sure."""
    objective, stakes = search.config.objective, search.problem.stakes
    same = (points == np.asarray(search.found)).reshape(len(points), -1).all(axis=1)
    rows = [int(np.flatnonzero(same)[0])]
    scores, beside = answers.score(objective), answers.beside(objective)
    bounds = bounds_of(search.problem, points, answers)
    unsure = hidden(answers, bounds, stakes)
    attained = _attained(objective, bounds, unsure)
    for ranking, then in ((scores, []), (scores - unsure, attained), (scores, [])):
        left = np.where(same, np.nan, ranking)
        if len(rows) < FINALISTS and not np.isnan(left).all():
            rows.append(first_of_the_best(left, *then, beside))
            same = same | (points == points[rows[-1]]).reshape(len(points), -1).all(axis=1)
    return np.array(rows)


def _by_others(search: Search, points: NDArray[Any]) -> Evaluation:
    """The answers of models that have chosen nothing, in episodes that have chosen nothing."""
    return search.judge.ask(points, apart(search, _FIRST), split="finals")


def apart(search: Search, number: int) -> Responder | None:
    """Judge number k of a search, apart from it and from each other; None where nobody learns."""
    config = search.config
    return make_judge(
        config.responder,
        search.problem,
        seed=config.seed,
        steps=config.steps,
        number=number,
        scenario=config,
        backend=search.backend,
        hyperparameters=config.hyperparameters,
    )


class _Judge(NamedTuple):
    """Whose answer to a finalist counts, and how it was made, as `Finalists.judge` has it."""

    responder: Responder
    made: dict[str, int] | None = None


def _until_sound(
    search: Search, points: NDArray[Any], searched: Evaluation
) -> tuple[Evaluation, list[_Judge]]:
    """The answers with the least regret, of copies that train on until there is none to speak of.

    They spend as many steps as the search's own training did.

    Returns:
        The answers, and whose each is.
    """
    config, problem, responder = search.config, search.problem, search.responder
    answers = [searched.select(np.array([row])) for row in range(len(points))]
    judges = [_Judge(responder)] * len(points)
    steps, left = 1, FINALISTS << _ROUNDS  # of answers that are drawn, and cost no steps
    if is_learned(config.responder):
        steps = judge_steps(config.responder, problem, config.steps)
        left = max(responder.train_budget, responder.train_steps)
    for number in range(_ROUNDS):
        wrong = [row for row, one in enumerate(answers) if not _is_sound(search, points[row], one)]
        each = min(steps << number, left // max(len(wrong), 1))
        if not wrong or each < 1:
            break
        seed = judge_seed(config.seed, _FIRST + number)
        trained = responder.retrained(points[wrong], each, seed=seed)
        if trained is None:
            break
        responder = trained
        search.judge.played += responder.train_steps
        again = search.judge.ask(points[wrong], responder, split="finals")
        left -= responder.train_steps
        for k, row in enumerate(wrong):
            one = again.select(np.array([k]))
            if _is_sound(search, points[row], one) or _short(one) < _short(answers[row]):
                answers[row] = one
                judges[row] = _Judge(responder, {"number": _FIRST + number, "steps": each})
    return Evaluation.concatenate(answers), judges


def _is_sound(search: Search, point: Any, answer: Evaluation) -> bool:
    bounds = bounds_of(search.problem, point[None], answer)
    return bool(sound(answer, bounds, search.problem.stakes).all())


def _short(answer: Evaluation) -> tuple[float, float]:
    """How far an answer falls short: in how many cases, and how much."""
    return 1 - float(answer.optimal_share[0]), float(answer.regret_max[0])


def _best(search: Search, judged: Evaluation, bounds: NDArray[np.float64] | None) -> int:
    """Which finalist is recommended: of the same that is sure, what ties can spoil least."""
    objective = search.config.objective
    scores, unsure = judged.score(objective), hidden(judged, bounds, search.problem.stakes)
    if objective in ("desirable", "undesirable"):
        sure = np.maximum(scores - unsure, 0.0)
    else:  # how much regret can hide in a utility nobody has said
        sure = np.where(unsure > 0, np.nan, scores)
    then = [*_attained(objective, bounds, unsure), scores, judged.beside(objective)]
    for ranking in (sure, scores):
        if not np.isnan(ranking).all():
            return first_of_the_best(ranking, *then)
    return 0


def _attained(
    objective: str, bounds: NDArray[np.float64] | None, unsure: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """P that comes about however ties are broken, where the answer is sound, and 0 elsewhere."""
    if bounds is None:
        return []
    low, high = bounds.T
    return [np.where(unsure > 0, 0.0, 1 - high if objective == "undesirable" else low)]
