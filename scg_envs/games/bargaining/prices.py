"""The buyer's pre-policies: a price claimed and kept, a schedule, a ceiling (Appendix E).

Point 0 of each space is to commit to nothing: the buyer bargains as it would anyway. It is also
what is played where a commitment does not bind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...core.errors import InvalidArgument
from ...core.pre_policy import FiniteOrNone, Policy
from .players import LEAVE, Plan, Table, TablePolicy, free_plan
from .rules import BUYER, Rules

KINDS = ("price", "schedule", "ceiling")
_STEPS = (0, 1, 2, 3, 5)  # what a schedule may add with each offer


class BuyerPrePolicies(FiniteOrNone):
    """Finitely many plans of a buyer, the first being to have none.

    Attributes:
        labels: the price, the schedule as `first+step`, or the ceiling; "none" for point 0.
        plan: what each point offers and accepts, for kernels and policies.
    """

    def __init__(
        self,
        rules: Rules,
        buyer: Table,
        labels: Sequence[Any],
        offers: Sequence[Sequence[int]],
        ceilings: Sequence[int],
    ) -> None:
        """Set up the space.

        Args:
            rules: the game's.
            buyer: how the buyer bargains where no pre-policy says what to do.
            labels: the points' labels, without that of point 0.
            offers: for each of them and each of the buyer's turns, the number of the offered
                price, which is also the most it accepts then, or LEAVE.
            ceilings: for each of them, the greatest number of a price offered or accepted.
        """
        super().__init__(labels, committed="the buyer")
        self._rules, self._buyer = rules, buyer
        free = free_plan(rules)
        self.plan = Plan(
            np.concatenate([free.prices, np.array(offers, dtype=np.int16)]),
            np.concatenate([free.ceiling, np.array(ceilings, dtype=np.int16)]),
        )

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The game begins as ever; the buyer keeps to the plan."""
        policy = TablePolicy(self._rules, BUYER, self._buyer, self.plan, self.check(point))
        return {}, policy

    def announced(self, point: int) -> np.ndarray[Any, np.dtype[np.int64]] | None:
        """(R,) the prices' numbers that the plan offers; None if it leaves that open."""
        offers = self.plan.prices[self.check(point)].astype(np.int64)
        return None if (offers == LEAVE).any() else offers


class FixedPrice(BuyerPrePolicies):
    """Claim a price and keep it: offer nothing else, accept nothing dearer (Appendix E)."""

    def __init__(self, rules: Rules, buyer: Table) -> None:
        """Every price that the buyer can pay and that is worth it."""
        numbers = _sensible(rules)
        prices = [_plain(rules.prices[k]) for k in numbers]
        super().__init__(rules, buyer, prices, [[k] * rules.rounds for k in numbers], numbers)

    def _words(self, label: Any) -> str:
        return f"claims {label} and keeps to it"


class Schedule(BuyerPrePolicies):
    """Begin at a price and add the same step with every offer; accept no more than is offered."""

    def __init__(self, rules: Rules, buyer: Table) -> None:
        """Every first price with steps of 0, 1, 2, 3 or 5 ticks, up to what it is worth."""
        numbers = _sensible(rules)
        plans = [(k, step) for k in numbers for step in _STEPS]
        super().__init__(
            rules,
            buyer,
            [f"{_plain(rules.prices[k])}+{_plain(step * rules.tick)}" for k, step in plans],
            [[min(k + step * r, numbers[-1]) for r in range(rules.rounds)] for k, step in plans],
            [numbers[-1]] * len(plans),
        )

    def _words(self, label: Any) -> str:
        first, step = label.split("+")
        return f"offers {first} first and {step} more each time"


class Ceiling(BuyerPrePolicies):
    """Bargain as ever, but never offer or accept more than a price."""

    def __init__(self, rules: Rules, buyer: Table) -> None:
        """Every price that the buyer can pay and that is worth it."""
        numbers = _sensible(rules)
        prices = [_plain(rules.prices[k]) for k in numbers]
        super().__init__(rules, buyer, prices, [[LEAVE] * rules.rounds] * len(numbers), numbers)

    def _words(self, label: Any) -> str:
        return f"pays no more than {label}"


def buyer_pre_policies(rules: Rules, buyer: Table, kind: str = "price") -> BuyerPrePolicies:
    """A space by name: `price`, `schedule` or `ceiling`.

    Raises:
        InvalidArgument: no such kind.
    """
    spaces: dict[str, Callable[[Rules, Table], BuyerPrePolicies]]
    spaces = {"price": FixedPrice, "schedule": Schedule, "ceiling": Ceiling}
    if kind not in spaces:
        raise InvalidArgument(f"the pre-policy is {kind!r}; expected one of {', '.join(KINDS)}.")
    return spaces[kind](rules, buyer)


def _sensible(rules: Rules) -> list[int]:
    """The numbers of the prices up to the greatest worth that the buyer can pay."""
    within = rules.prices[: rules.affordable] <= max(rules.worths) + 1e-9
    return np.flatnonzero(within).tolist()


def _plain(price: float) -> int | float:
    return int(price) if float(price).is_integer() else float(price)
