"""Meta pre-policies: distributions over pre-policies whose parameters theta are searched."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.99, 1e-8


class CategoricalMeta:
    """Pi_theta as a softmax over a finite pre-policy space, moved by its score function.

    For a batch of pre-policies c_i ~ Pi_theta with answers p_i the gradient of E[p] is estimated
    by the mean of (p_i - b_i) grad log Pi_theta(c_i), where b_i is the mean answer of the others
    in the batch: the leave-one-out baseline, which leaves the estimate unbiased (Kool, van Hoof
    and Welling, "Buy 4 REINFORCE samples, get a baseline for free!", 2019). The estimate is scaled
    by the batch's standard deviation and followed with Adam, so that neither the scale of p nor
    the number of pre-policies asks for another step size.

    Attributes:
        logits: theta, (points,).
    """

    name = "categorical"

    def __init__(self, size: int, step_size: float = 0.2) -> None:
        """Begin with the uniform distribution over `size` pre-policies."""
        self.logits = np.zeros(size)
        self._step_size = step_size
        self._mean = np.zeros(size)
        self._square = np.zeros(size)
        self._updates = 0

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """(points,) the chances of the pre-policies."""
        weights = np.exp(self.logits - self.logits.max())
        return weights / weights.sum()

    @property
    def entropy(self) -> float:
        """In nats; 0 when theta has settled."""
        chances = self.probabilities
        return float(-(chances * np.log(np.maximum(chances, 1e-300))).sum())

    @property
    def mode(self) -> int:
        """The likeliest pre-policy."""
        return int(self.logits.argmax())

    def sample(self, batch: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(batch,) pre-policies."""
        return np_random.choice(len(self.logits), size=batch, p=self.probabilities)

    def gradient(self, points: NDArray[np.int64], p: NDArray[np.float64]) -> NDArray[np.float64]:
        """(points,) the score-function estimate of the gradient of E[p] in theta.

        Args:
            points: (batch,) sampled pre-policies, two at least.
            p: (batch,) their answers.
        """
        batch = len(points)
        advantage = (p - p.mean()) * batch / (batch - 1)  # p_i minus the mean of the others
        gradient = -advantage.mean() * self.probabilities
        np.add.at(gradient, points, advantage / batch)
        return gradient

    def update(self, points: NDArray[np.int64], p: NDArray[np.float64]) -> None:
        """Take one step up the gradient."""
        deviation = float(p.std())
        gradient = self.gradient(points, p) / deviation if deviation > 1e-9 else 0.0
        self._updates += 1
        self._mean = _BETA_1 * self._mean + (1 - _BETA_1) * gradient
        self._square = _BETA_2 * self._square + (1 - _BETA_2) * np.square(gradient)
        mean = self._mean / (1 - _BETA_1**self._updates)
        square = self._square / (1 - _BETA_2**self._updates)
        self.logits = self.logits + self._step_size * mean / (np.sqrt(square) + _EPSILON)

    def state(self) -> dict[str, Any]:
        """What `load_state` needs, as JSON types."""
        return {
            "logits": self.logits.tolist(),
            "mean": self._mean.tolist(),
            "square": self._square.tolist(),
            "updates": self._updates,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned."""
        self.logits = np.array(state["logits"])
        self._mean = np.array(state["mean"])
        self._square = np.array(state["square"])
        self._updates = state["updates"]
