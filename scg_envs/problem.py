"""A commitment problem: a game, who commits, and what the human wants, ready to be searched.

Searches, responders and reports know a game only through this class; each game subclasses it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray

from .pre_policy import FinitePrePolicies
from .ties import Ties

# Actions (N,) for a batch of N observations.
Act = Callable[[Any], NDArray[Any]]


@dataclass(frozen=True)
class ExactEffects:
    """P(Y=y | do(pre-policy)) for every pre-policy, exactly.

    Attributes:
        p: (points,) under the problem's tie rule.
        p_before: without intervention, under the same rule.
        bounds: (points, 2) under pessimistic and optimistic ties.
        bounds_before: the same without intervention.
        base_weights: (points,) how often each pre-policy is met without intervention.
    """

    p: NDArray[np.float64]
    p_before: float
    bounds: NDArray[np.float64]
    bounds_before: tuple[float, float]
    base_weights: NDArray[np.float64]

    @property
    def best(self) -> float:
        """The greatest P that a pre-policy attains."""
        return float(self.p.max())

    def is_best(self, point: int) -> bool:
        """Whether no pre-policy attains more than this one (to 1e-9)."""
        return bool(self.p[point] > self.best - 1e-9)


@dataclass(frozen=True)
class Evaluation:
    """How a learned follower answers pre-policies, measured against its exact best response.

    All arrays are (points,), means over what chance decides.

    Attributes:
        p: how often the outcome was the desirable one.
        regret: exact value minus achieved, undiscounted.
        regret_max: the greatest regret in any single case.
        excess_steps: steps beyond the fewest possible, where the follower arrived.
        optimal_share: share of cases in which it did as well as possible.
        env_steps: steps played to find out.
    """

    p: NDArray[np.float64]
    regret: NDArray[np.float64]
    regret_max: NDArray[np.float64]
    excess_steps: NDArray[np.float64]
    optimal_share: NDArray[np.float64]
    env_steps: int

    def select(self, rows: NDArray[np.int64]) -> Evaluation:
        """The same for these rows, repeated and ordered as they come."""
        return Evaluation(
            p=self.p[rows],
            regret=self.regret[rows],
            regret_max=self.regret_max[rows],
            excess_steps=self.excess_steps[rows],
            optimal_share=self.optimal_share[rows],
            env_steps=self.env_steps,
        )


class LearnerEnv(VectorEnv[Any, Any, Any]):
    """A batched view of the learner, in which the pre-policies' chances can be set."""

    def set_pre_policy_weights(self, weights: NDArray[np.float64]) -> None:
        """Draw the pre-policies of all later episodes from these chances, (points,)."""
        raise NotImplementedError  # as Gymnasium's own base classes do


class CommitmentProblem(ABC):
    """A game with a committed agent and a desirable outcome.

    Attributes:
        game: the game's name in the registry.
        layout: the name of the layout or variant.
        layout_file: where the layout was read from; None if it is a shipped one.
        committed: the agent that commits.
        learner: the follower that learns.
        followers: everybody but the committed agent.
        outcomes: what an episode can end in.
        desirable: the outcome that the human wants.
        ties: the tie rule of exact answers.
        pre_policies: what the committed agent may commit to.
    """

    game: str
    layout: str
    layout_file: Path | None
    committed: str
    learner: str
    followers: tuple[str, ...]
    outcomes: tuple[str, ...]
    desirable: str
    ties: Ties
    pre_policies: FinitePrePolicies

    @abstractmethod
    def exact(self) -> ExactEffects:
        """The exact answers; computed once."""

    @abstractmethod
    def learner_env(self, num_envs: int, **kwargs: Any) -> LearnerEnv:
        """The learner's batched view."""

    @abstractmethod
    def evaluate(self, act: Act, points: Sequence[int] | NDArray[np.int64]) -> Evaluation:
        """Play every case of the given pre-policies with a deterministic policy.

        Cases are weighted as chance weights them. The start is the game's own.
        """

    @abstractmethod
    def optimal_policy(self) -> Act:
        """The learner's exact best response to whatever it sees."""

    @abstractmethod
    def frames(
        self, act: Act, point: int | None, np_random: np.random.Generator
    ) -> Iterator[NDArray[np.uint8]]:
        """The frames of one episode, (H, W, 3) each, all of one size.

        Args:
            act: the learner's policy.
            point: the pre-policy, shown from its commitment phase on; None for play without
                intervention.
            np_random: draws what chance decides.
        """

    @abstractmethod
    def picture(self) -> NDArray[np.uint8]:
        """(H, W, 3) a still picture of the game, to draw the map of effects on."""

    @abstractmethod
    def places(self) -> NDArray[np.float64]:
        """(points, 2) the pixel (x, y) of each pre-policy in the picture."""
