"""What score-function searches share: the leave-one-out baseline, and Adam."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.99, 1e-8


def advantages(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(batch,) each score minus the mean of the others'; the batch has two or more."""
    batch = len(scores)
    return (scores - scores.mean()) * batch / (batch - 1)


class Adam:
    """Kingma and Ba, "Adam: a method for stochastic optimization" (2015), as an ascent."""

    def __init__(self, shape: tuple[int, ...], step_size: float) -> None:
        self._step_size = step_size
        self._mean = np.zeros(shape)
        self._square = np.zeros(shape)
        self._updates = 0

    def state_dict(self) -> StateDict:
        """The moments and the number of steps."""
        return {"mean": self._mean, "square": self._square, "updates": self._updates}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self._mean, self._square = state["mean"], state["square"]
        self._updates = state["updates"]

    def step(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """What to add to the parameters, of the gradient's shape."""
        self._updates += 1
        self._mean = _BETA_1 * self._mean + (1 - _BETA_1) * gradient
        self._square = _BETA_2 * self._square + (1 - _BETA_2) * np.square(gradient)
        mean = self._mean / (1 - _BETA_1**self._updates)
        square = self._square / (1 - _BETA_2**self._updates)
        return self._step_size * mean / (np.sqrt(square) + _EPSILON)
