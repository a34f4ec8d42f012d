"""What is asked at the end of a search: numbers alone, from which its report is made.

Asking is dear: models train and games are played out. What was answered is kept in the run folder,
so that a report can be judged and drawn again without anybody being asked (`report.rebuild`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ...agents import Responder
from ...agents.responders.names import ResponderInfo
from ...core.checkpoint import StateDict
from ...core.evaluation import Before, Evaluation, Optimum
from ...core.pre_policy import Finite, Points
from ...core.problem import CommitmentProblem
from ...core.state_form import (
    PROBABILITY,
    Anything,
    Array,
    Form,
    Maybe,
    Named,
    Real,
    Same,
    Text,
    Whole,
    check_by,
    like,
    points_form,
)
from .algorithm_1 import SAMPLE, Search, rows_form
from .baselines import baseline_form, baselines, evaluations_to_best, names_of, true_scores
from .config import SearchConfig
from .finalists import JUDGE, REPORT, Finalists, apart, bounds_form, final_round
from .metrics import Row, mean, number
from .paired import differences
from .trust import bounds_of


@dataclass(frozen=True)
class Findings:
    """The answers to a finished search's questions; those that do not exist are None.

    Attributes:
        point: (1, ...) the pre-policy that is recommended.
        judged: the responder's answers to the pre-policies over which regret is stated
            (`Search.judged`).
        judged_bounds: what P may exactly be there, as `trust.bounds_of` has it, where the answers
            without intervention are a mean over them.
        found: the responder's answer to `point`.
        finalists: what it was chosen among, and how they were judged; None where answers are
            computed.
        judgement: that of models that chose nothing, where no exact answers judge.
        changes: how much more desirable each episode ends after `point` than without intervention,
            where nothing is exact and independent learners were given (`paired`).
        exact: the answer of exact best responses to `point`.
        bounds: (1, 2) limits of P after `point`, however ties are broken.
        before: what happens without intervention, exactly.
        weights: how often each pre-policy is met without intervention, if any is and `judged` is of
            every one.
        optima: the best that any pre-policy attains, by objective.
        p_meta: the mean of P over theta, by the responder.
        p_meta_exact: the same mean of exact P.
        baselines: the same answers found without the search.
        evaluations_to_best: how many until the best was first met.
        learners: what independent learners reach without intervention, if that was given.
        history: the rows of `metrics.csv`.
        warm_up: how many of them the responder only trained in.
        settled: whether the search ended before its budget.
        evaluations: pre-policies sampled and answered.
        env_steps: environment steps, for training and for everything that was asked.
        seconds: wall time.
        judge: which judge's answer to `point` is reported, as `Finalists.judge` has it; None where
            it is the responder's own.
        responder_optima: the best that any pre-policy attains by the responder's own answers, by
            objective.
        asked: (n,) the numbers of the n pre-policies that `judged` is of, in order; None over a
            continuum.
    """

    point: NDArray[Any]
    judged: Evaluation
    judged_bounds: NDArray[np.float64] | None
    found: Evaluation
    finalists: Finalists | None
    judgement: Evaluation | None
    changes: NDArray[np.float64] | None
    exact: Evaluation | None
    bounds: NDArray[np.float64] | None
    before: Before
    weights: NDArray[np.float64] | None
    optima: dict[str, Optimum | None]
    p_meta: float | None
    p_meta_exact: float | None
    baselines: dict[str, dict[str, Any]]
    evaluations_to_best: int | None
    learners: dict[str, Any] | None
    history: list[Row]
    warm_up: int
    settled: bool
    evaluations: int
    env_steps: int
    seconds: float
    judge: dict[str, int] | None = None
    responder_optima: dict[str, Optimum | None] = field(default_factory=dict)
    asked: NDArray[np.int64] | None = None

    def state_dict(self) -> StateDict:
        """All of it, for `from_state`."""
        evaluations = {
            name: None if value is None else value.state_dict()
            for name, value in vars(self).items()
            if name in _EVALUATIONS
        }
        optima = {
            kind: {name: best and asdict(best) for name, best in getattr(self, kind).items()}
            for kind in _OPTIMA
        }
        own = {
            "before": asdict(self.before),
            "finalists": self.finalists and self.finalists.state_dict(),
        }
        return vars(self) | evaluations | own | optima

    @property
    def answer(self) -> Evaluation:
        """The answer to `point` of those who did not choose it, or whose regret is known."""
        if self.judgement is not None:
            return self.judgement
        if self.finalists is None or self.finalists.judged.episodes is not None:
            return self.found  # computed, or by episodes that have chosen nothing
        return self.finalists.judged.select(np.array([self.finalists.chosen]))

    @property
    def rejudged(self) -> Evaluation:
        """The answers to the finalists that are reported; there are finalists."""
        final = self.finalists
        assert final is not None
        rows = np.arange(len(final.points))
        rows[final.chosen] = len(rows)
        return Evaluation.concatenate([final.judged, self.answer]).select(rows)

    @classmethod
    def load(cls, kept: StateDict, config: SearchConfig, problem: CommitmentProblem) -> Self:
        """What was found in a search, of a state of whoever's.

        Args:
            kept: the state.
            config: the search's settings, with all defaults written out.
            problem: what was searched.

        Raises:
            ValueError: it is none of such a search.
        """
        space = problem.pre_policies
        every = np.arange(space.size) if isinstance(space, Finite) else None
        whole = {"judge": None, "responder_optima": {}, "asked": every, **kept}  # of later versions
        check_by(whole, lambda: _form(whole, config, problem))
        found = cls.from_state(whole)
        if found.asked is not None:
            final = found.point if found.finalists is None else found.finalists.points
            known = np.isin([*found.point, *final], found.asked).all()
            if (np.diff(found.asked) < 1).any() or not known:
                raise ValueError("its asked is not what it may be")
        return found

    @classmethod
    def from_state(cls, state: StateDict) -> Self:
        """What `state_dict` returned.

        Raises:
            KeyError, TypeError: it is of something else.
        """
        read = {
            name: None if state[name] is None else Evaluation.from_state(state[name])
            for name in _EVALUATIONS
        }
        own = {
            "before": Before(**state["before"]),
            "finalists": state["finalists"] and Finalists.from_state(state["finalists"]),
        }
        optima = {  # earlier versions did not ask the responder
            kind: {name: best and Optimum(**best) for name, best in state.get(kind, {}).items()}
            for kind in _OPTIMA
        }
        return cls(**state | read | own | optima)


def _form(kept: StateDict, config: SearchConfig, problem: CommitmentProblem) -> Form:
    """The form of what is found in a search."""
    space, solver = problem.pre_policies, problem.solver
    answers = partial(Evaluation.state_form, followers=problem.learners)
    judged, solvable = len(kept["judged"]["p"]), solver.solvable
    everywhere = isinstance(space, Finite) and judged == space.size
    per_point = ResponderInfo.of(config.responder).per_point
    if isinstance(space, Finite) and not (everywhere or per_point):
        raise ValueError("not every pre-policy is answered")
    known, share = Maybe(Real()), Maybe(PROBABILITY)
    one = Maybe(answers(1))
    optimum = {"value": Real(), "method": Text(), "attained": like(True), "at_most": known}
    before: dict[str, Form] = {**dict.fromkeys(("p", "low", "high"), share), "utility": known}
    before |= dict.fromkeys(("reason", "sampled"), Text())
    before["follower_utility"] = Maybe(Named(known))
    by = asked_of(config.objective)
    final, rounds = kept["finalists"], len(kept["history"])
    batch, iterations = config.batch or 1, config.iterations
    if rounds > iterations:
        raise ValueError(f"it has {rounds} rounds of {iterations}")
    weights = problem.base_weights() if everywhere else None
    beside = names_of(space, everywhere, per_point)
    earlier = names_of(space, everywhere, per_point and isinstance(space, Finite))
    if tuple(kept["baselines"]) not in (beside, earlier):  # which searched a continuum at random
        raise ValueError("its baselines are others")
    return {
        "point": points_form(space, 1),
        "judged": answers(judged),
        "judged_bounds": Maybe(bounds_form(judged)),
        "found": answers(1),
        "finalists": None if final is None else Finalists.state_form(final, problem),
        "judgement": one,
        "changes": Maybe(Array(np.float64, (None,), -1, 1)),
        "exact": answers(1) if solvable else None,
        "bounds": bounds_form(1) if solvable else None,
        "before": before,
        "weights": None if weights is None else Same(weights),
        "optima": dict.fromkeys(by, Maybe(optimum)),
        "p_meta": share,
        "p_meta_exact": share if solvable else None,
        "baselines": {name: baseline_form(row, problem) for name, row in kept["baselines"].items()},
        "evaluations_to_best": Maybe(Whole(1)),
        "learners": Anything() if config.baseline is not None else None,
        "history": rows_form(kept["history"], batch, problem),
        "warm_up": Whole(0, iterations),
        "settled": like(True),
        "evaluations": rounds * batch,
        "env_steps": Whole(),
        "seconds": Real(0),
        "judge": JUDGE,
        "responder_optima": dict.fromkeys(by if kept["responder_optima"] else (), Maybe(optimum)),
        "asked": points_form(space, judged) if isinstance(space, Finite) else None,
    }


def asked_of(objective: str) -> tuple[str, ...]:
    """The objectives by which the best is asked of: two of every search, and its own."""
    return tuple(dict.fromkeys(("desirable", "utility", objective)))


_EVALUATIONS = ("judged", "found", "judgement", "exact")
_OPTIMA = ("optima", "responder_optima")


def ask(search: Search) -> tuple[Findings, Responder]:
    """Ask the responder, who judges it, and the problem about what a search has found.

    About those of `Search.judged`.

    Returns:
        What was answered, and whose answer to what is recommended is reported.
    """
    problem, judge = search.problem, search.judge
    solver = problem.solver
    space = problem.pre_policies
    judge.split = "report"
    asked = search.judged()
    judged = judge.ask(asked)
    search.recommend(asked, judged)
    finalists, answering = final_round(search, asked, judged)
    made = None if finalists is None else finalists.judge
    if finalists is not None:
        search.recommended = finalists.points[finalists.chosen]
    point = np.array([search.found])
    found = judge.ask(point)
    judgement, changes, other = _judgement(search, point)
    if other is not None:
        answering, made = other, {"number": REPORT}
    known = judged if isinstance(space, Finite) and len(asked) == space.size else None
    weights = None if known is None else problem.base_weights()
    averaged = weights is not None and not search.info.computed
    beside = baselines(search, known)
    p_meta, p_meta_exact = _p_meta(search, known)
    findings = Findings(
        point=point,
        judged=judged,
        judged_bounds=bounds_of(problem, asked, judged) if averaged else None,
        found=found,
        finalists=finalists,
        judgement=judgement,
        changes=changes,
        exact=solver.respond(point) if solver.solvable else None,
        bounds=solver.bounds(point) if solver.solvable else None,
        before=solver.before(),
        weights=weights,
        optima={one: solver.optimum(one) for one in asked_of(search.config.objective)},
        p_meta=p_meta,
        p_meta_exact=p_meta_exact,
        baselines=beside,
        evaluations_to_best=_to_best(search, asked, judged),
        learners=None if search.baseline is None else search.baseline.to_summary(),
        history=search.history,
        warm_up=search.warm_up,
        settled=search.certified,
        evaluations=len(search.scores),
        env_steps=judge.env_steps,
        seconds=search.seconds,
        judge=made,
        responder_optima={
            one: search.responder.optimum(one) for one in asked_of(search.config.objective)
        },
        asked=asked if isinstance(space, Finite) else None,
    )
    return findings, answering


def _judgement(
    search: Search, point: Points
) -> tuple[Evaluation | None, NDArray[np.float64] | None, Responder | None]:
    """What models that chose nothing answer where no exact answers judge, and what that changes.

    And those models, if any.
    """
    if search.problem.solver.solvable:
        return None, None, None
    judge = apart(search, REPORT)
    judgement = None if judge is None else search.judge.ask(point, judge)
    return judgement, differences(search, judge or search.responder, point), judge


def _p_meta(search: Search, answers: Evaluation | None) -> tuple[float | None, float | None]:
    """The mean of P over theta, by the responder and exactly; over a continuum, of a sample.

    The responder's is None where it has not answered to all that theta proposes.
    """
    solver, chances = search.problem.solver, search.proposer.probabilities
    exact = None
    if chances is not None and solver.solvable:
        exact = number(chances @ solver.p(np.arange(len(chances))))
    if answers is not None and chances is not None:
        return number(chances @ answers.p), exact
    if search.info.per_point:
        return None, exact
    sample = search.proposer.sample(SAMPLE, np.random.default_rng([search.config.seed, 3]))
    by_responder = answers.select(sample) if answers else search.judge.ask(sample)
    return mean(by_responder.p), mean(solver.p(sample)) if solver.solvable else None


def _to_best(search: Search, asked: Points, judged: Evaluation) -> int | None:
    """How many evaluations it took until the best of them was first met."""
    if not isinstance(search.problem.pre_policies, Finite):
        return evaluations_to_best(np.array(search.scores))
    first = np.array(search.sampled)
    answers = judged.select(np.searchsorted(asked, first))
    return evaluations_to_best(*true_scores(search, first, answers, judged))
