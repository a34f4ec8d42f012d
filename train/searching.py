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
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents import Responder, make_responder
from ..agents.given import GivenResponder
from ..agents.responder import OWN, ResponderInfo
from ..checkpoint import StateDict
from ..evaluation import Evaluation, Split, first_of_the_best
from ..pre_policy import Finite, Points
from ..problem import CommitmentProblem
from .baseline import Baseline, read_baseline
from .config import SearchConfig
from .metas import Meta, find_meta
from .metrics import mean, number
from .trust import sound

WARM_UP = 0.3  # the share of the iterations in which a learned responder only trains
SAMPLE = 256  # pre-policies that stand for a continuum where all of them are asked about
SETTLED = 0.01  # how far theta's mean score may stay below the best of all
_LIKELY = 1024  # draws of the meta pre-policy that training may use
_STREAM = 0x5CA2C4  # keeps the search's draws apart from the learner's under the same seed


class Search:
    """The state of Algorithm 1 and one iteration of it.

    Attributes:
        config: the settings, with all defaults written out.
        problem: what is searched.
        responder: who answers.
        info: what kind of answers these are.
        meta: the meta pre-policy.
        baseline: what independent learners reach without intervention, if it is given.
        history: a row for each iteration, with the columns of `metrics.csv`.
        scores: of each evaluation, in order; NaN where undefined.
        sampled: the pre-policies evaluated, in order, where they are finitely many.
        certified: whether theta has settled, and regret is small in every single case of every
            pre-policy, so that all answers can be trusted; over a continuum of those `judged`.
        split: what answers are for: the search, or from its end on the report.
        stopping: whether Ctrl-C was pressed, so that the last round was the last of this process.
    """

    def __init__(self, config: SearchConfig, own: Any = None) -> None:
        """Begin a search; `own` are the policies that answer if `config.responder` is OWN."""
        self.problem: CommitmentProblem = config.problem()
        self.config = config = config.stated(self.problem)
        self.baseline: Baseline | None = None
        if config.baseline is not None:
            self.baseline = read_baseline(config.baseline, self.problem, config.options)
        self.responder: Responder = (
            GivenResponder(self.problem, own)
            if config.responder == OWN
            else make_responder(
                config.responder, self.problem, seed=config.seed, steps=config.steps
            )
        )
        self.info = ResponderInfo.of(config.responder)
        assert config.meta is not None
        assert config.evaluations is not None
        assert config.batch is not None
        self.meta: Meta = find_meta(config.meta)(
            self.problem.pre_policies,
            evaluations=config.evaluations,
            batch=config.batch,
            seed=config.seed,
        )
        self.history: list[dict[str, Any]] = []
        self.scores: list[float] = []
        self.sampled: list[int] = []
        self.certified = False
        self.split: Split = "search"
        self.stopping = False
        self._recommended: int | None = None
        self._finite = isinstance(self.problem.pre_policies, Finite)
        self._np_random = np.random.default_rng([config.seed, _STREAM])
        self._seconds_before = 0.0
        self._started = time.perf_counter()
        self._evaluation_steps = 0

    @property
    def done(self) -> bool:
        """Whether the budget is spent, or more of it would change nothing."""
        return self.certified or len(self.history) >= self.config.iterations

    @property
    def seconds(self) -> float:
        """Wall time so far, with that of a resumed run before its interruption."""
        return self._seconds_before + time.perf_counter() - self._started

    @property
    def env_steps(self) -> int:
        """Environment steps so far, for training and for everything that `ask` has played."""
        return self.responder.train_steps + self._evaluation_steps

    def ask(
        self,
        points: Points,
        responder: Responder | None = None,
        *,
        split: Split | None = None,
    ) -> Evaluation:
        """The answers of the responder, or of another one, whose steps are counted."""
        asked = self.responder if responder is None else responder
        trained = asked.train_steps
        answers = asked.respond(points, split=self.split if split is None else split)
        self._evaluation_steps += answers.env_steps
        if asked is not self.responder:
            self._evaluation_steps += asked.train_steps - trained
        return answers

    def recommend(self, everywhere: Evaluation | None) -> None:
        """Settle on what is recommended, at the search's end.

        Of pre-policies that the responder scores as highly as the one that was found, the one that
        is best for the committed agent: nobody should be told to pay for nothing. Estimates, whose
        ties are chance, decide nothing.

        Args:
            everywhere: the answers to every pre-policy, where they are finitely many.
        """
        if everywhere is None or everywhere.episodes is not None:
            return
        scores = everywhere.score(self.config.objective)
        found = scores[self.meta.found]
        if not np.isnan(found):
            capped = np.where(scores <= found, scores, np.nan)
            close = np.isclose(scores, found, rtol=0, atol=1e-9 * max(1.0, abs(found)))
            capped[close] = found
            other = "utility" if self.config.objective == "desirable" else "desirable"
            self._recommended = first_of_the_best(capped, everywhere.score(other))

    @property
    def found(self) -> Any:
        """What is recommended: what the meta pre-policy found, until `recommend` has settled."""
        return self.meta.found if self._recommended is None else self._recommended

    @property
    def warm_up(self) -> int:
        """Iterations in which a learned responder only trains."""
        return int(WARM_UP * self.config.iterations) if self.responder.learns else 0

    def iterate(self) -> dict[str, Any]:
        """Train, sample, ask, update; returns the iteration's row."""
        iteration = len(self.history) + 1
        responder, meta, config = self.responder, self.meta, self.config
        assert config.batch is not None
        if responder.learns:
            due = responder.train_budget * iteration // config.iterations
            if due > responder.train_steps:
                likely = meta.sample(_LIKELY, self._np_random)
                responder.train(likely, due - responder.train_steps)
        waits = iteration <= self.warm_up
        points = (meta.sample if waits else meta.ask)(config.batch, self._np_random)
        answer = self.ask(points)
        scores = answer.score(config.objective)
        self.scores += scores.tolist()
        self.sampled += points.tolist() if self._finite else []
        if not waits:
            other = "utility" if config.objective == "desirable" else "desirable"
            meta.tell(points, scores, answer.score(other))
            self.certified = meta.settled and self._trusted()
        row = {
            "iteration": iteration,
            "evaluations": len(self.scores),
            "env_steps": self.env_steps,
            "seconds": round(self.seconds, 3),
            "p_batch": mean(answer.p),
            "utility_batch": mean(answer.utility),
            **self._exact_row(points),
            "regret_batch": mean(answer.worst_regret),
            "entropy": meta.entropy,
            "mode": self.problem.pre_policies.words(meta.found),
        }
        self.history.append(row)
        return row

    def judged(self) -> Points:
        """The pre-policies over which the followers' regret is stated.

        All where they are finitely many; else the found one and a sample, but for models that are
        trained anew for each the found one alone.
        """
        space, found = self.problem.pre_policies, self.meta.found
        if isinstance(space, Finite):
            return np.arange(space.size)
        if self.info.per_point:
            return np.array([found])
        others = space.spread(SAMPLE, np.random.default_rng([self.config.seed, 2]))
        return np.concatenate([[found], others])

    def _trusted(self) -> bool:
        """Whether the answers can be relied on, and theta could not do better by them."""
        points = self.judged()
        answers = self.ask(points)
        if not sound(self.problem, points, answers).all():
            return False
        chances, scores = self.meta.probabilities, answers.score(self.config.objective)
        if chances is None or np.isnan(scores).any():
            return True
        return bool(scores.max() - chances @ scores <= SETTLED)

    def _exact_row(self, points: NDArray[Any]) -> dict[str, float | None]:
        """P of the meta pre-policy and of what it recommends, where exact answers are known.

        Over a continuum the mean over the batch stands for the mean over the distribution.
        """
        if not self.problem.solver.solvable:
            return {"p_meta_exact": None, "p_mode_exact": None}
        chances = self.meta.probabilities
        p_meta = (
            mean(self.problem.solver.p(points))
            if chances is None
            else number(chances @ self.problem.solver.p(np.arange(len(chances))))
        )
        return {
            "p_meta_exact": p_meta,
            "p_mode_exact": number(self.problem.solver.p(np.array([self.meta.found]))[0]),
        }

    def state_dict(self) -> StateDict:
        """All that `load_state_dict` needs to go on as if nothing had happened."""
        return {
            "history": self.history,
            "scores": [number(score) for score in self.scores],
            "sampled": self.sampled,
            "np_random": self._np_random.bit_generator.state,
            "seconds": self.seconds,
            "evaluation_steps": self._evaluation_steps,
            "certified": self.certified,
            "meta": self.meta.state_dict(),
            "responder": self.responder.state_dict(),
        }

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self.history = state["history"]
        self.scores = [math.nan if score is None else score for score in state["scores"]]
        self.sampled = state["sampled"]
        self._np_random.bit_generator.state = state["np_random"]
        self._seconds_before = state["seconds"]
        self._evaluation_steps = state["evaluation_steps"]
        self.certified = state["certified"]
        self.meta.load_state_dict(state["meta"])
        self.responder.load_state_dict(state["responder"])  # last: it sets the process's generators
