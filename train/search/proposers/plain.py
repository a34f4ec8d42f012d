"""Searches without a model: every pre-policy in turn, and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.pre_policy import PrePolicySpace
from ....core.state_form import Form, Whole
from .meta import Meta
from .spaces import finite


class RandomMeta(Meta):
    """Uniform pre-policies, independently: what every other search has to beat."""

    name = "random"

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[Any]:
        """(number, ...) uniform pre-policies."""
        return self.space.sample(number, np_random)

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        """Only the best is remembered."""


class EnumerationMeta(Meta):
    """Every pre-policy in turn, and again from the first."""

    name = "enumeration"

    @classmethod
    def defaults(cls, space: PrePolicySpace) -> tuple[int, int]:
        """All in one batch, once."""
        size = finite(space, cls.name).size
        return max(size, 2), max(size, 2)

    def __init__(
        self, space: PrePolicySpace, *, evaluations: int = 0, batch: int = 0, seed: int = 0
    ) -> None:
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        self._size = finite(space, self.name).size
        self._next = 0

    def state_dict(self) -> StateDict:
        """Which is next, and the best so far."""
        return {**super().state_dict(), "next": self._next}

    def state_form(self, kept: StateDict) -> Form:
        """One that is next, in the space."""
        return super().state_form(kept) | {"next": Whole(0, self._size - 1)}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self._next = state["next"]

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[np.int64]:
        """(number,) the next ones."""
        points = (self._next + np.arange(number)) % self._size
        self._next = (self._next + number) % self._size
        return points

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        """Only the best is remembered."""
