"""Algorithm 1 of the paper: search out the pre-policy that makes the desirable outcome likeliest.

    theta <- uniform meta pre-policy
    repeat
        train the followers' responder, mostly where Pi_theta looks      (nothing for exact ones)
        pi_pre ~ Pi_theta                                                (a batch)
        P(Y=y | do(pi_pre)) <- responder
        theta <- theta + a step up the score-function gradient
    until the budget is spent, or theta has settled and small regret certifies the answers

A learned responder first trains for a while without theta moving: the answers of a follower that
knows nothing would lead theta astray.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents import Responder, make_responder
from ...agents.responders.given import GivenResponder
from ...agents.responders.names import OWN, ResponderInfo
from ...core.backends import Backend
from ...core.checkpoint import StateDict
from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation, first_of_the_best
from ...core.pre_policy import Finite, Points
from ...core.problem import CommitmentProblem
from ...core.state_form import (
    PROBABILITY,
    Each,
    Form,
    Maybe,
    Point,
    Real,
    Text,
    Whole,
    form_of,
    generator_like,
    like,
)
from ..baseline import Baseline, read_baseline
from .config import SearchConfig
from .judges import ResponderJudge, Scored
from .loop import Loop, Reason, Stopped
from .metrics import COLUMNS, Row, mean, number
from .proposers import Meta, find_meta
from .trust import bounds_of, sound

WARM_UP = 0.3  # the share of the rounds in which a learned responder only trains
SAMPLE = 256  # pre-policies that stand for a continuum where all of them are asked about
SETTLED = 0.01  # how far theta's mean score may stay below the best of all
_NEWEST = "value_batch"  # which rows of earlier versions have not
_LIKELY = 1024  # draws of the meta pre-policy that training may use


def rows_form(kept: list[Row], batch: int, problem: CommitmentProblem) -> list[dict[str, Form]]:
    """The form of a search's rows (`scg_envs.core.state_form`)."""
    row: dict[str, Form] = dict.fromkeys(COLUMNS, Maybe(Real()))
    row |= {name: Maybe(PROBABILITY) for name in COLUMNS if name.startswith("p_")}
    row |= {"mode": Text(), "seconds": Real(0), "env_steps": Whole()}
    if not problem.solver.solvable:
        row |= dict.fromkeys(("p_meta_exact", "p_mode_exact"))
    counts = [{"iteration": k, "evaluations": k * batch} for k in range(1, len(kept) + 1)]
    return [
        {name: form for name, form in (row | count).items() if name in one or name != _NEWEST}
        for one, count in zip(kept, counts, strict=True)
    ]


class Search(Loop[Row]):
    """Algorithm 1 under way: its history has a row of numbers for each round.

    Attributes:
        config: the settings, with all defaults written out.
        problem: what is searched.
        info: what kind of answers the responder gives.
        proposer: the meta pre-policy.
        judge: the responder, and what it is asked for.
        baseline: what independent learners reach without intervention, if it is given.
        backend: where what is learned apart is learned; None for this process.
        scores: of each evaluation, in order; NaN where undefined.
        sampled: the pre-policies evaluated, in order, where they are finitely many.
        recommended: what the report has settled on; None before.
    """

    proposer: Meta
    judge: ResponderJudge

    def __init__(
        self, config: SearchConfig, own: Any = None, *, backend: Backend | None = None
    ) -> None:
        """Begin a search.

        Args:
            config: the settings.
            own: the policies that answer if `config.responder` is OWN.
            backend: where what is learned apart is learned: the models or tables that pre-policies
                have of their own, those that judge finalists among them; here if None.
        """
        self.problem: CommitmentProblem = config.problem()
        self.config = config = config.stated(self.problem)
        self.baseline: Baseline | None = None
        if config.baseline is not None:
            self.baseline = read_baseline(config.baseline, self.problem, config.options)
        self.info = ResponderInfo.of(config.responder)
        if backend is not None and not self.info.jobs:
            raise InvalidArgument(
                f"a backend is given, and answers by {config.responder!r} are found in this "
                "process; take a responder that learns, such as fresh-ppo, or drop it."
            )
        self.backend = backend
        responder = (
            GivenResponder(self.problem, own)
            if config.responder == OWN
            else make_responder(
                config.responder,
                self.problem,
                seed=config.seed,
                steps=config.steps,
                scenario=config,
                backend=backend,
                hyperparameters=config.hyperparameters,
            )
        )
        assert config.meta is not None
        assert config.evaluations is not None
        assert config.batch is not None
        meta = find_meta(config.meta)(
            self.problem.pre_policies,
            evaluations=config.evaluations,
            batch=config.batch,
            seed=config.seed,
        )
        super().__init__(
            meta,
            ResponderJudge(responder, config.objective),
            rounds=config.iterations,
            batch=config.batch,
            seed=config.seed,
        )
        self.scores: list[float] = []
        self.sampled: list[int] = []
        self._certified = False
        self.recommended: Any = None
        self._finite = isinstance(self.problem.pre_policies, Finite)

    @property
    def responder(self) -> Responder:
        """Who answers."""
        return self.judge.responder

    @property
    def certified(self) -> bool:
        """Whether theta has settled, and regret is small in every case of what is `judged`.

        All answers can be trusted then, where every pre-policy is.
        """
        return self.stopped is not None and self.stopped.reason is Reason.CERTIFIED

    @property
    def warm_up(self) -> int:
        """Rounds in which a learned responder only trains."""
        return int(WARM_UP * self.rounds) if self.responder.learns else 0

    @property
    def found(self) -> Any:
        """What is recommended: what the meta pre-policy found, until the report has settled."""
        return self.proposer.found if self.recommended is None else self.recommended

    def recommend(self, points: Points, answers: Evaluation) -> None:
        """Settle on what is recommended, at the search's end, of finitely many.

        Of pre-policies that the responder scores as highly as the one that was found, the one that
        is best for the committed agent: nobody should be told to pay for nothing. Estimates, whose
        ties are chance, decide nothing.

        Args:
            points: those of `judged`.
            answers: the responder's, to these.
        """
        if not self._finite or answers.episodes is not None:
            return
        scores = answers.score(self.config.objective)
        found = float(scores[points == self.proposer.found][0])
        if not np.isnan(found):
            capped = np.where(scores <= found, scores, np.nan)
            close = np.isclose(scores, found, rtol=0, atol=1e-9 * max(1.0, abs(found)))
            capped[close] = found
            beside = answers.beside(self.config.objective)
            self.recommended = int(points[first_of_the_best(capped, beside)])

    def judged(self) -> NDArray[Any]:
        """The pre-policies over which the followers' regret is stated.

        All where they are finitely many; else the found one and a sample. Where each has a model of
        its own, which has to be trained: those that the search has asked about and the found one,
        over a continuum that one alone.
        """
        space, found = self.problem.pre_policies, self.proposer.found
        if isinstance(space, Finite):
            return np.unique([*self.sampled, found] if self.info.per_point else range(space.size))
        if self.info.per_point:
            return np.array([found])
        others = space.spread(SAMPLE, np.random.default_rng([self.config.seed, 2]))
        return np.concatenate([[found], others])

    def _prepare(self, number: int) -> bool:
        """Train the responder, mostly where theta looks; theta moves after the warm-up."""
        responder = self.responder
        if responder.learns:
            due = responder.train_budget * number // self.rounds
            if due > responder.train_steps:
                likely = self.proposer.sample(_LIKELY, self._np_random)
                responder.train(likely, due - responder.train_steps)
        return number > self.warm_up

    def _entry(self, proposals: NDArray[Any], judgements: Sequence[Scored], moved: bool) -> Row:
        self.scores += [one.score for one in judgements]
        self.sampled += proposals.tolist() if self._finite else []
        self._certified = moved and self.proposer.settled and self._trusted()
        numbers = np.array([(one.p, one.utility, one.regret) for one in judgements])
        p, utility, regret = map(mean, numbers.T)
        return {
            "iteration": len(self.history) + 1,
            "evaluations": len(self.scores),
            "env_steps": self.judge.env_steps,
            "seconds": round(self.seconds, 3),
            "p_batch": p,
            "utility_batch": utility,
            "value_batch": mean(np.array([one.score for one in judgements])),
            **self._exact_row(proposals),
            "regret_batch": regret,
            "entropy": self.proposer.entropy,
            "mode": self.problem.pre_policies.describe(self.proposer.found),
        }

    def _look(self) -> Stopped | None:
        return Stopped(Reason.CERTIFIED) if self._certified else None

    def _trusted(self) -> bool:
        """Whether the answers can be relied on, and theta could not do better by them."""
        points, chances = self.judged(), self.proposer.probabilities
        likely = None if chances is None else chances[points]
        if likely is not None and likely.sum() < 1 - SETTLED:
            return False  # theta proposes what nobody has asked about, nor is it asked for this
        answers = self.judge.ask(points)
        bounds = bounds_of(self.problem, points, answers)
        if not sound(answers, bounds, self.problem.stakes).all():
            return False
        scores = answers.score(self.config.objective)
        if likely is None or np.isnan(scores).any():
            return True
        return bool(scores.max() - likely @ scores / likely.sum() <= SETTLED)

    def _exact_row(self, points: NDArray[Any]) -> dict[str, float | None]:
        """P of the meta pre-policy and of what it recommends, where exact answers are known.

        Over a continuum the mean over the batch stands for the mean over the distribution.
        """
        if not self.problem.solver.solvable:
            return {"p_meta_exact": None, "p_mode_exact": None}
        chances = self.proposer.probabilities
        p_meta = (
            mean(self.problem.solver.p(points))
            if chances is None
            else number(chances @ self.problem.solver.p(np.arange(len(chances))))
        )
        return {
            "p_meta_exact": p_meta,
            "p_mode_exact": number(self.problem.solver.p(np.array([self.proposer.found]))[0]),
        }

    def state_dict(self) -> StateDict:
        """All that `load_state_dict` needs to go on as if nothing had happened."""
        return super().state_dict() | {
            "history": self.history,
            "scores": [number(score) for score in self.scores],
            "sampled": self.sampled,
            "evaluation_steps": self.judge.played,
            "certified": self.certified,
            "meta": self.proposer.state_dict(),
            "responder": self.responder.state_dict(),
        }

    def state_form(self, kept: StateDict) -> Form:
        """Whole rounds, with as many scores, and what proposer and responder go on from."""
        rounds, space = len(kept["history"]), self.problem.pre_policies
        if rounds > self.rounds:
            raise ValueError(f"it has {rounds} rounds of {self.rounds}")
        asked = rounds * self.batch
        rows = rows_form(kept["history"], self.batch, self.problem)
        entropy = None if self.proposer.entropy is None else Real()
        points = asked if isinstance(space, Finite) else 0
        return {
            "np_random": generator_like(self._np_random),
            "seconds": Real(0),
            "history": [row | {"entropy": entropy} for row in rows],
            "scores": Each(Maybe(Real()), asked),
            "sampled": Each(Point(space), points),
            "evaluation_steps": Whole(),
            "certified": like(self.certified),
            "meta": form_of(self.proposer, kept["meta"]),
            "responder": form_of(self.responder, kept["responder"]),
        }

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self.history = state["history"]
        self.scores = [math.nan if score is None else score for score in state["scores"]]
        self.sampled = state["sampled"]
        self.judge.played = state["evaluation_steps"]
        self.stopped = Stopped(Reason.CERTIFIED) if state["certified"] else None
        self.proposer.load_state_dict(state["meta"])
        self.responder.load_state_dict(state["responder"])  # last: it sets the process's generators
