"""The seller's side of the table seen as the buyer's, so that a committing seller needs no solver.

Count prices from the other end: a price p is L + H - p, with L the lowest and H the highest. Then
who sells at a cost c is who buys at a worth of L + H - c, each asks where the other bid, and a deal
that was dear is cheap. Whatever is known of a seller that answers a committing buyer is known so of
a buyer that answers a committing seller.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.policy import BatchPolicies, Memoryless, first_actions
from .dynamics import PROPOSE
from .players import LEAVE, Plan, Table, ordinary_buyer, unbound
from .prices import PricePrePolicies
from .rules import HIGH_PRICE, LOW_PRICE, Rules
from .sellers import REASONING, unbound_buyer
from .solver import BargainingSolver

BUYERS = (*REASONING, "ordinary")
_SWAPPED = {LOW_PRICE: HIGH_PRICE, HIGH_PRICE: LOW_PRICE}


def mirrored_outcome(outcome: str) -> str:
    """What an outcome is called from the other end."""
    return _SWAPPED.get(outcome, outcome)


def mirrored_rules(rules: Rules) -> Rules:
    """The rules with buyer and seller in each other's place.

    Raises:
        InvalidArgument: a budget under the highest price: nothing like it binds a seller.
    """
    prices = rules.prices
    if rules.affordable < len(prices):
        raise InvalidArgument(
            f"budget is {rules.budget:g}, and prices go up to {prices[-1]:g}; expected no lower "
            "one where the seller commits."
        )
    both = float(prices[0] + prices[-1])
    dear = prices[prices > rules.target + 1e-9]
    return rules.with_changes(
        costs=tuple(both - worth for worth in rules.worths),
        worths=tuple(both - cost for cost in rules.costs),
        outside=rules.outside[::-1],
        seller_discount=rules.buyer_discount,
        buyer_discount=rules.seller_discount,
        budget=None,
        first="buyer" if rules.first == "seller" else "seller",
        target=both - float(dear[0]) if len(dear) else float(prices[0]) - rules.tick,
    )


def mirrored_numbers(numbers: NDArray[Any], count: int) -> NDArray[Any]:
    """The numbers of P prices, from 1 on and 0 for none, from the other end."""
    return np.where(numbers > 0, count + 1 - numbers, 0)


def mirrored_actions(actions: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """What proposes a price proposes it from the other end."""
    return np.where(actions >= PROPOSE, 2 * PROPOSE + count - 1 - actions, actions)


def mirrored_sight(seen: NDArray[Any], count: int) -> NDArray[Any]:
    """(N, ...) what a side sees, standing offers and own last prices from the other end."""
    other = seen.copy()
    other[:, 1:3] = mirrored_numbers(seen[:, 1:3].astype(np.int64), count)
    return other


def mirrored_table(table: Table) -> Table:
    """A seller's table as a buyer's, or a buyer's as a seller's."""
    count = table.accept.shape[-1] - 1
    order = mirrored_numbers(np.arange(count + 1), count)

    def turned(part: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(part[:, :, order][:, :, :, order])

    low, high = (
        np.where(part == LEAVE, LEAVE, count - 1 - part).astype(np.int16)
        for part in (turned(table.low), turned(table.high))
    )
    return Table(turned(table.accept), low, high, turned(table.chance))


def mirrored_space(space: PricePrePolicies, count: int) -> PricePrePolicies:
    """A seller's pre-policies, its plans being a buyer's; labels and words stay."""
    other, plan = copy(space), space.plan
    prices = np.where(plan.prices == LEAVE, LEAVE, count - 1 - plan.prices).astype(np.int16)
    other.plan = Plan(prices, (count - 1 - plan.bound).astype(np.int16), -plan.sign)
    return other


def unbound_seller(rules: Rules, buyer: str, *, eager: bool = True) -> Table:
    """How the seller bargains against this buyer if it has committed to nothing.

    It plays its part of the equilibrium against a rational or a Rubinstein buyer, and as the
    calibrated seller against the others.

    Args:
        rules: the game's.
        buyer: one of `BUYERS`.
        eager: whether a rational buyer that is indifferent accepts; if not, the seller knows.
    """
    if buyer in ("rational", "rubinstein"):
        return mirrored_table(unbound_buyer(mirrored_rules(rules), buyer, eager=eager))
    return unbound(rules, "seller")


class MirroredSolver(BargainingSolver):
    """The buyer answers a committing seller: the other solver, with prices from the other end.

    Attributes:
        rules: the mirrored ones.
        buyers: how who commits bargains where no pre-policy says what to do, mirrored.
    """

    def __init__(
        self,
        rules: Rules,
        buyer: str,
        pre_policies: PricePrePolicies,
        *,
        desirable: str,
        **how: Any,
    ) -> None:
        """Answer by a buyer.

        Args:
            rules: the game's.
            buyer: one of `BUYERS`.
            pre_policies: the seller's.
            desirable: the outcome that is wanted.
            **how: ties and chances, of `BargainingSolver`.

        Raises:
            InvalidArgument: a buyer for other rules.
        """
        self.rules, count = mirrored_rules(rules), len(rules.prices)
        self.buyers = {
            eager: mirrored_table(unbound_seller(rules, buyer, eager=eager))
            for eager in (True, False)
        }
        self._ordinary = mirrored_table(ordinary_buyer(rules)) if buyer == "ordinary" else None
        super().__init__(
            self.rules,
            buyer,
            self.buyers,
            mirrored_space(pre_policies, count),
            desirable=mirrored_outcome(desirable),
            learner="buyer",
            **how,
        )
        if buyer == "ordinary":
            self.sides = (True, True)

    def best_responses(self) -> BatchPolicies:
        """The buyer's table under the announcement that it is shown."""
        answer, count = super().best_responses()[self._learner], len(self.rules.prices)

        def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
            actions = first_actions(answer, mirrored_sight(seen, count), len(seen))
            return mirrored_actions(actions, count)

        return {self._learner: Memoryless(choose)}

    def _table(self, point: int, seen: bool, eager: bool) -> Any:
        if self._ordinary is not None:
            return self._ordinary
        return super()._table(point, seen, eager)
