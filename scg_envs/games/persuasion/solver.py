"""Exact answers: a receiver that believes what the rule, its credibility and the record say."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.policy import BatchPolicies, Memoryless
from ..dialogue.solver import ReasoningSolver
from .records import Chain, Plan, Records, Values
from .rules import RECEIVER, PersuasionRules, SignalRules
from .split import Split, best_split


class PersuasionSolver(ReasoningSolver):
    """The receiver does what is best by its belief; what it holds impossible tells it nothing.

    Attributes:
        records: what it may have seen.
    """

    pre_policies: SignalRules

    def __init__(self, rules: PersuasionRules, pre_policies: SignalRules, **settings: Any) -> None:
        """Answer by these rules; `ReasoningSolver` has the other arguments."""
        super().__init__("persuasion", RECEIVER, pre_policies, **settings)
        self._rules, self.records = rules, Records(rules)
        self._wanted = rules.outcomes.index(self._desirable)
        self._plans: dict[tuple[int, bool, bool], Plan] = {}
        self._known: dict[tuple[int, bool], tuple[float, float, float]] = {}

    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P and the sender's payoff, over whether the rule binds and is seen."""
        return self._comes_to(point, eager)[:2]

    def earned(self, point: int, eager: bool) -> float:
        """What the receiver earns, over whether the rule binds and is seen."""
        return self._comes_to(point, eager)[2]

    def _comes_to(self, point: int, eager: bool) -> tuple[float, float, float]:
        """P, the sender's payoff and the receiver's."""
        if (point, eager) not in self._known:
            found = np.zeros(3)
            for seen, sees in self._chances.sights:
                values = self.judge(point, seen, self.plan(point, seen, eager))
                found += sees * np.array([values.p, values.sender, values.earned])
            self._known[point, eager] = float(found[0]), float(found[1]), float(found[2])
        return self._known[point, eager]

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n, 1) what the best plan earns the receiver, by what it believes."""
        plans = [(int(k), self.plan(int(k), sees, True)) for k in points]
        return np.array([[self.judge(k, sees, plan).receiver] for k, plan in plans])

    def plan(self, point: int, seen: bool, eager: bool) -> Plan:
        """The receiver's best plan where it is shown a point, or shown nothing.

        Args:
            point: the rule that is announced.
            seen: whether the receiver is shown it.
            eager: whether it breaks its ties for what is wanted.
        """
        known = point, seen, eager
        if known not in self._plans:
            chains = self._chains(point, seen)
            self._plans[known] = self.records.best(*chains, self._wanted, eager=eager)
        return self._plans[known]

    def judge(self, point: int, seen: bool, plan: Plan) -> Values:
        """What comes of a receiver's plan where it is shown a point, or shown nothing."""
        best = self.plan(point, seen, True)
        return self.records.values(plan, best, *self._chains(point, seen), self._wanted)

    def gaps(self, values: Values) -> NDArray[np.float64]:
        """By how much each receiver fell short: of one who lives on, in all rounds together."""
        if self._rules.receivers == "row":
            return values.gaps * self._rules.rounds
        return values.gaps.sum(keepdims=True)

    def best_responses(self) -> BatchPolicies:
        """The best plan for what is shown; indifferent, it does what is wanted."""
        size = self.pre_policies.size

        def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
            actions = np.zeros(len(seen), dtype=np.int64)
            for i, (t, signal, unusual, *counts, shown, _) in enumerate(seen.tolist()):
                if signal == 0 or t >= self._rules.rounds:
                    continue
                record = self.records.find(t, bool(unusual), tuple(counts))
                assert record is not None
                plan = self.plan(shown if shown < size else 0, shown < size, True)
                actions[i] = 1 + plan[t][record, signal - 1]
            return actions

        return {RECEIVER: Memoryless(choose)}

    @cached_property
    def supremum(self) -> Split:
        """The most that any signal rule attains in a round, be its chances what they may.

        Of a rule that surely binds and is seen, in P(Y=y); for an indifferent receiver that is
        eager, or under other ties for one that is not.
        """
        payoff = np.zeros_like(self._rules.stage.payoffs[0])
        payoff[:, self._wanted] = 1.0
        return best_split(self._rules.stage, payoff, optimistic=self._ties == "optimistic")

    def _chains(self, point: int, seen: bool) -> tuple[Chain, Chain]:
        """As the receiver believes, and as it is."""
        rule, kept = self.pre_policies.chances[point], self._chances.credibility
        true = self.records.joint(rule, kept)
        return (true if seen else self.records.joint(rule, 0.0)), true
