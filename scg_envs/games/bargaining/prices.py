"""A side's pre-policies: a price claimed and kept, a schedule, a ceiling (Appendix E).

Point 0 of each space is to commit to nothing: who commits bargains as it would anyway. It is also
what is played where a commitment does not bind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...core.errors import InvalidArgument
from ...core.pre_policy import FiniteOrNone, Policy
from .players import LEAVE, Plan, Table, TablePolicy, free_plan
from .rules import BUYER, ROLES, SELLER, Rules

KINDS = ("price", "schedule", "ceiling")  # the buyer's
_STEPS = (0, 1, 2, 3, 5)  # by how much a schedule may give in with each proposal


class PricePrePolicies(FiniteOrNone):
    """Finitely many plans of the buyer or the seller, the first being to have none.

    Attributes:
        labels: the price, the schedule as `first+step` or `first-step`, or the bound; "none" for
            point 0.
        plan: what each point offers and accepts, for kernels and policies.
    """

    def __init__(
        self,
        rules: Rules,
        table: Table,
        role: int,
        labels: Sequence[Any],
        offers: Sequence[Sequence[int]],
        bounds: Sequence[int],
    ) -> None:
        """Set up the space.

        Args:
            rules: the game's.
            table: how who commits bargains where no pre-policy says what to do.
            role: BUYER or SELLER.
            labels: the points' labels, without that of point 0.
            offers: for each of them and each turn, the number of the proposed price, which is also
                the most that a buyer (the least that a seller) accepts then, or LEAVE.
            bounds: for each of them, the greatest number of a price that a buyer (the least that a
                seller) proposes or accepts.
        """
        super().__init__(labels, committed=f"the {ROLES[role]}")
        self._rules, self._table, self._role = rules, table, role
        free = free_plan(rules, role)
        self.plan = Plan(
            np.concatenate([free.prices, np.array(offers, dtype=np.int16)]),
            np.concatenate([free.bound, np.array(bounds, dtype=np.int16)]),
            free.sign,
        )

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The game begins as ever; who has committed keeps to the plan."""
        policy = TablePolicy(self._rules, self._role, self._table, self.plan, self.check(point))
        return {}, policy

    def announced(self, point: int) -> np.ndarray[Any, np.dtype[np.int64]] | None:
        """(R,) the prices' numbers that the plan offers; None if it leaves that open."""
        offers = self.plan.prices[self.check(point)].astype(np.int64)
        return None if (offers == LEAVE).any() else offers


class FixedPrice(PricePrePolicies):
    """Claim a price and keep it: offer nothing else, accept nothing dearer (Appendix E)."""

    def __init__(self, rules: Rules, table: Table, role: int = BUYER) -> None:
        """Every price at which who commits would not lose, and that the buyer can pay."""
        numbers = _sensible(rules, role)
        prices = [_plain(rules.prices[k]) for k in numbers]
        offers = [[k] * rules.rounds for k in numbers]
        super().__init__(rules, table, role, prices, offers, numbers)

    def _words(self, label: Any) -> str:
        return f"claims {label} and keeps to it"


class Schedule(PricePrePolicies):
    """Begin at a price and give in by the same step each time; accept nothing worse than that."""

    def __init__(self, rules: Rules, table: Table, role: int = BUYER) -> None:
        """Every first price with steps of 0, 1, 2, 3 or 5 ticks, while nothing is lost."""
        numbers = _sensible(rules, role)
        least, most = numbers[0], numbers[-1]
        plans = [(k, step) for k in numbers for step in _STEPS]
        sign, way = ("+", 1) if role == BUYER else ("-", -1)
        offers = np.array([[k + way * step * r for r in range(rules.rounds)] for k, step in plans])
        super().__init__(
            rules,
            table,
            role,
            [f"{_plain(rules.prices[k])}{sign}{_plain(step * rules.tick)}" for k, step in plans],
            np.clip(offers, least, most).tolist(),
            [most if role == BUYER else least] * len(plans),
        )

    def _words(self, label: Any) -> str:
        if self._role == BUYER:
            first, step = label.split("+")
            return f"offers {first} first and {step} more each time"
        first, step = label.rsplit("-", 1)
        return f"asks {first} first and {step} less each time"


class Ceiling(PricePrePolicies):
    """Bargain as ever, but never offer or accept more than a price."""

    def __init__(self, rules: Rules, table: Table, role: int = BUYER) -> None:
        """Every price that the buyer can pay and that is worth it."""
        numbers = _sensible(rules, role)
        prices = [_plain(rules.prices[k]) for k in numbers]
        offers = [[LEAVE] * rules.rounds] * len(numbers)
        super().__init__(rules, table, role, prices, offers, numbers)

    def _words(self, label: Any) -> str:
        return f"pays no more than {label}"


def price_pre_policies(
    rules: Rules, table: Table, kind: str = "price", committed: str = "buyer"
) -> PricePrePolicies:
    """A space by name: `price`, `schedule` or a buyer's `ceiling`.

    Args:
        rules: the game's.
        table: how who commits bargains where no pre-policy says what to do.
        kind: of pre-policies.
        committed: who commits, `buyer` or `seller`.

    Raises:
        InvalidArgument: no such kind.
    """
    role = ROLES.index(committed)
    spaces: dict[str, Callable[[Rules, Table, int], PricePrePolicies]]
    spaces = {"price": FixedPrice, "schedule": Schedule}
    if role == BUYER:
        spaces["ceiling"] = Ceiling
    if kind not in spaces:
        raise InvalidArgument(f"the pre-policy is {kind!r}; expected one of {', '.join(spaces)}.")
    return spaces[kind](rules, table, role)


def _sensible(rules: Rules, role: int) -> list[int]:
    """The numbers of the payable prices up to the greatest worth, or from the least cost on."""
    payable = rules.prices[: rules.affordable]
    if role == SELLER:
        return np.flatnonzero(payable >= min(rules.costs) - 1e-9).tolist()
    return np.flatnonzero(payable <= max(rules.worths) + 1e-9).tolist()


def _plain(price: float) -> int | float:
    return int(price) if float(price).is_integer() else float(price)
