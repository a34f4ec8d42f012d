"""The product of finite pre-policy spaces: tuples, numbered, of which some may be impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from ..errors import InvalidArgument, InvalidCommitment
from .finite import Finite
from .product import Product, shown_together
from .space import typed

_LARGEST = 1_000_000  # points of a finite product: what searches can still keep a number for each


class _Labels(Sequence[Any]):
    """A finite product's labels, made when they are asked for."""

    def __init__(self, product: FiniteProduct) -> None:
        self._product = product

    def __len__(self) -> int:
        return self._product.size

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[k] for k in range(*number.indices(len(self)))]
        return self._product.label(range(len(self))[number])


class FiniteProduct(Product, Finite):
    """A product of finite spaces. A point is a number; the last agent's changes fastest."""

    def __init__(
        self, parts: Mapping[str, Finite], possible: NDArray[np.bool_] | None = None
    ) -> None:
        """Number the tuples of the parts' points.

        Args:
            parts: each agent's space.
            possible: (size, ..., size) which points can be together; all if None. The others are
                left out.

        Raises:
            InvalidArgument: there are more of them than can be numbered, or none.
        """
        self.parts = dict(parts)
        self._given = dict(parts)
        self._sizes = tuple(part.size for part in parts.values())
        self._possible = possible
        self._places: NDArray[np.int64] | None = None  # of the tuples that are possible
        size = prod(self._sizes)
        if possible is not None:
            assert possible.shape == self._sizes, "which tuples are possible is said of each"
            if not possible.any():
                raise InvalidArgument(
                    f"no pre-policies of {' and '.join(parts)} can be together; change the game."
                )
            self._places = np.flatnonzero(possible)
            size = len(self._places)
        if size > _LARGEST:
            raise InvalidArgument(
                f"{' and '.join(parts)} have {size} pre-policies together, more than can be "
                "numbered; choose kinds with fewer."
            )
        self.size, self.space = size, Discrete(size)
        self.labels = _Labels(self)
        self.committed = " and ".join(parts)
        self.shown_space = shown_together(self.parts)

    def check(self, point: Any) -> int:
        """The point as an int.

        Raises:
            InvalidCommitment: it is not in the space.
        """
        number = self.number(point)
        if number is None:
            raise InvalidCommitment(
                f"{self.committed}'s pre-policies are {point!r}; expected a number from 0 to "
                f"{self.size - 1}, which point(label) gives for {self._expected()}."
            )
        return number

    def split(self, point: Any) -> dict[str, int]:
        """The number of each agent's point."""
        number = self.check(point)
        if self._places is not None:
            number = int(self._places[number])
        numbers = np.unravel_index(number, self._sizes)
        return dict(zip(self.parts, map(int, numbers), strict=True))

    def split_each(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n, agents) the numbers of each agent's point, of (n,) points of the product."""
        places = points if self._places is None else self._places[points]
        return np.stack(np.unravel_index(places, self._sizes), axis=1)

    def join(self, points: Mapping[str, Any]) -> int:
        """The number of the tuple.

        Raises:
            InvalidCommitment: an agent is missing or unknown, its point is none of its space, or
                the points cannot be together.
        """
        self._check_agents(points)
        numbers = [part.check(points[agent]) for agent, part in self._given.items()]
        number = int(np.ravel_multi_index(numbers, self._sizes))
        if self._places is None:
            return number
        if not self.together(points):
            own = (f"{a}={typed(part.label(points[a]))}" for a, part in self._given.items())
            raise InvalidCommitment(
                f"the pre-policies {'; '.join(own)} cannot be together; choose others."
            )
        return int(np.searchsorted(self._places, number))

    def together(self, points: Mapping[str, Any]) -> bool:
        """Whether points of the first agents, or of all, can be together."""
        if self._possible is None:
            return True
        place = tuple(int(points[agent]) for agent in self.parts if agent in points)
        return bool(self._possible[place].any())
