"""A softmax for each of several committed agents, moved by their score functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.pre_policy import Finite, PrePolicySpace
from ....core.pre_policy.finite_product import FiniteProduct
from ....core.state_form import Form, form_of, like
from .ascent import Adam, advantages, score_gradient, softmax
from .meta import Meta
from .spaces import finite

_UNIFORM = 0.05  # the chance of a uniform draw, which the estimate of the gradient leaves out


class FactorisedMeta(Meta):
    """Pi_theta as independent softmaxes over the parts of a finite product.

    The score of a joint pre-policy is the sum of its parts' scores, so theta has as many numbers as
    the parts have points together, not as many as there are tuples: what is learned of one agent's
    point holds beside all of the others'. The estimate is that of `categorical`, part by part. A
    space that is no product is one part.

    Attributes:
        logits: theta, (points of a part,) for each part.
    """

    name = "factorised"

    def __init__(
        self,
        space: PrePolicySpace,
        *,
        evaluations: int = 0,
        batch: int = 0,
        seed: int = 0,
        step_size: float = 0.3,
    ) -> None:
        """Begin with the uniform distribution; `step_size` is Adam's."""
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        own = finite(space, self.name)
        self._product = own if isinstance(own, FiniteProduct) else None
        parts: list[Any] = [own] if self._product is None else list(self._product.parts.values())
        self._sizes = [part.size for part in parts if isinstance(part, Finite)]
        self.logits = [np.zeros(size) for size in self._sizes]
        self._adams = [Adam((size,), step_size) for size in self._sizes]

    def _chances(self) -> list[NDArray[np.float64]]:
        return [(1 - _UNIFORM) * softmax(logits) + _UNIFORM / len(logits) for logits in self.logits]

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[np.int64]:
        """(number,) draws; of two points that cannot be together the later agent's gives way."""
        drawn = [np_random.choice(len(c), size=number, p=c) for c in self._chances()]
        return np.array([self._join(own) for own in zip(*drawn, strict=True)], dtype=np.int64)

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(number,) draws, as `ask`."""
        return self.ask(number, (), np_random)

    def _join(self, own: Sequence[Any]) -> int:
        if self._product is None:
            return int(own[0])
        settled: dict[str, int] = {}
        for agent, point in zip(self._product.parts, own, strict=True):
            settled[agent] = self._product.give_way(agent, int(point), settled)
        return self._product.join(settled)

    def _split(self, points: NDArray[Any]) -> NDArray[np.int64]:
        points = np.asarray(points, dtype=np.int64)
        return points[:, None] if self._product is None else self._product.split_each(points)

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        deviation = float(scores.std())
        if deviation <= 1e-9 or len(scores) < 2:
            return
        advantage = advantages(scores) / deviation
        for k, column in enumerate(self._split(points).T):
            gradient = score_gradient(softmax(self.logits[k]), column, advantage)
            self.logits[k] = self.logits[k] + self._adams[k].step(gradient)

    def state_dict(self) -> StateDict:
        """Theta, and the optimizers' states."""
        adams = [adam.state_dict() for adam in self._adams]
        return super().state_dict() | {"logits": list(self.logits), "adams": adams}

    def state_form(self, kept: StateDict) -> Form:
        """Logits and an optimizer for each agent."""
        adams = [form_of(*pair) for pair in zip(self._adams, kept["adams"], strict=True)]
        return super().state_form(kept) | {"logits": like(list(self.logits)), "adams": adams}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self.logits = list(state["logits"])
        for adam, own in zip(self._adams, state["adams"], strict=True):
            adam.load_state_dict(own)
