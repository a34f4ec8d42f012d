"""A continuum of pre-policies, in which searches move by unbounded numbers."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from ..actions import contains
from ..errors import InvalidCommitment
from ..numerals import read_number
from .space import PrePolicySpace

COVERING = 2.5
"""The deviation of the normal numbers that `Latent.decode` is to spread over all of the space."""


class Latent(PrePolicySpace):
    """A continuum of pre-policies: vectors, which searches reach by unbounded numbers.

    Attributes:
        dimension: how many real numbers describe a point.
        space: the `Box` of points, (length,) float64.
        committed: whose they are, for messages.
    """

    space: Box
    dimension: int
    committed = "the committed agent"

    def __init__(self, dimension: int, length: int, *, committed: str | None = None) -> None:
        """Points of numbers from 0 to 1, shown as they are; the null token is all -1.

        Args:
            dimension: how many numbers `decode` takes.
            length: how many numbers a point has.
            committed: whose they are.
        """
        self.dimension = dimension
        self.space = Box(0.0, 1.0, (length,), np.float64)
        self.shown_space = Box(-1.0, 1.0, (length,), np.float32)
        if committed is not None:
            self.committed = committed

    @abstractmethod
    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) the points that (n, dimension) unbounded real numbers stand for.

        The origin stands for a point in the middle, and every interior point has its numbers:
        Gaussians and evolution strategies move in these, and begin with normal numbers of
        deviation `COVERING`, which are to come everywhere.
        """

    @abstractmethod
    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) the points that (n, `unit_dimension`) numbers in (0, 1) stand for.

        Uniform numbers stand for uniform points.
        """

    @property
    def unit_dimension(self) -> int:
        """How many numbers `from_unit_cube` takes: as many as a point has, if not said."""
        return self.space.shape[0]

    def expected(self) -> str:
        """What a point is, for messages ("2 chances that sum to 1, of Cook, Help")."""
        return f"{self.unit_dimension} numbers that {self.space} contains"

    def normal(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """(length,) the pre-policy that a vector of the space stands for, if it is another."""
        return point

    def named(self, name: str) -> NDArray[np.float64] | None:
        """(length,) the point with a name of its own; None if no point is called so."""
        return None

    def is_label(self, vector: NDArray[np.float64]) -> bool:
        """Whether a vector of the space is `normal` but for rounding, so that it may be a label."""
        return True

    def check(self, point: Any) -> NDArray[np.float64]:
        """(length,) the pre-policy that a point stands for, `normal`.

        Raises:
            InvalidCommitment: it is not in the space; the message says what is.
        """
        if not contains(self.space, point):
            raise self._wrong(point)
        return self.normal(np.asarray(point, dtype=np.float64))

    def show(self, point: Any | None) -> Any:
        """(length,) float32: the point's numbers; -1s for None."""
        if point is None:
            return np.full(self.shown_space.shape or (), -1, dtype=self.shown_space.dtype)
        return self.check(point).astype(self.shown_space.dtype)

    def label(self, point: Any) -> Any:
        """The point's numbers, as a list."""
        return self.check(point).tolist()

    def point(self, label: Any) -> NDArray[np.float64]:
        """(length,) the point of these numbers, or with this name."""
        if isinstance(label, str):
            return self.parse(label)
        if not contains(self.space, label) or not self.is_label(np.asarray(label, np.float64)):
            raise self._wrong(label)
        return self.check(label)

    def parse(self, text: str) -> NDArray[np.float64]:
        """(length,) the point typed as its numbers, such as `0.62,0.38`, or by its name."""
        point = self.named(text.strip())
        if point is not None:
            return point
        try:
            numbers = [read_number(part) for part in text.strip("()[] ").split(",")]
        except ValueError:
            raise self._wrong(text) from None
        return self.point(numbers)

    def _wrong(self, what: Any) -> InvalidCommitment:
        return InvalidCommitment(
            f"{self.committed}'s pre-policy is {what!r}; expected {self.expected()}."
        )

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) uniform points."""
        return self.from_unit_cube(1 - np_random.random((number, self.unit_dimension)))

    def near(self, point: Any, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) points on the way to uniform ones, the shorter the likelier."""
        share = np_random.random((number, 1)) ** 2
        mixed = (1 - share) * np.asarray(point) + share * self.sample(number, np_random)
        return np.array([self.normal(one) for one in mixed]).reshape(number, -1)

    def spread(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) uniform points: a continuum has no better cover that is as simple."""
        return self.sample(number, np_random)
