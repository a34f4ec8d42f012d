"""What best replies to a buyer may come to: the least and the greatest chance of an outcome.

The seller does the best by the types of buyer that it believes in, at the states of
`scg_envs.games.bargaining.regret`, and may face others. Where several of its actions are worth the
same, to accept, to leave and every ask among them, it may take any; where it believes that it
cannot be, it does what its own tables say.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .players import LEAVE, Table
from .regret import Answers, BuyerType, States, expand
from .rules import SELLER, Rules

Floats = NDArray[np.float64]
_TIED = 1e-9


def best_reply_limits(
    rules: Rules,
    buyers: Sequence[BuyerType],
    believed: Floats,
    tables: Sequence[Table],
    wanted: Floats,
) -> Floats:
    """(2,) the least and the greatest chance of what is wanted, over all best replies and costs.

    Args:
        rules: the game's.
        buyers: the types that the seller may face, and those that it believes in.
        believed: (K,) how likely it thinks that each is; their own chances are what is so.
        tables: what it may do where it believes that it cannot be.
        wanted: (P + 1,) 1 for the deals that are wanted, by price; the last is no deal.
    """
    real = np.array([buyer.chance for buyer in buyers])
    some = np.flatnonzero(believed + real > 0)
    buyers, believed, real = [buyers[int(k)] for k in some], believed[some], real[some]
    mixed = (believed + real) / 2
    layers, answers, opening = expand(rules, buyers, mixed)
    of = np.stack([believed, real]) / mixed  # what masses under the mixture are under either
    found = np.zeros(2)
    for v in range(len(rules.costs)):
        worths = np.zeros((3, 0))  # of the turn after: value, least and greatest chance
        for r in reversed(range(len(layers))):
            worths = _turn(rules, v, r, layers[r], answers[r], of, worths, tables, wanted)
        if opening is not None:
            left = float(opening.left[0] @ of[1]) * wanted[-1]
            found += left + worths[1:, opening.to] @ opening.chance
        else:
            found += worths[1:, 0]
    return found / len(rules.costs)


def _turn(
    rules: Rules,
    value: int,
    turn: int,
    states: States,
    answers: Answers | None,
    of: Floats,
    after: Floats,
    tables: Sequence[Table],
    wanted: Floats,
) -> Floats:
    """(3, S) what it thinks that it earns, and the least and greatest chance of what is wanted.

    Masses are those of the mixture; actions are to leave, to accept, and each ask.
    """
    clock = 2 * turn + (0 if rules.first == "seller" else 1)
    gains, outside = rules.prices - rules.costs[value], rules.outside[SELLER]
    dates = rules.discounts[SELLER] ** np.arange(clock + 1)
    date, (thinks, met) = dates[max(clock - 1, 0)], of @ states.belief.T
    size, standing = len(states.own), states.standing
    count = 0 if answers is None else len(gains)
    each = np.zeros((3, size, 2 + count))
    each[0, :, 0], each[1:, :, 0] = date * outside * thinks, wanted[-1] * met
    each[0, :, 1] = np.where(standing > 0, date * gains[standing - 1] * thinks, -np.inf)
    each[1:, :, 1] = wanted[standing - 1] * met
    if answers is not None:
        sold, left = answers.sold @ of.T, answers.left @ of.T
        price = np.tile(np.arange(count), size)
        asked = np.stack(
            [
                dates[clock] * (sold[:, 0] * gains[price] + left[:, 0] * outside),
                *[sold[:, 1] * wanted[price] + left[:, 1] * wanted[-1]] * 2,
            ]
        )
        for row, then in zip(asked, after, strict=True):
            row += np.bincount(answers.row, answers.chance * then[answers.to], minlength=len(row))
        each[:, :, 2:] = asked.reshape(3, size, count)
    best = each[0].max(axis=1, keepdims=True)
    taken = each[0] >= best - _TIED * np.maximum(np.abs(best), thinks[:, None])
    lost = thinks <= _TIED
    taken[lost] = False
    for table in tables:
        at = (value, turn, states.own, standing)
        accepts = (table.accept[at] > 0) & (standing > 0)
        asks = table.high[at].astype(np.int64)
        done = np.where(accepts, 1, np.where((asks == LEAVE) | (count == 0), 0, 2 + asks))
        rows = np.flatnonzero(lost)
        taken[rows, done[rows]] = True
    low = np.where(taken, each[1], np.inf).min(axis=1)
    high = np.where(taken, each[2], -np.inf).max(axis=1)
    return np.stack([best[:, 0], low, high])
