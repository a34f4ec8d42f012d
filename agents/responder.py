"""What a responder is: it tells how likely the desirable outcome is under a pre-policy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.checkpoint import StateDict
from ..core.errors import InvalidArgument, UnknownName
from ..core.evaluation import Evaluation, Optimum, Split
from ..core.policy import BatchPolicies
from ..core.pre_policy import Finite, Points
from ..core.problem import CommitmentProblem
from .populations import AUTOMATA, FITTED, REPEATED
from .settings import FRESH, algorithms, has_settings, is_fresh, settings_of

LEARNED = algorithms()
"""The responders that learn: one for each file of `defaults/`."""

_BY_DEFINITION = {
    "exact": "exact best responses; the truth that the others are measured against",
    "epsilon": "all answers within epsilon of the best, exactly",
    "logit": "answers with chances that grow with what they pay, exactly",
    "trembling": "the best of those that slip with a chance that they know, exactly",
    "level-k": "level 0 by chance or by name; level k best to others of level k - 1, exactly",
    "risk-averse": "best by the mean minus a weight times the variance, exactly",
}
RESPONDERS = {
    **_BY_DEFINITION,
    "iterated": "several followers that answer each other in turn, from random starts",
    "q-learning": "a table of Q-values learned for each pre-policy",
    **LEARNED,
    **REPEATED,
}
Listen = Callable[[str, float, int], None]
"""Told the name, the value and the environment step of each scalar that training logs."""
OWN = "own-policy"  # answers of policies that the caller of a search gives


_CONTINUOUS = ("crossq", "ddpg", "sac", "td3", "tqc")  # of both libraries: for continuous actions


def is_learned(name: str) -> bool:
    """Whether a responder is one that learns: by a name of `LEARNED`, or `module:make_model`."""
    return name in LEARNED or ":" in name


def check_responder(name: Any) -> None:
    """See that there is such a responder.

    Raises:
        InvalidArgument: an algorithm of Stable-Baselines3 or sb3-contrib for other actions.
        UnknownName: no such responder.
    """
    if isinstance(name, str) and name.removeprefix(FRESH) in _CONTINUOUS:
        raise cannot_act(name)
    if not isinstance(name, str) or not (name in (*RESPONDERS, OWN) or is_learned(name)):
        raise UnknownName("responder", name, RESPONDERS)


def cannot_act(name: str) -> InvalidArgument:
    """The error for an algorithm that cannot choose among a follower's actions."""
    able = [one for one in LEARNED if settings_of(one).algorithm and not is_fresh(one)]
    return InvalidArgument(
        f"responder is {name!r}, which cannot choose one of finitely many actions, as followers "
        f"do here; those that can: {', '.join(able)}."
    )


@dataclass(frozen=True)
class ResponderInfo:
    """What kind of answers a responder gives, known before it is made.

    Attributes:
        computed: they are what their definition says, however far they fall short of the best.
        scripted: they are an automaton's, which optimizes nothing.
        fitted: they are those of rules fitted to how somebody played, and hold as far as the data.
        played: they are those of policies, a model's or the caller's own, and may be wrong.
        per_point: a model is trained anew for each pre-policy, which makes every answer dear.
        jobs: some of its learning is in parts that a backend can do apart from each other.
    """

    computed: bool = False
    scripted: bool = False
    fitted: bool = False
    played: bool = False
    per_point: bool = False
    jobs: bool = False

    @classmethod
    def of(cls, name: str) -> ResponderInfo:
        """That of a responder, one of `RESPONDERS` or `OWN`."""
        return cls(
            computed=name in _BY_DEFINITION or name in REPEATED,
            scripted=name in AUTOMATA,
            fitted=name in FITTED,
            played=is_learned(name) or name == OWN,
            per_point=is_learned(name) and is_fresh(name),
            jobs=is_learned(name),
        )


class Responder(ABC):
    """The followers' side of Algorithm 1.

    Attributes:
        problem: the commitment problem that is answered.
        learns: whether `train` does anything.
        train_steps: environment steps spent on training so far.
        train_budget: environment steps that training may spend; 0 where nothing is learned.
        listen: told each scalar that training logs; set it before `train`.
    """

    learns = False
    listen: Listen | None = None
    train_steps = 0
    train_budget = 0

    def __init__(self, problem: CommitmentProblem) -> None:
        self.problem = problem

    def train(self, likely: NDArray[Any], steps: int) -> None:  # noqa: B027
        """Learn for at least so many environment steps.

        Args:
            likely: (n, ...) pre-policies drawn from the meta pre-policy: where answers matter
                most.
            steps: environment steps, rounded up to whole rollouts.
        """

    @abstractmethod
    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """The answers to the given pre-policies: eq. 4.2 of the paper, with regret.

        Args:
            points: pre-policies.
            split: what for; see `scg_envs.core.problem.Split`.
        """

    def retrained(self, points: Points, steps: int, *, seed: int) -> Responder | None:
        """One like this that has trained, or trains when asked, under these pre-policies alone.

        Args:
            points: (n, ...) different pre-policies.
            steps: environment steps for each, if it counts any.
            seed: of its own.

        Returns:
            None where more training would change nothing. Its `train_steps` count its own alone.
        """
        return None

    def optimum(self, objective: str) -> Optimum | None:
        """The best that a commitment attains by these answers; None where nobody computes it.

        Args:
            objective: one of `scg_envs.core.evaluation.OBJECTIVES`.
        """
        return None

    @abstractmethod
    def policies(self, point: Any | None) -> BatchPolicies:
        """The learners' deterministic policies, under one pre-policy or without any (None)."""

    def save_model(self, folder: Path) -> None:  # noqa: B027 - exact answers have no model
        """Write the learned models, if any (for `PPO.load` and the like)."""

    def load_model(self, folder: Path) -> None:  # noqa: B027
        """Answer from now on with the models that `save_model` wrote."""

    def save_model_of(self, point: Any, folder: Path) -> None:
        """Write the models that answer under one pre-policy, of a model for each only that."""
        self.save_model(folder)

    def load_model_of(self, point: Any, folder: Path) -> None:
        """Answer under that pre-policy with what `save_model_of` wrote."""
        self.load_model(folder)

    def state_dict(self) -> StateDict:
        """All that `load_state_dict` needs to go on as if nothing had happened."""
        return {}

    def load_state_dict(self, state: StateDict) -> None:  # noqa: B027
        """Go on from what `state_dict` returned."""


class RationalResponder(Responder):
    """Answers with what the problem knows of rational followers, by computation."""

    def __init__(
        self, problem: CommitmentProblem, relation: str = "exact", *, seed: int = 0
    ) -> None:
        """Answer by a rationality relation, one of `problem.solver.relations`."""
        super().__init__(problem)
        self._relation, self._seed = relation, seed

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Compute the answers."""
        return self.problem.solver.respond(points, self._relation, seed=self._seed)

    def retrained(self, points: Points, steps: int, *, seed: int) -> Responder | None:
        """Answers that are drawn, drawn anew."""
        drawn = self._relation in ("iterated", "q-learning")
        return RationalResponder(self.problem, self._relation, seed=seed) if drawn else None

    def optimum(self, objective: str) -> Optimum | None:
        """The best of finitely many pre-policies, by what other followers than the best answer."""
        space = self.problem.pre_policies
        own = self._relation in _BY_DEFINITION and self._relation != "exact"
        if not own or not isinstance(space, Finite):
            return None
        scores = self.respond(np.arange(space.size)).score(objective)
        return None if np.isnan(scores).all() else Optimum(float(np.nanmax(scores)), "enumeration")

    def policies(self, point: Any | None) -> BatchPolicies:
        """Exact best responses, whatever the relation: pictures show one of the answers."""
        return self.problem.solver.best_responses()


def responders_of(problem: CommitmentProblem) -> tuple[str, ...]:
    """Who can answer in a problem, by the names of `RESPONDERS`."""
    learned = _learners(problem) if problem.learnable else ()
    repeated = REPEATED if problem.takes_automata else ()
    return (*problem.solver.relations, *learned, *repeated)


def answering(problem: CommitmentProblem) -> tuple[str, ...]:
    """Who can answer in a problem or in one that differs from it by its game's options."""
    repeated = REPEATED if problem.family == "matrix" else ()
    return (*problem.solver.relations, *_learners(problem), *repeated)


def _learners(problem: CommitmentProblem) -> tuple[str, ...]:
    """The learned responders with a budget for a problem's family, and what they need of it."""
    return tuple(
        name
        for name in LEARNED
        if has_settings(name, problem.family)
        and (problem.judges_memory or not settings_of(name).remembers)
        and (not (needs := settings_of(name).needs) or getattr(problem, needs) is not None)
    )


def distinct(points: Points) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The different pre-policies among these, and for each given one its number among them."""
    unique, inverse = np.unique(np.asarray(points), axis=0, return_inverse=True)
    return unique, inverse.reshape(-1)
