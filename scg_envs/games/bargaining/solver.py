"""Exact answers of bargaining: the seller's table of answers, and how episodes end."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.commitment.chances import Chances
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points
from ...core.ties import Ties
from ..dialogue.solver import ReasoningSolver
from .limits import best_reply_limits
from .play import Ending, play_exactly
from .prices import PricePrePolicies
from .regret import BuyerType, SellerValues, seller_values
from .rules import HIGH_PRICE, LOW_PRICE, NO_DEAL, Rules
from .sellers import GIVEN, seller_table


class BargainingSolver(ReasoningSolver):
    """The seller answers by its kind; chances, utilities and regrets are exact.

    Ties are of deals with anything else: where it accepts, sells or leaves. Of asks that are worth
    the same, now or later, it makes the lowest, whatever the tie rule; limits of P hold for any.
    """

    pre_policies: PricePrePolicies

    def __init__(
        self,
        rules: Rules,
        seller: str,
        buyers: dict[bool, Any],
        pre_policies: PricePrePolicies,
        *,
        desirable: str,
        ties: Ties,
        chances: Chances,
        learner: str = "seller",
    ) -> None:
        """Answer by a seller.

        Args:
            rules: the game's.
            seller: one of `scg_envs.games.bargaining.sellers.SELLERS`.
            buyers: buyers without a pre-policy, by whether the seller accepts where it is
                indifferent.
            pre_policies: the buyer's.
            desirable: the outcome that the human wants.
            ties: what a rational seller does where accepting is worth as much as not.
            chances: whether the commitment binds and is seen.
            learner: whose place the seller is in.

        Raises:
            InvalidArgument: a seller for other rules.
        """
        super().__init__(
            "bargaining", learner, pre_policies, desirable=desirable, ties=ties, chances=chances
        )
        self._rules, self._seller, self._buyers = rules, seller, buyers
        if seller in GIVEN:
            self.sides = (True, True)
        self._endings = lru_cache(maxsize=None)(self._solve)
        self._values = lru_cache(maxsize=None)(self._value)
        self._limits = lru_cache(maxsize=None)(self._best_replies)
        self._endings(0, True)  # a seller that these rules do not allow shows at once

    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P(Y=y) and the buyer's utility, where an indifferent seller accepts or does not."""
        endings = self._endings(point, eager)
        attained = sum(e.chance for e in endings if self._outcome(e.price) == self._desirable)
        return attained, sum(e.chance * e.buyer for e in endings)

    def earned(self, point: int, eager: bool) -> float:
        """What the seller earns, where it accepts if it is indifferent, or does not."""
        return sum(e.chance * e.seller for e in self._endings(point, eager))

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) limits of P: of what the seller does, and of a rational one's best replies.

        Whatever a rational seller does where accepting, leaving or several asks are worth the same
        to it, against a buyer that knows what it accepts then.
        """
        found = super().bounds(points)
        if self._seller == "rational":
            for row, point in zip(found, np.asarray(points).tolist(), strict=True):
                best = [self._limits(point, eager) for eager in (True, False)]
                row[:] = np.min([row, *best], axis=0)[0], np.max([row, *best], axis=0)[1]
        return found

    def _best_replies(self, point: int, eager: bool) -> NDArray[np.float64]:
        """(2,) limits of P of best replies to one of the buyers, over whether it is seen."""
        rules, found = self._rules, np.zeros(2)
        prices = [float(self._outcome(price) == self._desirable) for price in rules.prices.tolist()]
        wanted = np.array([*prices, float(self._desirable == NO_DEAL)])
        for seen, sees in self._chances.sights:
            buyers = [*self._types(point, eager), *self._types(0, eager)]
            half, own = len(buyers) // 2, np.array([buyer.chance for buyer in buyers])
            believed = own * np.repeat((seen, not seen), half)
            buyers = [replace(b, chance=b.chance * (k < half)) for k, b in enumerate(buyers)]
            tables = [self._table(point, seen, one) for one in (True, False)]
            found += sees * best_reply_limits(rules, buyers, believed, tables, wanted)
        return found

    def _types(self, point: int, eager: bool) -> list[BuyerType]:
        """The buyer as it plays under a pre-policy, by whether that binds and by its worth."""
        plan, worths = self.pre_policies.plan, range(len(self._rules.worths))
        return [
            BuyerType(binds / len(worths), v, self._buyers[eager], plan, point if kept else 0)
            for kept, binds in self._chances.bindings
            for v in worths
        ]

    def regrets(self, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The seller's regrets, and the cases' chances.

        Cases: whether it sees the commitment, its cost, and what it does where it is indifferent.
        """
        regrets, chances = [], []
        for seen, sees in self._chances.sights:
            for eager in (True, False):
                regret = self._values(point if seen else 0, seen, eager).regret
                regrets.append(regret)
                chances.append(np.full(len(regret), sees / 2 / len(regret)))
        return np.concatenate(regrets), np.concatenate(chances)

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n, costs) what the best reply earns, to the buyer or to one without a pre-policy."""
        return np.array([self._values(int(k) if sees else 0, sees, True).best for k in points])

    def best_responses(self) -> BatchPolicies:
        """The seller's table under the announcement that it is shown.

        Where a table draws, the likelier action stands for it.
        """
        tables: dict[int, Any] = {}

        def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
            actions = np.empty(len(seen), dtype=np.int64)
            for i, row in enumerate(seen.tolist()):
                clock, standing, own, left, _, value, shown, _ = row
                if shown not in tables:
                    sees = shown < self.pre_policies.size
                    tables[shown] = self._table(shown if sees else 0, sees, True)
                at = (value, clock // 2, own, standing)
                table = tables[shown]
                price = table.high[at] if table.chance[at] >= 0.5 else table.low[at]
                can_propose = left > 0 and clock < self._rules.horizon - 1 and price >= 0
                accepts = table.accept[at] >= 0.5
                actions[i] = 1 if accepts else 3 + price if can_propose else 2
            return actions

        return {self._learner: Memoryless(choose)}

    def endings(self, point: int) -> list[Ending]:
        """How episodes end under a pre-policy, exactly, where indifferent sellers accept."""
        return self._endings(int(point), True)

    def _value(self, point: int, seen: bool, eager: bool) -> SellerValues:
        """What sellers earn against the buyer as it plays under a pre-policy, by cost."""
        table = self._table(point, seen, eager)
        return seller_values(self._rules, table, self._types(point, eager))

    def _outcome(self, price: float | None) -> str:
        if price is None:
            return NO_DEAL
        return LOW_PRICE if price <= self._rules.target + 1e-9 else HIGH_PRICE

    def _table(self, point: int, seen: bool, eager: bool) -> Any:
        announced = self.pre_policies.announced(point) if seen else None
        ceiling = None
        if seen and announced is None and point > 0:
            ceiling = int(self.pre_policies.plan.bound[point])
        return seller_table(
            self._rules,
            self._seller,
            announced,
            self._chances.credibility,
            ceiling=ceiling,
            eager=eager,
        )

    def _solve(self, point: int, eager: bool) -> list[Ending]:
        """All endings, over whether the commitment binds and whether it is seen."""
        found: list[Ending] = []
        plan = self.pre_policies.plan
        for seen, sees in self._chances.sights:
            table = self._table(point, seen, eager)
            for kept, binds in self._chances.bindings:
                played = point if kept else 0
                for e in play_exactly(self._rules, table, self._buyers[eager], plan, played):
                    found.append(
                        Ending(e.chance * sees * binds, e.price, e.moves, e.seller, e.buyer)
                    )
        return found
