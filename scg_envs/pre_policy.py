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
from numpy.typing import NDArray

from .actions import whole


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

    A *point* is what the committed agent chooses: a number in finite sets, a vector elsewhere. A
    *label* is the same as JSON, options and users name it.

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

    @abstractmethod
    def label(self, point: Any) -> Any:
        """The point as JSON, options and words name it."""

    @abstractmethod
    def point(self, label: Any) -> Any:
        """The point with this label.

        Raises:
            InvalidCommitment: there is none; the message says what there is.
        """

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The point that a user typed.

        Raises:
            InvalidCommitment: no label reads like this, or there is no such point.
        """

    @abstractmethod
    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) uniform points."""

    @abstractmethod
    def spread(self, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) points that cover the space as evenly as so many can."""

    def unbound(self, np_random: np.random.Generator) -> Any:
        """The point that is played instead when the commitment does not bind: a uniform one."""
        return self.sample(1, np_random)[0]


class FinitePrePolicies(PrePolicySpace):
    """A pre-policy space of `size` points, numbered from 0."""

    space: Discrete

    def __init__(self, size: int) -> None:
        self.size = size
        self.space = Discrete(size)
        self.shown_space = Discrete(size + 1)

    def show(self, point: int | None) -> Any:
        """The point's number; `size` for None."""
        return np.int64(self.size if point is None else point)

    def number(self, point: Any) -> int | None:
        """The point as an int; None if it is not in the space."""
        return whole(self.space, point)

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(number,) uniform points."""
        return np_random.integers(self.size, size=number)

    def spread(self, number: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(number,) every point equally often, but for a remainder at random."""
        whole = np.tile(np.arange(self.size), number // self.size)
        rest = np_random.permutation(self.size)[: number % self.size]
        return np.concatenate([whole, rest])


class ContinuousPrePolicies(PrePolicySpace):
    """A pre-policy space of vectors, for searches that move in a continuum.

    Attributes:
        dimension: how many real numbers describe a point.
        space: the `Box` of points, (length,) float64.
    """

    dimension: int

    @abstractmethod
    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) the points that (n, dimension) unbounded real numbers stand for.

        The origin stands for a point in the middle, and every interior point has its numbers:
        Gaussians and evolution strategies move in these.
        """

    @abstractmethod
    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) the points that (n, `unit_dimension`) numbers in (0, 1) stand for.

        Uniform numbers stand for uniform points.
        """

    @property
    @abstractmethod
    def unit_dimension(self) -> int:
        """How many numbers `from_unit_cube` takes."""

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) uniform points."""
        return self.from_unit_cube(1 - np_random.random((number, self.unit_dimension)))

    def spread(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) uniform points: a continuum has no better cover that is as simple."""
        return self.sample(number, np_random)
