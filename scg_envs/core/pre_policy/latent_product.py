"""The product of pre-policy spaces of which one or more are a continuum: one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from ..actions import contains
from ..errors import InvalidCommitment
from ..spaces import concatenated
from .finite import Finite
from .latent import Latent
from .product import Product, shown_together


class LatentProduct(Product, Latent):
    """A product with a continuum among its parts. A point is their vectors, one after another.

    A finite part has one entry in the vector, the number of its point. Unbounded numbers reach it
    by the greatest of one for each point, the last one's being 0.
    """

    def __init__(self, parts: Mapping[str, Finite | Latent]) -> None:
        """Put the parts' vectors together."""
        self.parts = dict(parts)
        self._given: dict[str, Finite | Latent] = dict(parts)
        self.committed = " and ".join(parts)
        known = list(parts.values())
        space = concatenated([part.space for part in known])
        assert isinstance(space, Box)
        self.space = space
        self._lengths = [1 if isinstance(part, Finite) else part.space.shape[0] for part in known]
        self._latents = [
            part.size - 1 if isinstance(part, Finite) else part.dimension for part in known
        ]
        self._units = [1 if isinstance(part, Finite) else part.unit_dimension for part in known]
        self.dimension = sum(self._latents)
        self.shown_space = shown_together(self.parts)

    @property
    def unit_dimension(self) -> int:
        """One for each finite part, and what the others take."""
        return sum(self._units)

    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) each part's, of (n, `dimension`) numbers."""
        columns = []
        for part, own in zip(self._given.values(), _split(latent, self._latents), strict=True):
            if isinstance(part, Finite):
                logits = np.concatenate([own, np.zeros((len(own), 1))], axis=1)
                columns.append(logits.argmax(axis=1)[:, None].astype(np.float64))
            else:
                columns.append(part.decode(own))
        return np.concatenate(columns, axis=1)

    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) each part's, of (n, `unit_dimension`) numbers."""
        columns = []
        for part, own in zip(self._given.values(), _split(unit, self._units), strict=True):
            if isinstance(part, Finite):
                columns.append(np.minimum(np.floor(own * part.size), part.size - 1))
            else:
                columns.append(part.from_unit_cube(own))
        return np.concatenate(columns, axis=1)

    def check(self, point: Any) -> NDArray[np.float64]:
        """(length,) the parts' own pre-policies that a point stands for, one after another.

        Raises:
            InvalidCommitment: it is not in the space.
        """
        return self.join(self.split(point))

    def split(self, point: Any) -> dict[str, Any]:
        """The number of a finite part's point, the nearest one; a continuum's vector."""
        if not contains(self.space, point):
            raise InvalidCommitment(
                f"{self.committed}'s pre-policies are {point!r}; expected "
                f"{self.unit_dimension} numbers that {self.space} contains, which point(label) "
                f"gives for {self._expected()}."
            )
        vector = np.asarray(point, dtype=np.float64)
        own = zip(self._given.items(), _split(vector, self._lengths), strict=True)
        return {
            agent: int(np.rint(one[0])) if isinstance(part, Finite) else one
            for (agent, part), one in own
        }

    def join(self, points: Mapping[str, Any]) -> NDArray[np.float64]:
        """(length,) the parts' vectors one after another."""
        self._check_agents(points)
        columns = [np.ravel(part.check(points[agent])) for agent, part in self._given.items()]
        return np.concatenate(columns).astype(np.float64)


def _split(vectors: NDArray[np.float64], lengths: Sequence[int]) -> list[NDArray[np.float64]]:
    """The last axis in pieces of these lengths."""
    return np.split(vectors, np.cumsum(lengths)[:-1], axis=-1)
