"""The seller that published games of NegotiationArena describe, and the counts it rests on.

In 80 published games of two language models over the buy-sell game (cost 40, worth 60, seller
first, mean price 45.60, standard deviation 2.75) the seller's answers to the buyer's offers were
counted by the offer's price and by its number among the buyer's offers. Two readings of them:

- `logit`: a logit fitted on 853 of the published offers,
  logit P(accept) = -4.99 + 1.25 (p - 40)/5 + 4.66 ln(round) + 1.57 [p >= 40];
- `hazard`: the table of the counted rates itself.

Both answer offers, not announcements. They describe those games and are no model of a seller that
reasons; in particular the logit is far below the counts for first offers of 46 and more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PUBLISHED_MEAN, PUBLISHED_SD = 45.60, 2.75  # of the price in 80 games
PUBLISHED_MOVES = 4.8
MEAN_ASKS = (49.2, 46.9, 44.6, 43.6)  # the seller's asks by round
FIRST_OFFERS = ((45.0, 56), (40.0, 16))  # the buyer's first offer and in how many games

LOGIT_CONSTANT, LOGIT_PRICE, LOGIT_ROUND, LOGIT_COST = -4.99, 1.25, 4.66, 1.57


@dataclass(frozen=True)
class Count:
    """How often the seller accepted offers of a band of prices in a round.

    Attributes:
        low: the least price of the band.
        high: the greatest.
        shown: the band's name in reports.
        at: the price at which the logit is compared with the band.
        round: the offer's number among the buyer's, from 1 on.
        accepted: offers accepted.
        made: offers made.
    """

    low: float
    high: float
    shown: str
    at: float
    round: int
    accepted: int
    made: int

    @property
    def rate(self) -> float:
        """The share of accepted offers."""
        return self.accepted / self.made


def _counts() -> tuple[Count, ...]:
    bands = (
        (-np.inf, 39.0, "under 40", 38.0, ((0, 140), (1, 129), (25, 109), (35, 51))),
        (40.0, 40.0, "40", 40.0, ((1, 104), (10, 16))),
        (44.0, 45.0, "44 or 45", 45.0, ((4, 116), (6, 9))),
        (46.0, np.inf, "46 or more", 47.0, ((31, 40), (51, 70))),
    )
    return tuple(
        Count(low, high, shown, at, number, *pair)
        for low, high, shown, at, rounds in bands
        for number, pair in enumerate(rounds, start=1)
    )


COUNTS = _counts()


def logit_acceptance(prices: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
    """(rounds, P) the chance that an offer is accepted, by the logit."""
    number = np.arange(1, rounds + 1)[:, None]
    score = (
        LOGIT_CONSTANT
        + LOGIT_PRICE * (prices - 40) / 5
        + LOGIT_ROUND * np.log(number)
        + LOGIT_COST * (prices >= 40)
    )
    return 1 / (1 + np.exp(-score))


def hazard_acceptance(prices: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
    """(rounds, P) the chance that an offer is accepted, by the counted rates.

    Between bands the rates are interpolated in the price. A round that was not counted takes the
    band's last counted rate; and no offer is likelier to be accepted than a dearer one of the
    same round that was filled in so.
    """
    bands = sorted({(c.low, c.high) for c in COUNTS})
    table = np.empty((rounds, len(prices)))
    for r in range(rounds):
        knots: list[float] = []
        rates: list[float] = []
        for low, high in bands:
            counted = [c for c in COUNTS if (c.low, c.high) == (low, high)]
            rate = counted[min(r, len(counted) - 1)].rate
            if r >= len(counted) and rates:
                rate = max(rate, rates[-1])
            knots += [x for x in (low, high) if np.isfinite(x)]
            rates += [rate] * sum(np.isfinite(x) for x in (low, high))
        knots_at, order = np.unique(knots, return_index=True)
        table[r] = np.interp(prices, knots_at, np.array(rates)[order])
    return table
