"""Pre-policies that are numbers, each within limits: a grid of them, and all of them.

Both are shown number by number, so that who learns to answer some of them can guess at others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from typing import Any, Self

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from ..commitment.scheme import Otherwise
from ..errors import InvalidArgument
from ..spaces import multi_discrete
from . import FREE, FiniteOrNone, Latent, Policy

_TINY = 1e-9  # sums of steps that differ by less are the same
Bound = Callable[[NDArray[np.float64]], tuple[dict[str, Any], Policy]]
Said = Callable[[NDArray[np.float64]], str]


class NumberGrid(FiniteOrNone):
    """All combinations of some values of each number; point 0 commits to nothing.

    Attributes:
        table: (points, k) the numbers of each point; the usual ones of the first.
    """

    def __init__(
        self,
        axes: Sequence[Sequence[float]],
        usual: Sequence[float],
        bound: Bound,
        said: Said,
        *,
        form: str,
        committed: str,
    ) -> None:
        """List the combinations.

        Args:
            axes: the values that each of the k numbers may have.
            usual: what the numbers are without a commitment.
            bound: from (k,) numbers to start options and policy.
            said: from (k,) numbers to words that follow the agent's name.
            form: what a label is made of, for messages.
            committed: whose they are.
        """
        super().__init__(list(product(*axes)), committed=committed)
        self._bind, self._say, self.form = bound, said, form
        self.table = np.array([usual, *self.labels[1:]], dtype=np.float64)
        self.shown_space: Any = multi_discrete([len(axis) + 2 for axis in axes])
        numbers = product(*(range(2, len(axis) + 2) for axis in axes))
        kind = self.shown_space.dtype
        self._tokens = np.array([[1] * len(axes), *numbers], dtype=kind)
        self._values = [np.array([x, x, *axis]) for x, axis in zip(usual, axes, strict=True)]

    @classmethod
    def within(
        cls,
        low: NDArray[np.float64],
        high: NDArray[np.float64],
        usual: Sequence[float],
        bound: Bound,
        said: Said,
        *,
        resolution: int | None,
        most: int,
        **words: str,
    ) -> Self:
        """Multiples of a step, within limits.

        Args:
            low: (k,) the least of each number, 0 or more.
            high: (k,) the greatest, up to 1.
            usual: what the numbers are without a commitment.
            bound: from (k,) numbers to start options and policy.
            said: from (k,) numbers to words that follow the agent's name.
            resolution: the number of steps from 0 to 1; the most up to 10 that leave a tenth of
                `most` points if None.
            most: of points.
            **words: `form` and `committed`, see the constructor.

        Raises:
            InvalidArgument: no points, or too many.
        """
        tried, few = ([resolution], most) if resolution else (range(10, 0, -1), most // 10)
        for steps in tried:
            grid = np.arange(steps + 1) / steps
            axes = [
                grid[(grid >= a - _TINY) & (grid <= b + _TINY)].tolist()
                for a, b in zip(low, high, strict=True)
            ]
            if 1 <= (number := prod(map(len, axes))) <= few:
                return cls(axes, usual, bound, said, **words)
        raise InvalidArgument(
            f"a grid of resolution {steps} has {number} points within {words['form']}; expected 1 "
            f"to {few}. Give another resolution, or commit to a continuum."
        )

    def show(self, point: int | None) -> Any:
        """(k,) the number of each value, from 2; 1 for no commitment and 0 for None."""
        return np.zeros_like(self._tokens[0]) if point is None else self._tokens[point].copy()

    def numbers(self, points: Any) -> NDArray[np.float64]:
        """(n, k) the numbers of points."""
        return self.table[np.asarray(points, dtype=np.int64)]

    def read(self, shown: NDArray[Any]) -> NDArray[np.float64]:
        """(n, k) the numbers of what (n, k) is shown; the usual ones where that is nothing."""
        columns = [values[shown[:, k]] for k, values in enumerate(self._values)]
        return np.stack(columns, axis=1)

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """What `bound` says of the point's numbers."""
        return self._bind(self.table[self.check(point)])

    def _words(self, label: Any) -> str:
        return self._say(np.array(label))


class NumberBox(Latent):
    """All numbers within limits; the usual ones are played where a commitment does not bind.

    Attributes:
        usual: (k,) these.
    """

    otherwise: Otherwise = "free"

    def __init__(
        self,
        low: NDArray[np.float64],
        high: NDArray[np.float64],
        usual: Sequence[float],
        bound: Bound,
        said: Said,
        *,
        form: str,
        committed: str,
    ) -> None:
        """Span them.

        Args:
            low: (k,) the least of each number, 0 or more.
            high: (k,) the greatest.
            usual: what the numbers are without a commitment.
            bound: from (k,) numbers to start options and policy.
            said: from (k,) numbers to words that follow the agent's name.
            form: what a point is, for messages.
            committed: whose they are.
        """
        super().__init__(len(low), len(low), committed=committed)
        self.space = Box(low, high, dtype=np.float64)
        self.shown_space = Box(
            -1.0, np.nextafter(high, np.inf).astype(np.float32), dtype=np.float32
        )
        self._bind, self._say, self._form = bound, said, form
        self.usual = np.array(usual, dtype=np.float64)

    def unbound(self, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(k,) the usual numbers."""
        return self.usual.copy()

    def named(self, name: str) -> NDArray[np.float64] | None:
        """(k,) the usual numbers, which are called none."""
        return self.usual.copy() if name == FREE else None

    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, k) the points at the shares 1 / (1 + exp(-x)) of the way from low to high."""
        return self.from_unit_cube(1 / (1 + np.exp(-np.clip(latent, -700, 700))))

    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, k) the points at these shares of the way."""
        low, high = self.space.low, self.space.high
        return np.clip(low + unit * (high - low), low, high)

    def expected(self) -> str:
        """What a point is."""
        return self._form

    def numbers(self, points: Any) -> NDArray[np.float64]:
        """(n, k) the points themselves."""
        return np.asarray(points, dtype=np.float64)

    def read(self, shown: NDArray[Any]) -> NDArray[np.float64]:
        """(n, k) the numbers of what (n, k) is shown; the usual ones where that is nothing."""
        near = np.clip(shown, self.space.low, self.space.high)  # which have been rounded
        return np.where(shown < 0, self.usual, near)

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """What `bound` says of the point."""
        return self._bind(self.check(point))

    def describe(self, point: Any) -> str:
        """What `said` says of the point."""
        return self._say(self.check(point))
