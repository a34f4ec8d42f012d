"""Bargaining as a commitment problem: what `scg effect` and `scg search` work on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.chances import Chances
from ...core.checkpoint import StateDict
from ...core.errors import InvalidArgument, UnknownName
from ...core.evaluate import Cases
from ...core.policy import BatchPolicies, first_actions
from ...core.ties import Ties, check_ties, refuse_ties
from ..dialogue.problem import TurnProblem
from .dynamics import observe
from .environments import parallel_env
from .judged import is_drawn, judge_policy
from .prices import BuyerPrePolicies, buyer_pre_policies
from .rules import LOW_PRICE, NO_DEAL, OUTCOMES, SELLER, Rules, load_rules
from .sellers import DEFAULT, GIVEN, check_seller, unbound_buyer
from .solver import BargainingSolver
from .vector import BargainingVectorEnv


class BargainingProblem(TurnProblem):
    """The buyer commits to a price, a schedule or a ceiling; the seller answers.

    Attributes:
        rules: the game's.
        seller: who answers, one of `scg_envs.games.bargaining.sellers.SELLERS`.
        kind: of pre-policies: `price`, `schedule` or `ceiling`.
    """

    game = family = "bargaining"
    summary = "seller and buyer haggle over a price; the buyer may claim one and keep to it"
    pre_policies: BuyerPrePolicies
    learner = "seller"
    make_env = staticmethod(parallel_env)
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
        cost: float | None = None,
        worth: float | None = None,
        target: float | None = None,
        discount: float | None = None,
        horizon: int | None = None,
        limit: int | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        **changes: Any,
    ) -> None:
        """State the problem.

        Args:
            layout: a variant's name, or `Rules`.
            committed: the agent that commits, `buyer`.
            desirable: the outcome that the human wants; `low_price` if None.
            ties: what a rational seller does where accepting is worth as much as not.
            seller: the seller, who answers: calibrated, hazard, rational, rubinstein, bayesian,
                firm, ...
            pre_policy: the kind of pre-policy: `price`, `schedule` or `ceiling`.
            cost: the good's cost to the seller; the layout's if None.
            worth: the good's worth to the buyer; the layout's if None.
            target: the greatest price that the buyer wants to pay; the layout's if None.
            discount: the weight of a move relative to the one before; the layout's if None.
            horizon: the moves, both sides together; the layout's if None.
            limit: the proposals that each side may make; the layout's if None.
            credibility: the chance that the commitment binds, which a reasoning seller knows.
            observability: the chance that the seller sees it.
            **changes: further rules to change, such as `tick=5`.

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
        rules = {"cost": cost, "worth": worth, "target": target, "discount": discount}
        rules |= {"horizon": horizon, "limit": limit}
        changes |= {name: value for name, value in rules.items() if value is not None}
        self.rules = load_rules(layout, **changes)
        if target is not None and self.rules.target < self.rules.lowest:
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
        buyers = {e: unbound_buyer(self.rules, seller, eager=e) for e in (True, False)}
        self._buyer = buyers[True]
        self.pre_policies = buyer_pre_policies(self.rules, self._buyer, pre_policy)
        self.learnable = seller == "rational"
        self.notes = self._notes()
        self.solver: BargainingSolver = BargainingSolver(
            self.rules,
            seller,
            buyers,
            self.pre_policies,
            desirable=self.desirable,
            ties=ties,
            chances=self.chances,
        )

    def content(self) -> StateDict:
        """The rules."""
        return {"rules": asdict(self.rules)}

    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""
        return {
            "layout": self.rules,
            "pre_policy": self.kind,
            "desirable": self.desirable,
            "buyer": self._buyer,  # where no pre-policy says what to do
        }

    def play(
        self, policies: BatchPolicies, shown: NDArray[np.int64], played: NDArray[np.int64]
    ) -> Cases:
        """What comes of n pairs of the number that is shown and of the one that is played.

        Where values or the buyer's moves are drawn, over all that they can be.

        Raises:
            InvalidArgument: a policy that remembers, where something is drawn.
        """
        if not is_drawn(self.rules, self._buyer):
            return super().play(policies, shown, played)
        policy = policies[self.learner]
        if not policy.memoryless:
            raise InvalidArgument(
                f"{self.learner}'s policy remembers, and where values or the buyer's moves are "
                "drawn, situations are judged one by one; expected a memoryless one."
            )
        space: Any = self.vector_env(1, AutoresetMode.DISABLED, Chances()).single_observation_space

        def ask(rows: NDArray[np.int16], cases: NDArray[np.int64]) -> NDArray[np.int64]:
            seen = np.zeros((len(rows), *space.shape), dtype=space.dtype)
            for row, out in zip(rows, seen, strict=True):
                observe(out, row, SELLER)
            seen[:, -2], seen[:, -1] = shown[cases], 1
            return first_actions(policy, seen, len(seen)).astype(np.int64)

        found = judge_policy(self.rules, ask, self._buyer, self.pre_policies.plan, played)
        p = {NO_DEAL: 1 - found.deal, LOW_PRICE: found.low}
        return Cases(
            p=p.get(self.desirable, found.deal - found.low),
            utility=found.buyer,
            env_steps=found.env_steps,
            earned=found.seller,
        )

    def _notes(self) -> tuple[str, ...]:
        if self.seller in ("calibrated", "hazard"):
            return (
                "the calibrated seller is fitted to published games and answers offers, not "
                "announcements: whether it sees the commitment changes nothing; its regret is what "
                "the best reply to the buyer would have earned it",
            )
        return ()
