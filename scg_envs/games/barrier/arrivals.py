"""When blue arrives, and where, if it plays its best: what P(Y=y | do(pre-policy)) is made of.

A goal's reward 1 - 0.9 t/T falls in the number of steps t, so a best response takes blue to a goal
that is nearest. Where several are equally near, the tie rule decides: `uniform` gives each the same
chance, `optimistic` takes the wanted one, `pessimistic` avoids it. If no goal can be reached within
the horizon the outcome is `none`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UnknownName
from ...core.ties import Ties, check_ties
from .dynamics import goal_reward
from .layouts import Layout


def check_asked(layout: Layout, desirable: str, ties: Ties) -> None:
    """Raise `UnknownName` unless there is such a goal and such a tie rule."""
    check_ties(ties)
    names = list(layout.goals.values())
    if desirable not in names:
        raise UnknownName("desirable outcome", desirable, names)


@dataclass(frozen=True)
class Arrivals:
    """Blue's best responses to n pre-policies, for every way to post the other barriers.

    Attributes:
        layout: the layout.
        horizon: T.
        distance: (n, placings) int32 the fewest steps to a goal; -1 where none is within T steps,
            or barriers are on one cell.
        nearest: (n, placings, goals) bool, which goals are reached in so many.
        possible: (n, placings) bool, where all barriers are on different cells. Given a
            pre-policy, the others are uniform over the possible ones of its row.
    """

    layout: Layout
    horizon: int
    distance: NDArray[np.int32]
    nearest: NDArray[np.bool_]
    possible: NDArray[np.bool_]

    @cached_property
    def value(self) -> NDArray[np.float64]:
        """(n, placings) blue's best utility: 1 - 0.9 t/T, or 0 where no goal is in reach."""
        return np.where(self.distance < 0, 0.0, goal_reward(self.distance, self.horizon))

    def average(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) mean of an (n, placings) array over the others' possible placings."""
        return np.where(self.possible, values, 0.0).sum(axis=1) / self.possible.sum(axis=1)

    def placed_probability(self, desirable: str, ties: Ties) -> NDArray[np.float64]:
        """(n, placings) chance of the desirable outcome wherever the barriers stand.

        Raises:
            UnknownName: no such tie rule or outcome.
        """
        check_asked(self.layout, desirable, ties)
        wanted = self.nearest[:, :, list(self.layout.goals.values()).index(desirable)]
        count = self.nearest.sum(axis=2)
        if ties == "optimistic":
            return wanted.astype(np.float64)
        if ties == "pessimistic":
            return (wanted & (count == 1)).astype(np.float64)
        return wanted / np.maximum(count, 1)

    def probability(self, desirable: str, ties: Ties) -> NDArray[np.float64]:
        """(n,) P(Y=desirable | do(pre-policy)), eq. 4.2 of the paper."""
        return self.average(self.placed_probability(desirable, ties))

    def probability_before(self, desirable: str, ties: Ties) -> float:
        """P(Y=desirable) where each possible pair of a pre-policy and a placing is as likely.

        That is without intervention, if the pre-policies are the ways to post who commits.
        """
        return float(self.placed_probability(desirable, ties)[self.possible].mean())
