"""What score-function searches share: softmaxes, the leave-one-out baseline, and Adam."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.state_form import Form, like, within

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.99, 1e-8


def advantages(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(batch,) each score minus the mean of the others'; 0 of one score alone."""
    batch = len(scores)
    return (scores - scores.mean()) * batch / max(batch - 1, 1)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """(points,) the chances of points with these logits."""
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum())


def score_gradient(
    chances: NDArray[np.float64], points: NDArray[np.int64], advantage: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(points of the space,) the mean of advantage times grad log Pi in the logits of a softmax.

    Args:
        chances: of the points, Pi.
        points: (batch,) those that were drawn.
        advantage: (batch,) theirs.
    """
    gradient = -advantage.mean() * chances
    np.add.at(gradient, points, advantage / len(points))
    return gradient


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

    def state_form(self, kept: StateDict) -> Form:
        """Squares are none below zero."""
        return like(self.state_dict()) | {"square": within(self._square, 0, None)}

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
