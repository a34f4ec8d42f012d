"""Pre-policy spaces: the sets that commitments are drawn from.

A point of the space is what the committed agent chooses in the commitment phase; the space knows
how the point is shown to the followers, how it is said in words, and which policy it stands for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

import numpy as np
from gymnasium import Space
from gymnasium.spaces import Discrete


class Policy(Protocol):
    """What plays for an agent: sees its observation, says its action.

    A policy may carry memory from step to step; `reset` begins an episode.
    """

    def reset(self, np_random: np.random.Generator) -> None:
        """Begin an episode; all randomness of the policy comes from `np_random`."""

    def act(self, observation: Any) -> Any:
        """The action for an observation of the bare game."""


class Constant:
    """The policy that always plays the same action."""

    def __init__(self, action: Any) -> None:
        self.action = action

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing to begin."""

    def act(self, observation: Any) -> Any:
        """The action, whatever is observed."""
        return self.action


class PrePolicySpace(ABC):
    """A set of pre-policies of one agent.

    Attributes:
        space: the Gymnasium space of its points: the committed agent's action space.
        shown_space: the space of what followers are shown; it holds a null token as well.
    """

    space: Space[Any]
    shown_space: Space[Any]

    @abstractmethod
    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """What a commitment to `point` does.

        Returns:
            The options that the game is reset with (empty if it has no placement), and the
            policy that acts for the committed agent from then on.

        Raises:
            InvalidCommitment: `point` is not in the space.
        """

    @abstractmethod
    def show(self, point: Any | None) -> Any:
        """What a follower is shown of `point`, in `shown_space`; the null token for None.

        Each call returns an object of its own.
        """

    @abstractmethod
    def words(self, point: Any) -> str:
        """The pre-policy in words, to follow the agent's name ("holds the post (3, 6)")."""

    def unbound(self, np_random: np.random.Generator) -> Any:
        """The point that is played instead when the commitment does not bind: a uniform one."""
        self.space.seed(int(np_random.integers(2**31)))
        return self.space.sample()


class FinitePrePolicies(PrePolicySpace):
    """A pre-policy space of `size` points, numbered from 0."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.space = Discrete(size)
        self.shown_space = Discrete(size + 1)

    def show(self, point: int | None) -> Any:
        """The point's number; `size` for None."""
        return np.int64(self.size if point is None else point)

    def unbound(self, np_random: np.random.Generator) -> int:
        """A uniform point."""
        return int(np_random.integers(self.size))

    @abstractmethod
    def label(self, point: int) -> Any:
        """The point as JSON, options and words name it."""

    @abstractmethod
    def point(self, label: Any) -> int:
        """The number of the point with this label.

        Raises:
            InvalidCommitment: there is none; the message lists them.
        """
