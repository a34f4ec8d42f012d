"""A softmax over finitely many pre-policies, moved by its score function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.pre_policy import PrePolicySpace
from ....core.state_form import Form, form_of, like
from .ascent import Adam, advantages, score_gradient, softmax
from .meta import Meta
from .spaces import finite


class CategoricalMeta(Meta):
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

    def __init__(
        self,
        space: PrePolicySpace,
        *,
        evaluations: int = 0,
        batch: int = 0,
        seed: int = 0,
        step_size: float = 0.2,
    ) -> None:
        """Begin with the uniform distribution; `step_size` is Adam's."""
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        self.logits = np.zeros(finite(space, self.name).size)
        self._flat = False
        self._adam = Adam(self.logits.shape, step_size)

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """(points,) the chances of the pre-policies."""
        return softmax(self.logits)

    @property
    def entropy(self) -> float:
        """In nats; 0 when theta has settled."""
        chances = self.probabilities
        return float(-(chances * np.log(np.maximum(chances, 1e-300))).sum())

    @property
    def settled(self) -> bool:
        """Whether a whole batch, of one pre-policy or of several, scored the same."""
        return self._flat

    @property
    def found(self) -> int:
        """The likeliest pre-policy."""
        return int(self.logits.argmax())

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[np.int64]:
        """(number,) draws."""
        return np_random.choice(len(self.logits), size=number, p=self.probabilities)

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(number,) draws, as `ask`."""
        return self.ask(number, (), np_random)

    def state_dict(self) -> StateDict:
        """Theta, and the optimizer's state."""
        own = {"logits": self.logits, "flat": self._flat, "adam": self._adam.state_dict()}
        return super().state_dict() | own

    def state_form(self, kept: StateDict) -> Form:
        """Logits of every point."""
        own = {"logits": like(self.logits), "flat": like(self._flat)}
        own["adam"] = form_of(self._adam, kept["adam"])
        return super().state_form(kept) | own

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self.logits, self._flat = state["logits"], state["flat"]
        self._adam.load_state_dict(state["adam"])

    def gradient(self, points: NDArray[np.int64], p: NDArray[np.float64]) -> NDArray[np.float64]:
        """(points,) the score-function estimate of the gradient of E[p] in theta.

        Args:
            points: (batch,) sampled pre-policies, two at least.
            p: (batch,) their scores.
        """
        return score_gradient(self.probabilities, points, advantages(p))

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        deviation = float(scores.std())
        self._flat = deviation <= 1e-9
        scaled = 0.0 if self._flat else 1 / deviation
        self.logits = self.logits + self._adam.step(scaled * self.gradient(points, scores))
