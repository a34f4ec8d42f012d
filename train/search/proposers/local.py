"""Local search: from the best pre-policy so far to one near it, and anew from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.pre_policy import PrePolicySpace
from ....core.state_form import Form, Maybe, Point, Real, Whole
from .meta import Meta

_ELSEWHERE = 0.25  # of each batch is drawn from all of the space
_PATIENCE = 8  # batches without a better one, after which a climb begins anew


class LocalMeta(Meta):
    """Hill climbing with restarts: asks for neighbors of the best of this climb.

    What is near is the space's to say (`PrePolicySpace.near`). A part of each batch is uniform, so
    that a climb comes to where it never was. Equally good neighbors are moved to, since answers are
    the same over whole plains.
    """

    name = "local"

    @classmethod
    def defaults(cls, space: PrePolicySpace) -> tuple[int, int]:
        """Evaluations in all and in a batch."""
        return 2000, 20

    def __init__(
        self, space: PrePolicySpace, *, evaluations: int = 0, batch: int = 0, seed: int = 0
    ) -> None:
        """Begin anywhere."""
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        self._here: tuple[float, Any] | None = None
        self._waited = 0

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[Any]:
        """(number, ...) neighbors of the best of this climb, and uniform ones."""
        if self._here is None:
            return self.space.sample(number, np_random)
        few = int(np.ceil(_ELSEWHERE * number))
        near = self.space.near(self._here[1], number - few, np_random)
        return np.concatenate([near, self.space.sample(few, np_random)])

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        top = int(scores.argmax())
        before = -np.inf if self._here is None else self._here[0]
        self._waited = 0 if scores[top] > before else self._waited + 1
        if scores[top] >= before:
            self._here = float(scores[top]), points[top]
        if self._waited >= _PATIENCE:
            self._here, self._waited = None, 0

    def state_dict(self) -> StateDict:
        """The best so far, and of this climb."""
        here = None if self._here is None else list(self._here)
        return {**super().state_dict(), "here": here, "waited": self._waited}

    def state_form(self, kept: StateDict) -> Form:
        """A place in the space, if any."""
        own = {"here": Maybe([Real(), Point(self.space)]), "waited": Whole(0, _PATIENCE - 1)}
        return super().state_form(kept) | own

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        here = state["here"]
        self._here = None if here is None else (here[0], here[1])
        self._waited = state["waited"]
