"""What a seller could have earned: its best reply to what the buyer really does, exactly.

The buyer is one of several types: one for each of its values, and for each whether its commitment
binds. A type is a table under a pre-policy, so it answers an ask by chance, depending on its turn,
its own last price and the ask. The seller does not see the type; all that it learns is which asks
were refused and what was offered instead. So what it knows in its turn is its own last ask, the
standing offer, and the types' chances given all that was said. Such states are expanded forward,
equal ones once, for every ask that it could make; then they are solved from the last turn back:

    V(state) = max of  accepting,  leaving,  and over asks x:
               P(x is taken) (x - cost) d^t + P(the buyer leaves) o d^t + sum of P(offer) V'.

The same states, with a seller's own table in place of the maximum, give what that seller earns.
Regret is the difference. Nothing here knows how the seller came by its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .players import LEAVE, Plan, Table
from .rules import SELLER, Rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_DIGITS = 12  # to which beliefs are told apart


@dataclass(frozen=True)
class BuyerType:
    """A buyer that the seller may face.

    Attributes:
        chance: how likely it is.
        value: the number of its worth among the rules'.
        table: how it plays where its pre-policy says nothing.
        plan: its pre-policies.
        point: the number of the one that it keeps.
    """

    chance: float
    value: int
    table: Table
    plan: Plan
    point: int


@dataclass(frozen=True)
class SellerValues:
    """What a seller of each cost earns on average, discounted; both arrays are (costs,).

    Attributes:
        best: by the best reply to the buyer.
        own: by its own table.
    """

    best: Floats
    own: Floats

    @property
    def regret(self) -> Floats:
        """(costs,) what it could gain by another policy, 0 or more."""
        return np.maximum(self.best - self.own, 0.0)


@dataclass(frozen=True)
class States:
    """What a seller may know in one of its turns.

    Attributes:
        own: (S,) the number of its own last ask, from 1 on; 0 for none.
        standing: (S,) that of the standing offer.
        belief: (S, K) the types' chances.
    """

    own: Ints
    standing: Ints
    belief: Floats


@dataclass(frozen=True)
class Answers:
    """What the buyer does next, by the rows of (states, asks).

    Attributes:
        sold: (N, K) the chance that the ask is accepted, by the type that accepts it.
        left: (N, K) the chance that the buyer leaves.
        row: (E,) from which row,
        chance: (E,) with which chance,
        to: (E,) which of the next states is reached.
    """

    sold: Floats
    left: Floats
    row: Ints
    chance: Floats
    to: Ints


def seller_values(rules: Rules, seller: Table, buyers: Sequence[BuyerType]) -> SellerValues:
    """The best reply to these buyers, and what a table earns against them.

    Args:
        rules: the game's.
        seller: the table that is judged.
        buyers: the types that the seller may face; their chances sum to one.
    """
    chances = np.array([buyer.chance for buyer in buyers])
    layers, answers, opening = expand(rules, buyers, chances)
    first = 0 if rules.first == "seller" else 1
    outside, dates = rules.outside[SELLER], rules.discounts[SELLER] ** np.arange(rules.horizon)
    best, own = np.empty(len(rules.costs)), np.empty(len(rules.costs))
    for v, cost in enumerate(rules.costs):
        gains = rules.prices - cost
        worths = (np.zeros(0), np.zeros(0))  # of the states of the turn after
        for r in reversed(range(len(layers))):
            states, clock = layers[r], 2 * r + first
            date = dates[max(clock - 1, 0)]
            taking = np.append(0.0, gains)[states.standing] * date
            leaving = np.full(len(states.own), date * outside)
            asks = [_asks(answers[r], gains, outside, dates[clock], w) for w in worths]
            worths = (
                np.max([leaving, np.where(states.standing > 0, taking, leaving)], axis=0),
                _by_table(seller, v, r, states, taking, leaving, asks[1]),
            )
            if asks[0].size:
                worths = (np.maximum(worths[0], asks[0].max(axis=1)), worths[1])
        if opening is None:
            best[v], own[v] = worths[0][0], worths[1][0]
        else:  # a buyer that leaves at once gives the seller no turn
            best[v], own[v] = (
                float(opening.left[0].sum()) * outside + float(opening.chance @ worth[opening.to])
                for worth in worths
            )
    return SellerValues(best, own)


def _asks(
    answers: Answers | None, gains: Floats, outside: float, date: float, worths: Floats
) -> Floats:
    """(S, P) what each ask earns in each state; (S, 0) where none can be made."""
    if answers is None:
        return np.zeros((0, 0))
    count = len(gains)
    sold, left = answers.sold.sum(axis=1), answers.left.sum(axis=1)
    value = date * (sold * np.tile(gains, len(sold) // count)) + date * outside * left
    value += np.bincount(
        answers.row, answers.chance * worths[answers.to], minlength=len(answers.sold)
    )
    return np.asarray(value.reshape(-1, count))


def _by_table(
    seller: Table,
    value: int,
    turn: int,
    states: States,
    taking: Floats,
    leaving: Floats,
    asks: Floats,
) -> Floats:
    """(S,) what a table earns in each state."""
    at = (value, turn, states.own, states.standing)
    accept = np.where(states.standing > 0, seller.accept[at], 0.0).astype(np.float64)
    high = seller.chance[at].astype(np.float64)

    def proposed(number: NDArray[np.int16]) -> Floats:
        if not asks.size:
            return leaving
        asked = asks[np.arange(len(asks)), np.maximum(number, 0)]
        return np.where(number == LEAVE, leaving, asked)

    instead = (1 - high) * proposed(seller.low[at]) + high * proposed(seller.high[at])
    return np.asarray(accept * taking + (1 - accept) * instead)


def expand(
    rules: Rules, buyers: Sequence[BuyerType], chances: Floats
) -> tuple[list[States], list[Answers | None], Answers | None]:
    """The states of each turn of the seller, what follows each ask in them, and how buyers open.

    Nothing can be asked where the answers are None, and the buyer opens if it moves first.

    Args:
        rules: the game's.
        buyers: the types that the seller may face.
        chances: (K,) how likely each is at first.
    """
    first = 0 if rules.first == "seller" else 1
    count = len(rules.prices)
    states = States(np.zeros(1, np.int64), np.zeros(1, np.int64), chances[None])
    opening: Answers | None = None
    if first == 1:
        opening, states = _answer(rules, buyers, states, 0, np.zeros(1, np.int64))
    layers, answers = [states], list[Answers | None]()
    for r in range(rules.rounds):
        clock = 2 * r + first
        if r >= rules.proposals or clock >= rules.horizon - 1 or not len(states.own):
            break
        asks = np.tile(np.arange(1, count + 1), len(states.own))
        repeated = States(
            np.repeat(states.own, count),
            np.repeat(states.standing, count),
            np.repeat(states.belief, count, axis=0),
        )
        found, states = _answer(rules, buyers, repeated, clock + 1, asks)
        answers.append(found)
        layers.append(states)
    if len(layers[-1].own):
        answers.append(None)  # nothing is asked in the last of these turns
    else:
        layers.pop()  # nobody is left to answer the last ask's refusal
    return layers, answers, opening


def _answer(
    rules: Rules, buyers: Sequence[BuyerType], states: States, clock: int, asks: Ints
) -> tuple[Answers, States]:
    """What the buyer does in the move `clock` after these asks (0 for none), row by row."""
    rows, turn = np.arange(len(asks)), clock // 2
    can_propose = turn < rules.proposals and clock < rules.horizon - 1
    sold, left = np.zeros((2, len(asks), len(buyers)))
    parts: list[tuple[Ints, Ints, Ints, Floats]] = []  # row, type, offer from 1 on, joint chance
    for k, buyer in enumerate(buyers):
        ceiling = int(buyer.plan.bound[buyer.point])
        fixed = int(buyer.plan.prices[buyer.point, turn])
        at = (buyer.value, turn, states.standing, asks)
        if fixed >= 0:
            accept = (asks - 1 <= fixed).astype(np.float64)
            offers = [(np.full(len(asks), fixed), np.ones(len(asks)))]
        else:
            accept = buyer.table.accept[at].astype(np.float64) * (asks - 1 <= ceiling)
            high = buyer.table.chance[at].astype(np.float64)
            offers = [
                (np.minimum(buyer.table.low[at].astype(np.int64), ceiling), 1 - high),
                (np.minimum(buyer.table.high[at].astype(np.int64), ceiling), high),
            ]
        accept = np.where(asks > 0, accept, 0.0)
        payable = asks <= rules.affordable  # what it may not accept ends the game
        weight = states.belief[:, k]
        sold[:, k] += weight * accept * payable
        left[:, k] += weight * accept * ~payable
        for offer, chance in offers:
            joint = weight * (1 - accept) * chance
            goes_on = (offer >= 0) & (offer < rules.affordable) & can_propose
            left[:, k] += np.where(goes_on, 0.0, joint)
            kept = goes_on & (joint > 0)
            parts.append((rows[kept], np.full(kept.sum(), k), offer[kept] + 1, joint[kept]))
    row, kind, offer, joint = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    size = len(rules.prices) + 1
    pairs, where = np.unique(row * size + offer, return_inverse=True)
    beliefs = np.zeros((len(pairs), len(buyers)))
    np.add.at(beliefs, (where, kind), joint)
    chance = beliefs.sum(axis=1)
    known = np.column_stack(
        [asks[pairs // size], pairs % size, np.round(beliefs / chance[:, None], _DIGITS) + 0.0]
    )
    distinct, to = np.unique(known, axis=0, return_inverse=True)
    following = States(
        distinct[:, 0].astype(np.int64), distinct[:, 1].astype(np.int64), distinct[:, 2:]
    )
    return Answers(sold, left, pairs // size, chance, to.reshape(-1)), following
