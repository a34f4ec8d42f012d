"""The rules of a bargaining game: values, prices, moves, and what ends it.

Seller and buyer propose in turn. Whoever is to move accepts the other's standing offer, rejects,
which ends the game, or proposes a price; who has no proposals left can only accept or reject, and
so can the mover of the last move. An agreement on the proposal of move k (from 0 on) is worth
discount^k times the surplus, and each side may have a discount of its own; whoever rejects ends
the game, and both get their outside options at the date of the offer on the table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_number, check_numbers, check_whole
from ...core.errors import InvalidArgument, UnknownName

AGENTS = ("buyer", "seller")  # the human first
SELLER, BUYER = 0, 1  # columns and rows of arrays, in the order of NegotiationArena's moves
ROLES = ("seller", "buyer")
SINGLE = ("cost", "worth", "seller_outside", "buyer_outside")  # numbers of one side's
MAX_PRICES = 250  # a price's number, and one for "none", fit into a byte
_MAX_MOVES = 200


@dataclass(frozen=True)
class Rules:
    """A checked set of rules.

    Attributes:
        name: the variant's name.
        costs: what the good costs the seller: one value, or several, drawn uniformly, that only
            the seller knows.
        worths: what it is worth to the buyer: one value, or several, drawn uniformly, that only
            the buyer knows.
        lowest: the least price that can be proposed.
        highest: the greatest.
        tick: the step between prices.
        horizon: moves, both sides together.
        limit: proposals that each side may make; None for no limit.
        discount: per move, in (0, 1].
        seller_discount: the seller's own, per move; `discount` if None.
        buyer_discount: the buyer's own, per move; `discount` if None.
        outside: what seller and buyer get if one of them rejects.
        budget: the most that the buyer can pay; None for no bound.
        first: who moves first.
        target: a deal at this price or under is what the human, the buyer, wants.

    Raises:
        InvalidArgument: on construction, naming what cannot be.
    """

    name: str = "complete"
    costs: tuple[float, ...] = (40.0,)
    worths: tuple[float, ...] = (60.0,)
    lowest: float = 30.0
    highest: float = 70.0
    tick: float = 1.0
    horizon: int = 10
    limit: int | None = 4
    discount: float = 1.0
    outside: tuple[float, float] = (0.0, 0.0)
    budget: float | None = 100.0
    first: str = "seller"
    target: float = 42.0
    seller_discount: float | None = None
    buyer_discount: float | None = None

    def __post_init__(self) -> None:
        """Check every rule."""
        for name in ("lowest", "highest", "tick", "discount", "target"):
            check_number(name, getattr(self, name))
        for name, values in (("cost", self.costs), ("worth", self.worths)):
            check_numbers(name, values)
        if min(self.worths) < max(self.costs):
            raise InvalidArgument(
                f"the worth to the buyer is {min(self.worths):g} and the seller's cost "
                f"{max(self.costs):g}; expected a worth that is not below the cost."
            )
        if not (self.tick > 0 and self.lowest < self.highest):
            raise InvalidArgument(
                f"prices go from {self.lowest:g} to {self.highest:g} by {self.tick:g}; expected a "
                "lowest below a highest, and a tick above 0."
            )
        if len(self.prices) > MAX_PRICES:
            raise InvalidArgument(
                f"there are {len(self.prices)} prices from {self.lowest:g} to {self.highest:g} by "
                f"{self.tick:g}; expected {MAX_PRICES} at most: take a greater tick."
            )
        check_whole("horizon", self.horizon, 2, _MAX_MOVES)
        if self.limit is not None:
            check_whole("limit", self.limit, 1)
        for name in ("discount", "seller_discount", "buyer_discount"):
            discount = getattr(self, name)
            if discount is not None and not 0.0 < check_number(name, discount) <= 1.0:
                raise InvalidArgument(f"{name} is {discount!r}; expected more than 0, 1 at most.")
        if len(self.outside) != 2 or not all(0 <= own < math.inf for own in self.outside):
            raise InvalidArgument(
                f"outside is {self.outside!r}; expected the seller's and the buyer's outside "
                "options, 0 or more each."
            )
        surplus = max(self.worths) - min(self.costs)
        if sum(self.outside) > surplus + 1e-9:
            raise InvalidArgument(
                f"the outside options are {self.outside[0]:g} and {self.outside[1]:g}, and a deal "
                f"is worth {surplus:g} to both together: nobody would trade; expected less."
            )
        if self.first not in ROLES:
            raise UnknownName("first mover", self.first, ROLES)

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """(P,) the prices that can be proposed."""
        count = math.floor((self.highest - self.lowest) / self.tick + 1e-9) + 1
        return np.round(self.lowest + self.tick * np.arange(count), 9)

    @property
    def discounts(self) -> tuple[float, float]:
        """The seller's and the buyer's, per move."""
        own = self.seller_discount, self.buyer_discount
        seller, buyer = (self.discount if one is None else one for one in own)
        return seller, buyer

    @property
    def rounds(self) -> int:
        """Turns of each side, at most."""
        return (self.horizon + 1) // 2

    @property
    def proposals(self) -> int:
        """Proposals of each side, at most."""
        return self.rounds if self.limit is None else min(self.limit, self.rounds)

    @property
    def offers(self) -> int:
        """Proposals of both sides together, if nobody accepts: the last move is an answer."""
        # The mover of the last move answers, and so does a side that has no proposals left.
        return min(self.horizon - 1, 2 * self.proposals)

    @property
    def affordable(self) -> int:
        """How many of the prices the buyer can pay, from the lowest on."""
        if self.budget is None:
            return len(self.prices)
        return int((self.prices <= self.budget + 1e-9).sum())

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What an episode can end in."""
        return OUTCOMES

    def number(self, price: float) -> int:
        """The place of a price among `prices`.

        Raises:
            InvalidArgument: it is not a price that can be proposed.
        """
        k = round((price - self.lowest) / self.tick) if math.isfinite(price) else -1
        if not 0 <= k < len(self.prices) or abs(self.prices[k] - price) > 1e-6:
            raise InvalidArgument(
                f"the price is {price:g}; expected one from {self.lowest:g} to {self.highest:g} "
                f"in steps of {self.tick:g}."
            )
        return k

    def with_changes(self, **changes: Any) -> Rules:
        """The same rules with some changed, single numbers among them (`SINGLE`)."""
        for one, many in (("cost", "costs"), ("worth", "worths")):
            if one in changes:
                changes[many] = (check_number(one, changes.pop(one)),)
        outside = list(changes.get("outside", self.outside))
        for k, one in enumerate(SINGLE[2:]):
            if one in changes:
                outside[k] = check_number(one, changes.pop(one))
                changes["outside"] = tuple(outside)
        return replace(self, **changes)


NO_DEAL, LOW_PRICE, HIGH_PRICE = OUTCOMES = ("no_deal", "low_price", "high_price")

# What who commits wants, if nobody says another.
AIMS = {"buyer": LOW_PRICE, "seller": HIGH_PRICE}

_VARIANTS = {
    rules.name: rules
    for rules in (
        Rules(),
        Rules("unlimited", limit=None),
        Rules("discounted", horizon=40, limit=None, discount=0.9),
        Rules("outside", horizon=40, limit=None, discount=0.9, outside=(12.0, 0.0), target=53.0),
        Rules("negotiation", limit=None, outside=(4.0, 6.0)),
        Rules(
            "division",
            costs=(0.0,),
            worths=(100.0,),
            lowest=0.0,
            highest=100.0,
            horizon=13,
            limit=None,
            discount=0.9,
            target=50.0,
        ),
        Rules("private", worths=(45.0, 50.0, 55.0, 60.0, 65.0, 70.0), discount=0.95),
    )
}


def variants() -> tuple[str, ...]:
    """The names of the variants that come with the game."""
    return tuple(_VARIANTS)


def load_rules(layout: str | Rules = "complete", **changes: Any) -> Rules:
    """Rules by a variant's name, with changes.

    Raises:
        UnknownName: no such variant, or no such rule.
        InvalidArgument: a rule that cannot be.
    """
    if isinstance(layout, Rules):
        rules = layout
    elif str(layout) in _VARIANTS:
        rules = _VARIANTS[str(layout)]
    else:
        raise UnknownName("layout", str(layout), _VARIANTS)
    known = {*SINGLE, *Rules.__dataclass_fields__}
    for name in changes:
        if name not in known:
            raise UnknownName("rule of bargaining", name, sorted(known))
    return rules.with_changes(**changes) if changes else rules
