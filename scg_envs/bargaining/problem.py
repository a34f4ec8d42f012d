"""Bargaining as a commitment problem: what `scg effect` and `scg search` work on."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..chances import Chances
from ..checkpoint import StateDict
from ..dialogue.problem import TurnProblem
from ..errors import InvalidArgument, UnknownName
from ..policy import BatchPolicies, Memoryless
from ..problem import Before, Evaluation, Points
from ..ties import Ties, check_ties, refuse_ties
from .environments import learner_view
from .play import Ending, play_exactly
from .prices import BuyerPrePolicies, buyer_pre_policies
from .regret import BuyerType, SellerValues, seller_values
from .rules import HIGH_PRICE, LOW_PRICE, NO_DEAL, OUTCOMES, Rules, load_rules
from .sellers import DEFAULT, GIVEN, check_seller, seller_table, unbound_buyer
from .vector import BargainingVectorEnv

_TOLERANCE = 1e-9


class BargainingProblem(TurnProblem):
    """The buyer commits to a price, a schedule or a ceiling; the seller answers.

    Attributes:
        rules: the game's.
        seller: who answers, one of `scg_envs.bargaining.sellers.SELLERS`.
        kind: of pre-policies: `price`, `schedule` or `ceiling`.
    """

    game = family = "bargaining"
    summary = "seller and buyer haggle over a price; the buyer may claim one and keep to it"
    pre_policies: BuyerPrePolicies
    learner = "seller"
    make_view = staticmethod(learner_view)
    make_batch = BargainingVectorEnv
    learners = ("seller",)
    followers = ("seller",)
    outcomes = OUTCOMES
    # Four legal moves of forty-four: an unmasked learner spends most of them on finding out which.

    def __init__(
        self,
        layout: str | Rules = "complete",
        *,
        committed: str = "buyer",
        desirable: str | None = None,
        ties: Ties = "uniform",
        seller: str = DEFAULT,
        pre_policy: str = "price",
        credibility: float = 1.0,
        observability: float = 1.0,
        **changes: Any,
    ) -> None:
        """State the problem.

        Args:
            layout: a variant's name, or rules.
            committed: `buyer`.
            desirable: the outcome that the human wants; `low_price` if None.
            ties: what a rational seller does where accepting is worth as much as not.
            seller: who answers.
            pre_policy: `price`, `schedule` or `ceiling`.
            credibility: the chance that the commitment binds, which a reasoning seller knows.
            observability: the chance that the seller sees it.
            **changes: rules to change, such as `worth=55`.

        Raises:
            UnknownName: no such variant, rule, agent, outcome, seller or tie rule.
            InvalidArgument: a rule or a chance that cannot be, a seller for other rules, or a tie
                rule for one that is never indifferent.
        """
        check_ties(ties)
        check_seller(seller)
        if seller in GIVEN:
            refuse_ties(ties, f"the {seller} seller is never indifferent")
        if committed != "buyer":
            raise UnknownName("committed agent", committed, ["buyer"])
        self.rules = load_rules(layout, **changes)
        if "target" in changes and self.rules.target < self.rules.lowest:
            raise InvalidArgument(
                f"target is {self.rules.target:g}, and no price is under {self.rules.lowest:g}; "
                "expected a price that can be."
            )
        self.layout = self.rules.name
        self.committed, self.seller, self.ties = committed, seller, ties
        self.desirable = LOW_PRICE if desirable is None else desirable
        if self.desirable not in OUTCOMES:
            raise UnknownName("desirable outcome", self.desirable, OUTCOMES)
        self.chances = Chances(credibility, observability)
        self.kind = pre_policy
        # Buyers without a pre-policy, by whether the seller accepts where it is indifferent.
        self._buyers = {e: unbound_buyer(self.rules, seller, eager=e) for e in (True, False)}
        self._buyer = self._buyers[True]
        self.pre_policies = buyer_pre_policies(self.rules, self._buyer, pre_policy)
        self.learnable = seller == "rational"
        self.notes = self._notes()
        self._endings = lru_cache(maxsize=None)(self._solve)
        self._values = lru_cache(maxsize=None)(self._value)
        self._endings(0, True)  # a seller that these rules do not allow shows at once

    def content(self) -> StateDict:
        """The rules."""
        return {"rules": asdict(self.rules)}

    def before(self) -> Before:
        """The buyer bargains without a pre-policy."""
        utility = float(self.answers([0]).utility[0])
        low, high = self.bounds([0])[0]
        return Before(float(self.p([0])[0]), float(low), float(high), utility)

    def answers(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """The seller's answers; chances, utilities and regrets exactly.

        A seller that is shown the commitment is held against the best reply to it, one that is not
        against the best reply to a buyer without any: it is not blamed for what it cannot know.
        """
        if relation != "exact":
            raise self.refuse(f"exact answers for {relation!r}")
        points = np.asarray(points, dtype=np.int64)
        p, utility = self._tied(points, self._chance), self._tied(points, _buyer_utility)
        found = [self._regrets(int(k)) for k in points]
        return Evaluation(
            p,
            {self.learner: np.array([regrets @ chances for regrets, chances in found])},
            np.array([regrets.max() for regrets, _ in found]),
            np.array([(regrets < _TOLERANCE) @ chances for regrets, chances in found]),
            env_steps=0,
            utility=utility,
        )

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P where the seller, indifferent, does the worse and the better for the outcome."""
        each = self._each(np.asarray(points, dtype=np.int64), self._chance)
        return np.sort(each, axis=1)

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """What the best reply earns a seller, to the buyer or to one without a pre-policy."""
        return np.array(
            [self._values(int(k) if sees else 0, sees, True).best.mean() for k in points]
        )

    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""
        return {
            "layout": self.rules,
            "pre_policy": self.kind,
            "desirable": self.desirable,
            "buyer": self._buyer,  # where no pre-policy says what to do
        }

    def optimal_policies(self) -> BatchPolicies:
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
                can_propose = left > 0 and clock < self.rules.horizon - 1 and price >= 0
                accepts = table.accept[at] >= 0.5
                actions[i] = 1 if accepts else 3 + price if can_propose else 2
            return actions

        return {self.learner: Memoryless(choose)}

    def endings(self, point: int) -> list[Ending]:
        """How episodes end under a pre-policy, exactly, where indifferent sellers accept."""
        return self._endings(int(point), True)

    def _tied(self, points: NDArray[np.int64], of: Any) -> NDArray[np.float64]:
        """A quantity under the tie rule, which is about the chance of the desirable outcome."""
        each = self._each(points, of)
        if self.ties == "uniform":
            return each.mean(axis=1)
        chances = self._each(points, self._chance)
        better = chances.argmax(axis=1) if self.ties == "optimistic" else chances.argmin(axis=1)
        return each[np.arange(len(points)), better]

    def _each(self, points: NDArray[np.int64], of: Any) -> NDArray[np.float64]:
        """(n, 2) a quantity of the endings, where an indifferent seller accepts and where not."""
        eager = (True, False) if self.seller not in GIVEN else (True, True)
        return np.array([[of(self._endings(int(k), e)) for e in eager] for k in points])

    def _regrets(self, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The seller's regrets by case, and the cases' chances.

        Cases: whether it sees the commitment, its cost, and what it does where it is indifferent.
        """
        regrets, chances = [], []
        for seen, sees in self.chances.sights:
            for eager in (True, False):
                regret = self._values(point if seen else 0, seen, eager).regret
                regrets.append(regret)
                chances.append(np.full(len(regret), sees / 2 / len(regret)))
        return np.concatenate(regrets), np.concatenate(chances)

    def _value(self, point: int, seen: bool, eager: bool) -> SellerValues:
        """What sellers earn against the buyer as it plays under a pre-policy, by cost."""
        plan, worths = self.pre_policies.plan, range(len(self.rules.worths))
        buyers = [
            BuyerType(binds / len(worths), v, self._buyers[eager], plan, point if kept else 0)
            for kept, binds in self.chances.bindings
            for v in worths
        ]
        return seller_values(self.rules, self._table(point, seen, eager), buyers)

    def _chance(self, endings: list[Ending]) -> float:
        return sum(e.chance for e in endings if self._outcome(e.price) == self.desirable)

    def _outcome(self, price: float | None) -> str:
        if price is None:
            return NO_DEAL
        return LOW_PRICE if price <= self.rules.target + 1e-9 else HIGH_PRICE

    def _table(self, point: int, seen: bool, eager: bool) -> Any:
        announced = self.pre_policies.announced(point) if seen else None
        ceiling = None
        if seen and announced is None and point > 0:
            ceiling = int(self.pre_policies.plan.ceiling[point])
        return seller_table(
            self.rules,
            self.seller,
            announced,
            self.chances.credibility,
            ceiling=ceiling,
            eager=eager,
        )

    def _solve(self, point: int, eager: bool) -> list[Ending]:
        """All endings, over whether the commitment binds and whether it is seen."""
        found: list[Ending] = []
        plan = self.pre_policies.plan
        for seen, sees in self.chances.sights:
            table = self._table(point, seen, eager)
            for kept, binds in self.chances.bindings:
                played = point if kept else 0
                for e in play_exactly(self.rules, table, self._buyers[eager], plan, played):
                    found.append(
                        Ending(e.chance * sees * binds, e.price, e.moves, e.seller, e.buyer)
                    )
        return found

    def _notes(self) -> tuple[str, ...]:
        if self.seller in ("calibrated", "hazard"):
            return (
                "the calibrated seller is fitted to published games and answers offers, not "
                "announcements: whether it sees the commitment changes nothing; its regret is what "
                "the best reply to the buyer would have earned it",
            )
        return ()


def _buyer_utility(endings: list[Ending]) -> float:
    return sum(e.chance * e.buyer for e in endings)
