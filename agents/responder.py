"""What a responder is: it tells how likely the desirable outcome is under a pre-policy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UnknownName
from ..extras import require
from ..problem import Act, CommitmentProblem, Evaluation

RESPONDERS = {
    "exact": "the exact best response; the truth that the others are measured against",
    "ppo": "one Stable-Baselines3 PPO model that sees the commitment, trained on all of them",
    "dqn": "the same with Stable-Baselines3's DQN",
}


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

    def train(self, weights: NDArray[np.float64], steps: int) -> None:  # noqa: B027
        """Learn for at least so many environment steps.

        Args:
            weights: (points,) the chances of the meta pre-policy, where answers matter most.
            steps: environment steps, rounded up to whole rollouts.
        """

    @abstractmethod
    def respond(self, points: Sequence[int] | NDArray[np.int64]) -> Evaluation:
        """The answers to the given pre-policies: eq. 4.2 of the paper, with regret."""

    @abstractmethod
    def policy(self) -> Act:
        """The learner's deterministic policy."""

    def save_model(self, folder: Path) -> None:  # noqa: B027 - exact answers have no model
        """Write the learned model, if any, as `model.zip` (for `PPO.load` and the like)."""

    def load_model(self, folder: Path) -> None:  # noqa: B027
        """Answer from now on with the model that `save_model` wrote."""

    def save(self, folder: Path) -> None:  # noqa: B027
        """Write all that `load` needs to go on as if nothing had happened."""

    def load(self, folder: Path) -> None:  # noqa: B027
        """Go on from what `save` wrote."""


class ExactResponder(Responder):
    """Answers with the exact best response."""

    def respond(self, points: Sequence[int] | NDArray[np.int64]) -> Evaluation:
        """Look the answers up in the exact map."""
        p = self.problem.exact().p[np.asarray(points)]
        zeros = np.zeros_like(p)
        return Evaluation(p, zeros, zeros, zeros, np.ones_like(p), env_steps=0)

    def policy(self) -> Act:
        """The exact best response as a policy."""
        return self.problem.optimal_policy()


def make_responder(
    name: str, problem: CommitmentProblem, *, seed: int = 0, steps: int | None = None
) -> Responder:
    """A responder by name.

    Args:
        name: one of `RESPONDERS`.
        problem: what it answers.
        seed: seeds learning; the process's generators of Python, numpy and torch are seeded too,
            as Stable-Baselines3 does.
        steps: the training budget in environment steps; the algorithm's own default if None.

    Raises:
        UnknownName: no such responder.
        MissingExtra: a learned responder without Stable-Baselines3.
    """
    if name not in RESPONDERS:
        raise UnknownName("responder", name, RESPONDERS)
    if name == "exact":
        return ExactResponder(problem)
    require(f"the responder {name!r}", "stable_baselines3")
    from .amortized import AmortizedResponder

    return AmortizedResponder(problem, name, seed=seed, steps=steps)
