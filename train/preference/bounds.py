"""What values of outcomes lie between where nothing identifies them.

Of a person who was not shown a pair nothing is known of what it would have preferred there. So

    P(pair, a preferred)  <=  P(a preferred | do(pair))  <=  P(pair, a preferred) + P(not pair),

which is sharp without further assumptions (Manski 1990); and so are the means of these over the
pairs of an outcome, since what is unknown of one pair can be as it likes whatever it is of another.
Randomised pairs are left out: of them there is nothing to bound. Cues are taken as they came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from .comparisons import Comparisons

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Bounds:
    """Of the values of K outcomes.

    Attributes:
        outcomes: K of them.
        low: (K,) the lower ends, as if the comparisons were all people.
        high: (K,) the upper ends.
        surely_low: (K,) what the lower end lies above with a confidence of `CONFIDENCE`.
        surely_high: (K,) what the upper end lies below.
    """

    outcomes: tuple[str, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    surely_low: NDArray[np.float64]
    surely_high: NDArray[np.float64]

    @property
    def best(self) -> tuple[str, ...]:
        """The outcomes that may have the greatest value."""
        floor = self.surely_low.max()
        return tuple(y for y, h in zip(self.outcomes, self.surely_high, strict=True) if h >= floor)


def bounds_of(data: Comparisons) -> Bounds:
    """The bounds, each person counting once.

    The confidence is of both ends of all outcomes together (Bonferroni), by the normal
    approximation over people, z^2 / 2 of whom are added at either end of the range, so that few who
    agree are not sure (Agresti and Coull 1998).
    """
    outcomes = len(data.outcomes)
    ends = np.zeros((len(data.rows), 2, outcomes))
    for k, (one, other) in enumerate(data.cells):
        here = data.cell == k
        for outcome, won in ((one, data.won), (other, 1 - data.won)):
            ends[:, 0, outcome] += np.where(here, won, 0.0)
            ends[:, 1, outcome] += np.where(here, won, 1.0)
    ends /= outcomes - 1
    people = int(data.person.max()) + 1
    each = np.bincount(data.person)
    means = np.zeros((people, 2, outcomes))
    np.add.at(means, data.person, ends)
    means /= each[:, None, None]
    low, high = means.mean(axis=0)
    if people == 1:  # one person says nothing of others
        return Bounds(data.outcomes, low, high, np.zeros(outcomes), np.ones(outcomes))
    z = scipy.special.ndtri(1 - (1 - CONFIDENCE) / (2 * outcomes))
    more = people + z**2
    middle = (means.sum(axis=0) + z**2 / 2) / more
    square = ((means**2).sum(axis=0) + z**2 / 2) / more
    spread = z * np.sqrt((square - middle**2) / more)
    return Bounds(
        data.outcomes,
        low,
        high,
        np.clip(np.minimum(low, middle[0] - spread[0]), 0, 1),
        np.clip(np.maximum(high, middle[1] + spread[1]), 0, 1),
    )
