"""What can come of announced posts: what blue is shown, and which posts are held, with chances.

Every commitment binds and is shown apart from the others (`scg_envs.core.commitment.scheme`). Posts
that do not bind are uniform among those that can be together with the ones that do.
"""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ...core.commitment.chances import Scenes
from ...core.commitment.scheme import CommitmentScheme
from .layouts import Layout
from .placings import numbers_of
from .posts import shown_cells


class PostScenes:
    """The scenes of a scheme on a layout.

    What is shown is a number, too: pre-policy + size * which, where the bits of `which` say whose
    post is hidden. Of those that look alike to blue it is the first.
    """

    def __init__(self, layout: Layout, scheme: CommitmentScheme) -> None:
        """Number the posts."""
        self._commitments = scheme.commitments
        self._numbers = numbers_of(layout, scheme.agents)
        self._cells = shown_cells(layout, scheme.agents)
        self._size = len(self._numbers)
        self._posts = [len(layout.posts[agent]) for agent in scheme.agents]

    @property
    def most(self) -> int:
        """How many ways to hold posts one announcement can come to, at most."""
        doubted = zip(self._commitments, self._posts, strict=True)
        return prod(posts for one, posts in doubted if one.credibility < 1)

    def of(self, points: NDArray[np.int64]) -> Scenes:
        """What can come of (n,) pre-policies."""
        held = [self._held(points, binds) for binds in self._sides("credibility")]
        row, played, kept = (np.concatenate(parts) for parts in zip(*held, strict=True))
        pairs, number = np.unique(row * self._size + played, return_inverse=True)
        row, played = pairs // self._size, pairs % self._size
        kept = np.bincount(number.reshape(-1), kept)
        sights = list(self._sides("observability"))
        chance = np.concatenate([sight * kept for _, sight in sights])
        return Scenes(
            row=np.tile(row, len(sights)),
            shown=np.concatenate([self._shown(points, sees)[row] for sees, _ in sights]),
            played=np.tile(played, len(sights)),
            chance=chance,
            belief=chance,
            sees=np.repeat([all(sees) for sees, _ in sights], len(row)),
        )

    def tokens(self, shown: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(n, 2 C) what blue sees where it is shown these numbers."""
        point, hidden = shown % self._size, shown // self._size
        columns = [
            cells[np.where(hidden >> c & 1, self._size, point)]
            for c, cells in enumerate(self._cells)
        ]
        return np.concatenate(columns, axis=1)

    def _sides(self, name: str) -> list[tuple[tuple[bool, ...], float]]:
        """Of which commitments something holds, and how likely that is; only what can happen."""
        chances = [getattr(one, name) for one in self._commitments]
        sides = []
        for holds in product((True, False), repeat=len(chances)):
            chance = prod(c if h else 1 - c for c, h in zip(chances, holds, strict=True))
            if chance > 0:
                sides.append((holds, chance))
        return sides

    def _held(
        self, points: NDArray[np.int64], binds: tuple[tuple[bool, ...], float]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Rows, the pre-policies that they come to, and chances, where these commitments bind."""
        which, chance = binds
        rows = np.arange(len(points))
        if all(which):
            return rows, points, np.full(len(points), chance)
        alike = self._alike(which)
        order = np.argsort(alike, kind="stable")
        first = np.searchsorted(alike[order], alike[points])
        count = np.bincount(alike)[alike[points]]
        row = np.repeat(rows, count)
        within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        return row, order[first[row] + within], chance / count[row]

    def _shown(self, points: NDArray[np.int64], sees: tuple[bool, ...]) -> NDArray[np.int64]:
        """(n,) the numbers of what is shown of pre-policies."""
        alike = self._alike(sees)
        first = np.unique(alike, return_index=True)[1]
        hidden = sum(1 << c for c, own in enumerate(sees) if not own)
        return first[alike[points]] + hidden * self._size

    def _alike(self, of: tuple[bool, ...]) -> NDArray[np.int64]:
        """(size,) a number for each pre-policy, the same for those with these posts in common."""
        alike = np.zeros(self._size, dtype=np.int64)
        for own, posts, numbers in zip(of, self._posts, self._numbers.T, strict=True):
            if own:
                alike = alike * posts + numbers
        return np.unique(alike, return_inverse=True)[1].reshape(-1)
