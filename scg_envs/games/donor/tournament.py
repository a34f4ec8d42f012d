"""Tournaments of donors, many of them at once.

Players sit in seats: those with even numbers give in even rounds, the others in odd ones, and in
round t seat 2i meets seat 2((i + t) mod m) + 1 of 2m. So nobody meets anybody twice in m rounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ENDOWMENT, FACTOR = 10.0, 2.0

Norm = tuple[int, int, bool]
"""The level of its gifts, how many acts of a recipient it looks at, and whether it punishes."""


class Tournament:
    """M tournaments under way.

    Attributes:
        wealth: (M, players) what each has.
        acts: (M, players, acts) uint8 what each did: 0 nothing yet, 1 more than the level of a
            gift, or `punished`.
        punished: what stands for a punishment.
    """

    def __init__(self, norms: NDArray[np.int8], *, acts: int, levels: int) -> None:
        """Begin.

        Args:
            norms: (M, players, 3) the `Norm` of each seat.
            acts: how often each of them gives.
            levels: the steps that a gift from nothing to everything has.
        """
        self._norms, self._levels, self._round = norms, levels, 0
        self.punished = levels + 2
        self.wealth = np.full(norms.shape[:2], ENDOWMENT)
        self.acts = np.zeros((*norms.shape[:2], acts), dtype=np.uint8)

    def play(self, gifts: NDArray[Any] | None = None) -> None:
        """Play a round.

        Args:
            gifts: (M,) the levels that seat 0 gives; None where it keeps its norm or receives.
        """
        number, seats = self._round, np.arange(self._norms.shape[1])
        even, odd = seats[::2], np.roll(seats[1::2], -number)
        donors, recipients = (even, odd) if number % 2 == 0 else (odd, even)
        level, looks, punishes = np.moveaxis(self._norms[:, donors], 2, 0)
        unclean = np.zeros(level.shape, dtype=np.bool_)
        last = (number + 1) // 2  # so many acts of the recipients there are
        for back in range(1, last + 1):
            act = self.acts[:, recipients, last - back]
            unclean |= ((act <= level) | (act == self.punished)) & (looks >= back)
        done = np.where(unclean, np.where(punishes, self.punished, 1), level + 1)
        if gifts is not None:
            done[:, 0] = gifts + 1
        self.acts[:, donors, number // 2] = done
        harm = done == self.punished
        spent = np.where(harm, level, done - 1) / self._levels * self.wealth[:, donors]
        self.wealth[:, donors] -= spent
        got = np.where(harm, -FACTOR, FACTOR) * spent
        self.wealth[:, recipients] = np.maximum(self.wealth[:, recipients] + got, 0.0)
        self._round += 1
