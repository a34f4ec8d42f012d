"""What a responder is: it tells how likely the desirable outcome is under a pre-policy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.checkpoint import StateDict
from ..core.evaluation import Evaluation, Optimum, Split
from ..core.policy import BatchPolicies
from ..core.pre_policy import Points
from ..core.problem import CommitmentProblem

Listen = Callable[[str, float, int], None]
"""Told the name, the value and the environment step of each scalar that training logs."""


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
            split: what for; see `scg_envs.core.evaluation.Split`.
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

    def knows(self, point: Any | None) -> bool:
        """Whether `policies` plays what has been learned, and has nothing to learn first."""
        return True

    def keep_only(self, point: Any) -> None:  # noqa: B027 - most have one model for all
        """Forget what answers under other pre-policies alone, where there is a model for each."""

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


def distinct(points: Points) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The different pre-policies among these, and for each given one its number among them."""
    unique, inverse = np.unique(np.asarray(points), axis=0, return_inverse=True)
    return unique, inverse.reshape(-1)
