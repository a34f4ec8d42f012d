"""The settings of a search, as they are given, written to the run folder and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...agents.populations import CAUTIOUS
from ...agents.populations.files import is_file, whole_name
from ...agents.responders.names import LEARNED, ResponderInfo, check_responder, is_learned
from ...core.checks import check_seed, check_whole
from ...core.desirable import VALUES, Desirable
from ...core.errors import InvalidArgument, UnknownName
from ...core.evaluation import GAIN, OBJECTIVES, follower_of
from ...core.pre_policy import Finite
from ...core.problem import CommitmentProblem
from ...core.relations import OPTIONAL, OPTIONS
from ...core.scenario import Scenario
from .proposers import default_meta, find_meta

LEARNED_VALUES = "learned:"
"""Begins a desirable outcome that is a folder of learned values."""

# The least and the most of each: a batch is held in memory, the others are counted.
_BUDGETS = {"evaluations": (1, 10**9), "batch": (2, 10**6), "steps": (1, 10**12)}
_HUMAN = "human"  # whose gain is meant where nobody's is named
_FRESH_EVALUATIONS, _FRESH_BATCH = 40, 8  # where every evaluation trains a model


@dataclass(frozen=True)
class SearchConfig(Scenario):
    """Everything that decides a search's result: the scenario, and how it is searched.

    Attributes:
        objective: what the search makes large: `desirable`, P(Y=y | do(pre-policy)); `utility`, the
            committed agent's expected utility; `undesirable`, 1 - P(Y=y | do(pre-policy)), as an
            adversary would; or `follower-gain`, what the human, or the only one that answers, or
            `follower-gain:NAME` gains by the commitment.
        responder: the responder, which answers for the followers (`scg_envs.agents.RESPONDERS`), or
            the file of a follower that was fitted to a study.
        meta: the meta pre-policy, which proposes (`scg_envs.train.search.proposers.METAS`), or a
            class of yours as module:Class; categorical where pre-policies are finitely many, else
            gaussian if None.
        seed: the seed of everything that is drawn.
        evaluations: the pre-policies sampled and answered, in all; the meta pre-policy's if None.
        batch: the pre-policies for each update of theta; the meta pre-policy's if None.
        steps: the environment steps for the responder's training; its own if None.
        baseline: a folder of `scg train-baseline`, whose P stands beside the exact one; none if
            None.
        hyperparameters: of the models that the responder trains, by name, in place of its page's
            or beside them (`scg_envs.agents.responders.hyperparameters`).
        risk: of learned values (`desirable` is learned:DIR) those that count: `expected`, or
            `lower`, the lower ends of their intervals; expected if None.
    """

    objective: str = "desirable"
    responder: str = "exact"
    meta: str | None = None
    seed: int = 0
    evaluations: int | None = None
    batch: int | None = None
    steps: int | None = None
    baseline: str | None = None
    hyperparameters: Mapping[str, Any] | None = None
    risk: str | None = None

    def __post_init__(self) -> None:
        """Check what does not need the game's problem.

        Raises:
            UnknownName: no such game, responder, meta pre-policy or option.
            InvalidArgument: a number outside its range, or an option that the responder does not
                read.
        """
        super().__post_init__()
        check_responder(self.responder)
        text = isinstance(self.objective, str)
        if not text or not (self.objective in OBJECTIVES or follower_of(self.objective)):
            raise UnknownName("objective", self.objective, OBJECTIVES)
        if self.meta is not None:
            find_meta(self.meta)
        for name, responder in OPTIONS.items():
            if name in self.options and self.responder != responder:
                raise InvalidArgument(
                    f"{name} is {self.options[name]!r}, which answers by {self.responder!r} do not "
                    f"read; take the responder {responder!r}, or drop it."
                )
            needed = name not in OPTIONAL and name not in self.options
            if self.responder == responder and needed:
                raise InvalidArgument(
                    f"the responder {responder!r} needs {name}, which is not given; give it."
                )
        check_seed(self.seed)
        for name, (least, most) in _BUDGETS.items():
            value = getattr(self, name)
            if value is not None:
                check_whole(name, value, least, most)
        if self.hyperparameters is not None and not isinstance(self.hyperparameters, Mapping):
            raise InvalidArgument(
                f"hyperparameters is {self.hyperparameters!r}; expected values by name."
            )
        if self.risk is not None and not self._learned:
            raise InvalidArgument(
                f"risk is {self.risk!r}, and desirable {self.desirable!r} is nothing learned; give "
                f"{LEARNED_VALUES}DIR, or drop it."
            )
        if self.steps is not None and not is_learned(self.responder):
            raise InvalidArgument(
                f"steps is {self.steps!r}, and answers by {self.responder!r} train nothing; take a "
                f"responder that learns ({', '.join(LEARNED)}), or drop it."
            )
        if None not in (self.batch, self.evaluations) and self.batch > self.evaluations:  # type: ignore[operator]
            raise InvalidArgument(
                f"batch is {self.batch} and evaluations {self.evaluations}; one update of theta "
                "needs a whole batch, so give at least as many evaluations."
            )

    @property
    def iterations(self) -> int:
        """Updates of theta: whole batches that the evaluations allow."""
        assert self.evaluations is not None
        assert self.batch is not None, "only of stated settings"
        return self.evaluations // self.batch

    def problem(self) -> CommitmentProblem:
        """The commitment problem that these settings name.

        Raises:
            InvalidArgument: settings that decide nothing in it.
        """
        problem = self._valued() if self._values else super().problem()
        if self.objective == "utility" and not problem.paid:
            raise InvalidArgument(
                f"objective is 'utility', and {problem.committed} is paid nothing in {self.game}; "
                "take 'desirable'."
            )
        if self.objective not in ("desirable", "utility") and self.responder.endswith(CAUTIOUS):
            raise InvalidArgument(
                f"objective is {self.objective!r}, and {self.responder!r} reads P and the "
                "committed agent's utility alone, as low as its data allow; take "
                f"{self.responder.removesuffix(CAUTIOUS)!r}, or another objective."
            )
        self._whose(problem)
        return problem

    @property
    def _learned(self) -> bool:
        return isinstance(self.desirable, str) and self.desirable.startswith(LEARNED_VALUES)

    @property
    def _values(self) -> bool:
        values = isinstance(self.desirable, str) and self.desirable.startswith(VALUES)
        return self._learned or values

    def _valued(self) -> CommitmentProblem:
        """The problem in which outcomes have values.

        Raises:
            InvalidArgument: see `Desirable.problem`, or followers that such values do not judge.
        """
        assert self.desirable is not None
        if self._learned:
            from ..preference.learned import read_learned

            folder = Path(self.desirable.removeprefix(LEARNED_VALUES))
            desirable = read_learned(folder).desirable(self.risk or "expected")
        else:
            desirable = Desirable.parse(self.desirable)
        bare = self.bare()
        problem = desirable.problem(lambda outcome: replace(bare, desirable=outcome).problem())
        if self.responder not in problem.solver.relations:
            raise InvalidArgument(
                f"responder is {self.responder!r}, whose answers are not weighed by values of "
                f"outcomes; take one of: {', '.join(problem.solver.relations)}."
            )
        return problem

    def _whose(self, problem: CommitmentProblem) -> str:
        """The objective, with whose gain it is, if it is one's.

        Raises:
            UnknownName: of a follower that does not answer.
            InvalidArgument: nobody, or several, could be meant; or what it earns without a
                commitment is not known.
        """
        follower = follower_of(self.objective)
        if follower is None:
            return self.objective
        learners = problem.learners
        if not follower:
            follower = _HUMAN if _HUMAN in learners else learners[0] if len(learners) == 1 else ""
        if not follower:
            raise InvalidArgument(
                f"objective is {self.objective!r}, and followers are {', '.join(learners)}; say "
                f"whose gain it is, such as '{GAIN}:{learners[0]}'."
            )
        if follower not in learners:
            raise UnknownName("follower", follower, learners)
        before = problem.solver.before()
        if (before.follower_utility or {}).get(follower) is None:
            why = before.reason or "nobody has computed it"
            raise InvalidArgument(
                f"objective is {self.objective!r}, and what {follower} earns in {self.game} "
                f"without a commitment is not known: {why}; take another objective."
            )
        return f"{GAIN}:{follower}"

    def stated(self, problem: CommitmentProblem) -> SearchConfig:
        """The same settings with the defaults of the problem that they name written out."""
        space = problem.pre_policies
        meta = default_meta(space) if self.meta is None else self.meta
        evaluations, batch = find_meta(meta).defaults(space)
        if ResponderInfo.of(self.responder).per_point and not isinstance(space, Finite):
            evaluations, batch = _FRESH_EVALUATIONS, _FRESH_BATCH
        if self.evaluations is not None:
            evaluations = self.evaluations
            batch = min(batch, evaluations)
        if self.batch is not None:
            batch = self.batch
            evaluations = max(batch, evaluations)
        # What was learned is written out as values, so that the run needs its folder no more.
        named = replace(self, risk=None).named_by(problem)
        objective = self._whose(problem)
        if is_file(self.responder):
            named = replace(named, responder=whole_name(self.responder))
        return replace(named, objective=objective, meta=meta, evaluations=evaluations, batch=batch)
