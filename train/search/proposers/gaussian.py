"""A Gaussian over a continuum of pre-policies, moved by its score function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.pre_policy import COVERING, PrePolicySpace
from ....core.state_form import Array, Form, form_of, like, within
from .ascent import Adam, advantages
from .meta import Meta
from .spaces import continuous

_LOG_WIDEST, _LOG_NARROWEST = np.log(4.0), np.log(0.02)
# It begins with deviation COVERING: with 1.5 the median search of random 5x5 games
# (benchmarks/mixed_commitments.py) came to .95 of the optimal P, with 2.5 to .98.


class GaussianMeta(Meta):
    """Pi_theta as an independent Gaussian for each coordinate of the latent space.

    A pre-policy is the softmax (or whatever `Latent.decode` is) of latent numbers
    z ~ N(mu, sigma^2), theta = (mu, log sigma). With standardized draws e = (z - mu) / sigma the
    score is e / sigma in mu and e^2 - 1 in log sigma; steps in mu are taken in units of sigma
    (the natural gradient), so that the search slows down as it settles. Scores enter by their
    rank: an answer that jumps, as best responses do, must not throw theta across the space.

    Attributes:
        mean: mu, (dimension,).
        log_deviation: log sigma, (dimension,).
    """

    name = "gaussian"

    @classmethod
    def defaults(cls, space: PrePolicySpace) -> tuple[int, int]:
        """Evaluations in all and in a batch."""
        return 2000, 20

    def __init__(
        self,
        space: PrePolicySpace,
        *,
        evaluations: int = 0,
        batch: int = 0,
        seed: int = 0,
        step_size: float = 0.2,
    ) -> None:
        """Begin in the middle of the space, wide; `step_size` is Adam's."""
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        self._space = continuous(space, self.name)
        self.mean = np.zeros(self._space.dimension)
        self.log_deviation = np.full(self._space.dimension, np.log(COVERING))
        self._adam = Adam((2, self._space.dimension), step_size)
        self._asked: NDArray[np.float64] = np.empty((0, self._space.dimension))

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[np.float64]:
        """(number, length) draws."""
        self._asked = np_random.standard_normal((number, self._space.dimension))
        return self._decoded(self._asked)

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) draws."""
        return self._decoded(np_random.standard_normal((number, self._space.dimension)))

    def _decoded(self, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._space.decode(self.mean + np.exp(self.log_deviation) * draws)

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        draws = self._asked
        assert len(draws) == len(scores), "tell what was asked"
        ranked = advantages(_ranks(scores))
        gradient = np.stack([draws, np.square(draws) - 1]) * ranked[:, None]
        step = self._adam.step(gradient.mean(axis=1))
        self.mean = self.mean + step[0] * np.exp(self.log_deviation)
        self.log_deviation = np.clip(
            self.log_deviation + 0.5 * step[1], _LOG_NARROWEST, _LOG_WIDEST
        )

    def state_dict(self) -> StateDict:
        """Theta, the optimizer's state, and what was asked last."""
        own = {
            "mean": self.mean,
            "log_deviation": self.log_deviation,
            "asked": self._asked,
            "adam": self._adam.state_dict(),
        }
        return super().state_dict() | own

    def state_form(self, kept: StateDict) -> Form:
        """A distribution as wide as it may be, and as many draws as were asked for."""
        asked = (len(kept["asked"]), self._space.dimension)
        own = {
            "mean": like(self.mean),
            "log_deviation": within(self.log_deviation, _LOG_NARROWEST, _LOG_WIDEST),
            "asked": Array(self._asked.dtype, asked),
            "adam": form_of(self._adam, kept["adam"]),
        }
        return super().state_form(kept) | own

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self.mean, self.log_deviation = state["mean"], state["log_deviation"]
        self._asked = state["asked"]
        self._adam.load_state_dict(state["adam"])

    @property
    def settled(self) -> bool:
        """Whether the distribution is as narrow as it gets."""
        return bool((self.log_deviation <= _LOG_NARROWEST).all())

    @property
    def entropy(self) -> float:
        """Of the latent Gaussian, in nats."""
        size = len(self.mean)
        return float(0.5 * size * np.log(2 * np.pi * np.e) + self.log_deviation.sum())


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) ranks between -1 and 1, equal scores sharing theirs; all 0 if all are equal."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle = ends - (counts + 1) / 2  # the mean of the ranks 0..n-1 that equal scores occupy
    return 2 * middle[inverse] / max(len(scores) - 1, 1) - 1
