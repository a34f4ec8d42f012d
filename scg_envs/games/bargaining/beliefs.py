"""A seller that does not know what the buyer would pay: dynamic programming over its asks.

The seller thinks of the buyer as one of several types. A type accepts an ask up to a bound, which
may change from turn to turn, and by its own offers gives nothing away: the seller expects the
standing offer to be repeated. Asks that were refused rule types out; when all are ruled out, the
seller begins anew. In its turn it accepts the standing offer, asks, or leaves, whichever is worth
most.

A table remembers the last ask alone. So while several types are possible, no refused ask is raised
again: the seller is the best of those whose asks never rise. That is the best of all where no
type's bound rises from turn to turn. Where only one type is possible there is nothing to remember,
asks may rise, and it is the best of all. What a seller could have gained against the buyer as it
really plays, whatever it thought, is in `scg_envs.games.bargaining.regret`.

An announced pre-policy is one more type, which has the commitment's credibility as its weight, is
expected to offer what it announced, and is ruled out by any other offer. So a seller that is shown
a commitment to one price, and believes it, asks that price at once, and one that is not shown it
works its way down its asks first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import compiled, put
from .players import LEAVE, Table
from .rules import SELLER, Rules


@dataclass(frozen=True)
class Beliefs:
    """What a seller thinks of the buyer.

    Attributes:
        weights: (K,) the types' chances.
        bounds: (K, R) int the greatest number of a price, from 1 on, that each type accepts as an
            ask in each of the buyer's turns; 0 for none.
        announced: (R,) int the numbers of the prices that type 0 has announced to offer in the
            buyer's turns, or zeros if nothing was announced.
    """

    weights: NDArray[np.float64]
    bounds: NDArray[np.int64]
    announced: NDArray[np.int64]


def beliefs_about(
    rules: Rules,
    willing: tuple[float, ...],
    announced: NDArray[np.int64] | None = None,
    credibility: float = 1.0,
    ceiling: int | None = None,
) -> Beliefs:
    """Uniform beliefs over what the buyer would pay, and perhaps an announcement.

    Args:
        rules: the game's.
        willing: the most that each ordinary type pays.
        announced: (R,) the numbers (from 0) of the prices that the announced pre-policy offers and
            accepts in the buyer's turns.
        credibility: the chance that it is kept.
        ceiling: the number (from 0) of the price that was announced as the most that is paid.
    """
    usual = np.array([np.searchsorted(rules.prices, w + 1e-9) for w in willing], dtype=np.int64)
    bounds = np.repeat(usual[:, None], rules.rounds, axis=1)
    weights = np.full(len(willing), 1 / len(willing))
    if ceiling is not None:
        capped = np.minimum(bounds, ceiling + 1)
        weights = np.concatenate([credibility * weights, (1 - credibility) * weights])
        bounds = np.concatenate([capped, bounds])
    if announced is None:
        return Beliefs(weights, bounds, np.zeros(rules.rounds, dtype=np.int64))
    return Beliefs(
        np.concatenate([[credibility], (1 - credibility) * weights]),
        np.concatenate([announced[None] + 1, bounds]),
        announced + 1,
    )


def believing_seller(rules: Rules, beliefs: Beliefs, *, eager: bool = True) -> Table:
    """The best of the sellers whose asks never rise, given these beliefs, for every cost.

    Where a single type has all the weight asks may rise, and no seller does better.

    Args:
        rules: the game's.
        beliefs: what it thinks of the buyer.
        eager: whether it accepts where accepting is worth as much as the best alternative.
    """
    prices = rules.prices
    shape = (len(rules.costs), rules.rounds, len(prices) + 1, len(prices) + 1)
    accept = np.zeros(shape, dtype=np.bool_)
    ask = np.full(shape, LEAVE, dtype=np.int16)
    first = 0 if rules.first == "seller" else 1  # clock of the seller's first turn
    for v, cost in enumerate(rules.costs):
        _solve(
            accept[v],
            ask[v],
            prices - cost,
            beliefs.weights,
            beliefs.bounds,
            beliefs.announced,
            rules.discounts[SELLER],
            rules.outside[0],
            rules.proposals,
            rules.horizon,
            first,
            1e-12 if eager else -1e-12,
            np.count_nonzero(beliefs.weights) == 1,
        )
    return Table(accept.astype(np.float32), ask, ask.copy(), np.zeros(shape, dtype=np.float32))


@compiled
def _solve(
    accept,
    ask,
    utility,
    weights,
    bounds,
    announced,
    d,
    outside,
    proposals,
    horizon,
    first,
    slack,
    certain,
):
    """Fill the tables of one cost, from the last turn back.

    Args:
        accept: (R, P + 1, P + 1) bool, written.
        ask: (R, P + 1, P + 1) int16, written.
        utility: (P,) the seller's utility of each price.
        weights: (K,) see `Beliefs`.
        bounds: (K, R) likewise.
        announced: (R,) likewise.
        d: the discount.
        outside: the seller's outside option.
        proposals: how many asks the seller has.
        horizon: moves.
        first: the clock of the seller's first turn.
        slack: by how much a deal may fall short of the alternative; below 0 it must be better.
        certain: whether one type has all the weight, so that asks may rise.
    """
    rounds, size = accept.shape[0], accept.shape[1]
    types = weights.shape[0]
    worth = np.zeros((rounds + 1, size, size))  # at the date of the offer on the table
    alive = np.zeros(types)
    for r in range(rounds - 1, -1, -1):
        clock = 2 * r + first
        soon = d if clock > 0 else 1.0  # an ask of now, seen from the date of the standing offer
        later = soon * d
        # Turns of the buyer: the one before this one, in which it answered the last ask and made
        # the standing offer, and the one after.
        before, after = r - 1 + first, r + first
        can_ask = r < proposals and clock < horizon - 1
        for own in range(size):
            for standing in range(size):
                total = 0.0
                for k in range(types):
                    alive[k] = weights[k]
                    if own > 0 and before >= 0 and own <= bounds[k, before]:
                        alive[k] = 0.0  # it would have accepted the last ask
                    if (
                        k == 0
                        and standing > 0
                        and 0 <= before < rounds
                        and announced[before] > 0
                        and standing != announced[before]
                    ):
                        alive[k] = 0.0  # it would have offered something else
                    total += alive[k]
                if total == 0.0:  # nobody that it thought of would have come here: begin anew
                    put(alive, weights)
                    total = weights.sum()
                taking = utility[standing - 1] if standing > 0 else -np.inf
                best, chosen = outside, 0
                if can_ask:
                    expected = standing if standing > 0 else 1
                    if after < rounds and announced[after] > 0 and alive[0] > 0:
                        expected = announced[after]
                    # Nothing above a refused ask: the last ask is all that is remembered of what
                    # was refused, and a higher one would bring types back that were ruled out.
                    highest = own if own > 0 and not certain else size - 1
                    for x in range(1, highest + 1):
                        if utility[x - 1] < outside - 1e-12:
                            continue  # to leave is worth more than to sell so
                        sold = 0.0
                        if after < rounds:
                            for k in range(types):
                                if x <= bounds[k, after]:
                                    sold += alive[k]
                            sold /= total
                        value = sold * soon * utility[x - 1]
                        if sold < 1.0:
                            value += (1.0 - sold) * later * worth[r + 1, x, expected]
                        if value > best + 1e-12 or (chosen == 0 and value >= best - slack):
                            best, chosen = value, x
                if taking >= best - slack:
                    accept[r, own, standing] = True
                    best = taking
                worth[r, own, standing] = best
                ask[r, own, standing] = chosen - 1
