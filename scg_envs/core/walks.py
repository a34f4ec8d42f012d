"""A follower that walks where nothing else moves and no chance decides: its game as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .commitment.chances import Scenes


@dataclass(frozen=True, eq=False)
class Walks:
    """What each action leads to, for every case of every pre-policy.

    Attributes:
        leads: (cells, actions) the cell that an action leads to where nobody stands in the way;
            a closed cell is not entered.
        ends: (cells,) the cells in which a walk ends.
        attained: (cells,) where it ends in the desirable outcome.
        start: the cell in which a walk begins.
        rewards: (T + 1,) what a walk of so many steps earns, falling; of none, which never
            arrives, 0. T is the horizon.
        closed: (points, cases, k) the closed cells, for each pre-policy that is played.
        held: the first so many of the k are the pre-policy's own, the same in all of its cases and
            in no other's.
        possible: (points, cases) whether there is such a case; those there are are equally likely.
        read: from n observations, (n,) the cells in which the follower stands and (n, k) the
            closed ones.
        scenes: what can come of (n,) announced pre-policies.
    """

    leads: NDArray[np.uint16]
    ends: NDArray[np.bool_]
    attained: NDArray[np.bool_]
    start: int
    rewards: NDArray[np.float64]
    closed: NDArray[np.int32]
    held: int
    possible: NDArray[np.bool_]
    read: Callable[[Any], tuple[NDArray[np.int64], NDArray[np.int64]]]
    scenes: Callable[[NDArray[np.int64]], Scenes]

    @property
    def horizon(self) -> int:
        """T, the steps after which a walk is broken off."""
        return len(self.rewards) - 1
