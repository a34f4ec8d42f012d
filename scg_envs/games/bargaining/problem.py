"""Bargaining as a commitment problem: what `scg effect` and `scg search` work on."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.commitment.chances import Chances
from ...core.errors import InvalidArgument, UnknownName
from ...core.evaluate import Cases
from ...core.policy import BatchPolicies, first_actions
from ...core.ties import Ties, check_ties, refuse_ties
from ..dialogue.problem import TurnProblem
from .dynamics import observe
from .environments import parallel_env
from .judged import is_drawn, judge_policy
from .mirror import (
    BUYERS,
    MirroredSolver,
    mirrored_actions,
    mirrored_outcome,
    mirrored_sight,
    unbound_seller,
)
from .prices import PricePrePolicies, price_pre_policies
from .rules import AGENTS, AIMS, LOW_PRICE, NO_DEAL, OUTCOMES, SELLER, Rules, load_rules
from .sellers import DEFAULT, GIVEN, check_seller, unbound_buyer
from .solver import BargainingSolver
from .vector import BargainingVectorEnv


class BargainingProblem(TurnProblem):
    """One side commits to a price or a schedule, or a buyer to a ceiling; the other answers.

    Attributes:
        rules: the game's.
        seller: who answers a buyer, one of `scg_envs.games.bargaining.sellers.SELLERS`.
        buyer: who answers a seller, one of `scg_envs.games.bargaining.mirror.BUYERS`.
        kind: of pre-policies: `price`, `schedule` or a buyer's `ceiling`.
    """

    game = family = "bargaining"
    summary = "seller and buyer haggle over a price; one of them may claim one and keep to it"
    pre_policies: PricePrePolicies
    make_env = staticmethod(parallel_env)
    outcomes = OUTCOMES
    # Four legal moves of forty-four: an unmasked learner spends most of them on finding out which.

    def __init__(
        self,
        layout: str | Rules = "complete",
        *,
        committed: str = "buyer",
        desirable: str | None = None,
        ties: Ties = "uniform",
        seller: str | None = None,
        buyer: str | None = None,
        pre_policy: str = "price",
        cost: float | None = None,
        worth: float | None = None,
        target: float | None = None,
        discount: float | None = None,
        seller_discount: float | None = None,
        buyer_discount: float | None = None,
        seller_outside: float | None = None,
        buyer_outside: float | None = None,
        first: str | None = None,
        horizon: int | None = None,
        limit: int | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        **changes: Any,
    ) -> None:
        """State the problem.

        Args:
            layout: a variant's name, or `Rules`.
            committed: the agent that commits, `buyer` or `seller`.
            desirable: the outcome that is wanted; `low_price`, or `high_price` of a committing
                seller, if None.
            ties: what a rational follower does where accepting is worth as much as not.
            seller: the seller that answers a committing buyer: calibrated, hazard, rational,
                rubinstein, bayesian, firm, ...; calibrated if None.
            buyer: the buyer that answers a committing seller: rational, rubinstein, bayesian or
                ordinary; rational if None.
            pre_policy: the kind of pre-policy: `price`, `schedule` or a buyer's `ceiling`.
            cost: the good's cost to the seller; the layout's if None.
            worth: the good's worth to the buyer; the layout's if None.
            target: the greatest price that the buyer wants to pay; the layout's if None.
            discount: the weight of a move relative to the one before; the layout's if None.
            seller_discount: the seller's own; that of both if None.
            buyer_discount: the buyer's own; that of both if None.
            seller_outside: what the seller gets if somebody rejects; the layout's if None.
            buyer_outside: what the buyer gets if somebody rejects; the layout's if None.
            first: the side that moves first, `seller` or `buyer`; the layout's if None.
            horizon: the moves, both sides together; the layout's if None.
            limit: the proposals that each side may make; the layout's if None.
            credibility: the chance that the commitment binds, which a reasoning follower knows.
            observability: the chance that the follower sees it.
            **changes: further rules to change, such as `tick=5`.

        Raises:
            UnknownName: no such variant, rule, agent, outcome, seller, buyer or tie rule.
            InvalidArgument: a rule or a chance that cannot be, a follower for other rules, one in
                the committed agent's place, or a tie rule for one that is never indifferent.
        """
        check_ties(ties)
        if committed not in AGENTS:
            raise UnknownName("committed agent", committed, AGENTS)
        self._answers(committed, seller, buyer, ties)
        rules: dict[str, Any] = {"horizon": horizon, "limit": limit, "first": first}
        rules |= {"cost": cost, "worth": worth, "target": target, "discount": discount}
        rules |= {"seller_discount": seller_discount, "buyer_discount": buyer_discount}
        rules |= {"seller_outside": seller_outside, "buyer_outside": buyer_outside}
        changes |= {name: value for name, value in rules.items() if value is not None}
        self.rules = load_rules(layout, **changes)
        if target is not None and self.rules.target < self.rules.lowest:
            raise InvalidArgument(
                f"target is {self.rules.target:g}, and no price is under {self.rules.lowest:g}; "
                "expected a price that can be."
            )
        self.layout = self.rules.name
        self.committed, self.ties = committed, ties
        self.desirable = AIMS[committed] if desirable is None else desirable
        if self.desirable not in OUTCOMES:
            raise UnknownName("desirable outcome", self.desirable, OUTCOMES)
        self.chances = Chances(credibility, observability)
        self.kind = pre_policy
        self.make_batch = partial(BargainingVectorEnv, committed=committed)
        self.learnable = "rational" in (self.seller, self.buyer)
        self.notes = self._notes()
        how: dict[str, Any] = {"desirable": self.desirable, "ties": ties, "chances": self.chances}
        self.solver: BargainingSolver
        if self.buyer is not None:
            self._unbound = unbound_seller(self.rules, self.buyer)
            self.pre_policies = self._space()
            self.solver = MirroredSolver(self.rules, self.buyer, self.pre_policies, **how)
            return
        assert self.seller is not None
        # Buyers without a pre-policy, by whether the seller accepts where it is indifferent.
        buyers = {e: unbound_buyer(self.rules, self.seller, eager=e) for e in (True, False)}
        self._unbound = buyers[True]
        self.pre_policies = self._space()
        self.solver = BargainingSolver(self.rules, self.seller, buyers, self.pre_policies, **how)

    def _answers(self, committed: str, seller: str | None, buyer: str | None, ties: Ties) -> None:
        """Who answers whom."""
        given = {"seller": seller, "buyer": buyer}
        if given[committed] is not None:
            raise InvalidArgument(
                f"{committed} is {given[committed]!r}, and the {committed} commits: say of the "
                f"{'seller' if committed == 'buyer' else 'buyer'} how it answers."
            )
        self.seller, self.buyer = seller, buyer
        if committed == "buyer":
            self.seller = DEFAULT if seller is None else seller
            check_seller(self.seller)
        else:
            self.buyer = BUYERS[0] if buyer is None else buyer
            if self.buyer not in BUYERS:
                raise UnknownName("buyer", self.buyer, BUYERS)
        self.learner = "seller" if committed == "buyer" else "buyer"
        self.learners = self.followers = (self.learner,)
        for given_role, name in (("seller", self.seller), ("buyer", self.buyer)):
            if name in (*GIVEN, "ordinary"):
                refuse_ties(ties, f"the {name} {given_role} is never indifferent")

    def _space(self) -> PricePrePolicies:
        return price_pre_policies(self.rules, self._unbound, self.kind, self.committed)

    def content(self) -> StateDict:
        """The rules; discounts of one side only where there are any."""
        own = ("seller_discount", "buyer_discount")
        rules = asdict(self.rules)
        return {"rules": {k: v for k, v in rules.items() if k not in own or v is not None}}

    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""
        return {
            "layout": self.rules,
            "pre_policy": self.kind,
            "desirable": self.desirable,
            self.committed: self._unbound,  # where no pre-policy says what to do
        }

    def play(
        self, policies: BatchPolicies, shown: NDArray[np.int64], played: NDArray[np.int64]
    ) -> Cases:
        """What comes of n pairs of the number that is shown and of the one that is played.

        Where values or the moves of who commits are drawn, over all that they can be.

        Raises:
            InvalidArgument: a policy that remembers, where something is drawn.
        """
        if not is_drawn(self.rules, self._unbound):
            return super().play(policies, shown, played)
        policy = policies[self.learner]
        self.check_memoryless(policy)
        rules, desirable, turned = self.rules, self.desirable, False
        plan, unbound, count = self.pre_policies.plan, self._unbound, len(rules.prices)
        if isinstance(self.solver, MirroredSolver):  # the follower sells there
            turned, rules = True, self.solver.rules
            plan, unbound = self.solver.pre_policies.plan, self.solver.buyers[True]
            desirable = mirrored_outcome(desirable)
        space: Any = self.vector_env(1, AutoresetMode.DISABLED, Chances()).single_observation_space

        def ask(rows: NDArray[np.int16], cases: NDArray[np.int64]) -> NDArray[np.int64]:
            seen = np.zeros((len(rows), *space.shape), dtype=space.dtype)
            for row, out in zip(rows, seen, strict=True):
                observe(out, row, SELLER)
            seen[:, -2], seen[:, -1] = shown[cases], 1
            if not turned:
                return first_actions(policy, seen, len(seen)).astype(np.int64)
            actions = first_actions(policy, mirrored_sight(seen, count), len(seen))
            return mirrored_actions(actions.astype(np.int64), count)

        found = judge_policy(rules, ask, unbound, plan, played)
        p = {NO_DEAL: 1 - found.deal, LOW_PRICE: found.low}
        return Cases(
            p=p.get(desirable, found.deal - found.low),
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
        if "rational" in (self.seller, self.buyer) and self.chances.credibility < 1:
            return (
                f"the {self.learner} is the best of those whose proposals only give in; best "
                "replies may do otherwise, and limits of P hold for them, too",
            )
        return ()
