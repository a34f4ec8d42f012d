"""What a responder is: it tells how likely the desirable outcome is under a pre-policy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checkpoint import StateDict
from ..errors import UnknownName
from ..extras import require
from ..policy import BatchPolicies
from ..problem import CommitmentProblem, Evaluation, Points, Split
from .settings import algorithms, settings_of

LEARNED = algorithms()
"""The responders that learn: one for each file of `defaults/`."""

RESPONDERS = {
    "exact": "exact best responses; the truth that the others are measured against",
    "epsilon": "all answers within epsilon of the best, exactly",
    "logit": "answers with chances that grow with what they pay, exactly",
    "risk-averse": "best by the mean minus a weight times the variance, exactly",
    "iterated": "several followers that answer each other in turn, from random starts",
    "q-learning": "a table of Q-values learned for each pre-policy",
    **LEARNED,
}
_JUDGE = 0x19D6E  # keeps a judge's seed apart from that of whom it judges
OWN = "own-policy"  # answers of policies that the caller of a search gives


class Responder(ABC):
    """The followers' side of Algorithm 1.

    Attributes:
        problem: the commitment problem that is answered.
        learns: whether `train` does anything.
        train_steps: environment steps spent on training so far.
        train_budget: environment steps that training may spend; 0 where nothing is learned.
        listen: called with (name, value, environment step) for each scalar that training logs;
            set it before `train`.
    """

    learns = False
    listen: Callable[[str, float, int], None] | None = None
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
            split: what for; see `scg_envs.problem.Split`.
        """

    @abstractmethod
    def policies(self, point: Any | None) -> BatchPolicies:
        """The learners' deterministic policies, under one pre-policy or without any (None)."""

    def save_model(self, folder: Path) -> None:  # noqa: B027 - exact answers have no model
        """Write the learned models, if any (for `PPO.load` and the like)."""

    def load_model(self, folder: Path) -> None:  # noqa: B027
        """Answer from now on with the models that `save_model` wrote."""

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
        """Answer by a rationality relation, one of `problem.relations`."""
        super().__init__(problem)
        self._relation, self._seed = relation, seed

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Compute the answers."""
        return self.problem.answers(points, self._relation, seed=self._seed)

    def policies(self, point: Any | None) -> BatchPolicies:
        """Exact best responses, whatever the relation: pictures show one of the answers."""
        return self.problem.optimal_policies()


def responders_of(problem: CommitmentProblem) -> tuple[str, ...]:
    """Who can answer in a problem, by the names of `RESPONDERS`."""
    learned = [name for name in LEARNED if problem.judges_memory or not settings_of(name).remembers]
    return (*problem.relations, *(learned if problem.learnable else ()))


def make_responder(
    name: str, problem: CommitmentProblem, *, seed: int = 0, steps: int | None = None
) -> Responder:
    """A responder by name.

    Args:
        name: one of `RESPONDERS`.
        problem: what it answers.
        seed: seeds learning; the process's generators of Python, numpy and torch are seeded too,
            as Stable-Baselines3 does.
        steps: the training budget in environment steps (`fresh-ppo`: of each model); the
            algorithm's own default if None.

    Raises:
        UnknownName: no such responder, or the game cannot be answered by it.
        MissingExtra: a learned responder without Stable-Baselines3.
    """
    if name not in RESPONDERS:
        raise UnknownName("responder", name, RESPONDERS)
    own = responders_of(problem)
    if name not in own:
        raise UnknownName(f"responder for {problem.game}", name, own, problem.why_not_others)
    if name not in LEARNED:
        return RationalResponder(problem, name, seed=seed)
    require(f"the responder {name!r}", "stable_baselines3")
    settings = settings_of(name, problem.family)
    require(f"the responder {name!r}", settings.module, extra=settings.extra)
    if settings.fresh:
        from .fresh import FreshResponder

        return FreshResponder(problem, seed=seed, steps=steps)
    from .amortized import AmortizedResponder

    return AmortizedResponder(problem, name, seed=seed, steps=steps)


def make_judge(
    name: str, problem: CommitmentProblem, *, seed: int = 0, steps: int | None = None
) -> Responder | None:
    """Who judges what a learned responder's answers have chosen: models that chose nothing.

    Whatever is best by some answers looks better in them than it is. The judge's models are of a
    seed of their own, one for each pre-policy that it is asked about, and train on that alone.

    Args:
        name: the responder that has chosen, one of `RESPONDERS`.
        problem: what it has answered.
        seed: its seed.
        steps: its training budget in environment steps; the algorithm's own default if None. Each
            of the judge's models may spend the share of it that `fresh-ppo` has of the defaults,
            or all that `fresh-ppo` has where that is more and the budget allows it.

    Returns:
        None where there is nothing to learn: answers by computation stay what they are.
    """
    if name not in LEARNED:
        return None
    from .fresh import FreshResponder

    usual, fresh = (settings_of(one, problem.family).steps for one in (name, "fresh-ppo"))
    budget = usual if steps is None else steps
    return FreshResponder(
        problem,
        seed=int(np.random.default_rng([seed, _JUDGE]).integers(2**31)),
        steps=max(round(budget * fresh / usual), min(budget, fresh)),
        algorithm="ppo" if name == "fresh-ppo" else name,
    )


def distinct(points: Points) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The different pre-policies among these, and for each given one its number among them."""
    unique, inverse = np.unique(np.asarray(points), axis=0, return_inverse=True)
    return unique, inverse.reshape(-1)
