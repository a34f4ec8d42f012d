"""Rational bargaining: backward induction, and Rubinstein's stationary equilibrium.

With complete information the game is solved backward from its last proposal. Let S be the surplus
(worth minus cost), d the discounts, and o the outside options. Whoever proposes leaves the other
exactly what rejecting or going on would give it,

    V(k) = S - max(o_other, d_other V(k + 1)),    V(last) = S - o_other,

and with no last proposal V = S (1 - d_other) / (1 - d_own d_other) (Rubinstein, "Perfect
equilibrium in a bargaining model", 1982): with one discount the first mover's share is 1/(1 + d),
so a seller that moves first gets cost + S / (1 + d).
Without a discount the last proposer takes all: with NegotiationArena's limit of four proposals
each that is the buyer (40), without the limit the seller (60).
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from .players import LEAVE, Table, make_table
from .rules import BUYER, ROLES, SELLER, Rules

_TINY = 1e-9


Discounts: TypeAlias = float | tuple[float, float]
"""Of both sides per move, or the seller's and the buyer's."""


def rubinstein_price(
    cost: float, worth: float, discount: Discounts, first: str = "seller"
) -> float:
    """The price of the infinite game with continuous prices, in closed form.

    Raises:
        InvalidArgument: discounts outside (0, 1], or 1 both, or a worth below the cost.
    """
    own, other = _check(cost, worth, discount)
    if first != "seller":
        own, other = other, own
    share = (worth - cost) * (1 - other) / (1 - own * other)
    return cost + share if first == "seller" else worth - share


def solved_price(
    cost: float,
    worth: float,
    discount: Discounts,
    *,
    offers: int | None = None,
    first: str = "seller",
    outside: tuple[float, float] = (0.0, 0.0),
    tolerance: float = 1e-10,
) -> float | None:
    """The price of the game with continuous prices, by backward induction.

    Args:
        cost: the seller's.
        worth: the buyer's.
        discount: per move, in (0, 1], of both sides or of seller and buyer, and below 1, of one
            of them at least, without a last proposal.
        offers: how many proposals there are; None for no last one: the recursion is then followed
            until it has settled.
        first: who proposes first.
        outside: outside options of seller and buyer.
        tolerance: how close to the limit the price must be where there is no last proposal.

    Returns:
        The price that is agreed on at once, or None if the outside options are worth more.
    """
    surplus = worth - cost
    discounts = _pair(discount)
    if sum(outside) > surplus + _TINY:
        return None
    if offers is None:
        _check(cost, worth, discount)
        # The error shrinks by the discounts in turn with every proposal.
        steps = 2 * math.log(tolerance / max(surplus, 1.0)) / math.log(math.prod(discounts))
        offers = max(2, math.ceil(steps) + 1)
    start = SELLER if first == "seller" else BUYER
    share = 0.0
    for k in reversed(range(offers)):
        proposer = (k + start) % 2
        left = outside[1 - proposer]
        if k < offers - 1:
            left = max(left, discounts[1 - proposer] * share)
        share = surplus - left
    return cost + share if start == SELLER else worth - share


def _pair(discount: Discounts) -> tuple[float, float]:
    """The seller's and the buyer's."""
    return discount if isinstance(discount, tuple) else (discount, discount)


def _check(cost: float, worth: float, discount: Discounts) -> tuple[float, float]:
    """The seller's and the buyer's discounts, under which the infinite game has one answer."""
    if worth < cost:
        raise InvalidArgument(
            f"the worth {worth:g} is below the cost {cost:g}; expected a worth that is not."
        )
    seller, buyer = _pair(discount)
    if not (0 < seller <= 1 and 0 < buyer <= 1 and seller * buyer < 1):
        shown = f"{seller:g}" if seller == buyer else f"{seller:g} and {buyer:g}"
        raise InvalidArgument(
            f"discount is {shown}; expected more than 0, 1 at most, and below 1 for one side at "
            "least."
        )
    return seller, buyer


class Equilibrium(NamedTuple):
    """Subgame-perfect play on the grid of prices.

    Attributes:
        seller: its table.
        buyer: its table.
        price: the price agreed on, or None.
    """

    seller: Table
    buyer: Table
    price: float | None


def backward_induction(rules: Rules, *, eager: bool = True) -> Equilibrium:
    """Subgame-perfect equilibrium with complete information, on the grid of prices.

    Args:
        rules: one cost and one worth.
        eager: whether who is indifferent accepts; otherwise it rejects, and a proposer that wants
            a deal offers one tick more.

    Raises:
        InvalidArgument: private values.
    """
    if len(rules.costs) > 1 or len(rules.worths) > 1:
        raise InvalidArgument(
            f"variant {rules.name!r} has private values; backward induction with complete "
            "information needs one cost and one worth. Take the Bayesian seller."
        )
    prices, d, outside = rules.prices, np.array(rules.discounts), rules.outside
    utility = np.stack([prices - rules.costs[0], rules.worths[0] - prices])
    payable = np.ones((2, len(prices)), dtype=np.bool_)
    payable[:, rules.affordable :] = False  # neither offered nor accepted by the buyer
    start = SELLER if rules.first == "seller" else BUYER
    accepts = np.zeros((2, rules.rounds, len(prices) + 1), dtype=np.bool_)
    proposal = np.full((2, rules.rounds), LEAVE, dtype=np.int64)
    # Where no proposals are left, a standing offer is accepted if it beats rejecting.
    for role in (SELLER, BUYER):
        accepts[role, :, 1:] = _worth_taking(utility[role], outside[role], eager)
    value: NDArray[np.float64] | None = None  # of the proposal after this one, for (seller, buyer)
    price: float | None = None
    for k in reversed(range(rules.offers)):
        proposer = (k + start) % 2
        other = 1 - proposer
        refused = np.array(outside)
        if value is not None and d[other] * value[other] > outside[other] + _TINY:
            refused = d * value
        takes = _worth_taking(utility[other], refused[other], eager) & payable[0]
        # The other's answer to this proposal is its turn in move k + 1.
        accepts[other, (k + 1) // 2, 1:] = takes
        gains = np.where(takes, utility[proposer], -np.inf)
        best = int(gains.argmax())
        if gains[best] >= max(refused[proposer], outside[proposer]) - _TINY:
            proposal[proposer, k // 2] = best
            value, price = utility[:, best], float(prices[best])
        elif refused[proposer] > outside[proposer] + _TINY:  # wait: ask what nobody accepts
            extreme = len(prices) - 1 if proposer == SELLER else 0
            proposal[proposer, k // 2] = extreme
            value = refused
        else:
            value, price = np.array(outside), None
    tables = [
        make_table(
            rules,
            role,
            partial(_of_turn, list(accepts[role])),
            partial(_of_turn, [np.nan if k == LEAVE else prices[k] for k in proposal[role]]),
        )
        for role in (SELLER, BUYER)
    ]
    return Equilibrium(tables[SELLER], tables[BUYER], price)


def _of_turn(by_turn: list[Any], value: float, turn: int) -> Any:
    """What a table says in a turn, whatever the own value."""
    return by_turn[turn]


def _worth_taking(utility: NDArray[np.float64], refused: float, eager: bool) -> NDArray[np.bool_]:
    return utility >= refused - _TINY if eager else utility > refused + _TINY


def rubinstein_table(rules: Rules, role: int) -> Table:
    """Rubinstein's stationary strategy of a side, rounded to prices that the other accepts.

    Each side proposes its price of the infinite game, accepts the other's, and knows no last move.

    Raises:
        InvalidArgument: private values, or no discount.
    """
    if len(rules.costs) > 1 or len(rules.worths) > 1:
        raise InvalidArgument(f"variant {rules.name!r} has private values; Rubinstein's has none.")
    cost, worth = rules.costs[0], rules.worths[0]
    asked, offered = (rubinstein_price(cost, worth, rules.discounts, side) for side in ROLES)
    tick, lowest = rules.tick, rules.lowest

    def rounded(price: float, up: bool) -> float:
        steps = (price - lowest) / tick
        return lowest + tick * (math.ceil(steps - _TINY) if up else math.floor(steps + _TINY))

    # The acceptance thresholds meet the other's rounded proposals.
    ask, bid = rounded(asked, up=False), rounded(offered, up=True)
    if role == SELLER:
        accept: Any = np.concatenate([[False], rules.prices >= bid - _TINY])
        return make_table(rules, SELLER, lambda _, turn: accept, lambda _, turn: ask)
    accept = np.concatenate([[False], rules.prices <= ask + _TINY])
    return make_table(rules, BUYER, lambda _, turn: accept, lambda _, turn: bid)
