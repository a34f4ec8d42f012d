"""The facility game as a commitment problem: a planner commits to a rule, residents report."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.evaluate import Cases
from ...core.policy import BatchPolicies, Memoryless, first_actions
from ...core.pre_policy import Points
from ...core.ties import refuse_ties
from ..dialogue.ruled import RuledProblem
from ..dialogue.solver import ReasoningSolver
from .game import FacilityVectorEnv, parallel_env
from .phantoms import Ints
from .rules import NEAR, FacilityRules, SitingRules


class FacilitySolver(ReasoningSolver):
    """Residents who tell the truth where that is dominant, and else are in equilibrium."""

    sides = (True, True)
    pre_policies: SitingRules

    def __init__(self, rules: FacilityRules, pre_policies: SitingRules, **settings: Any) -> None:
        """Answer by these rules; `ReasoningSolver` has the other arguments."""
        super().__init__("facility", rules.learner, pre_policies, **settings)
        self._rules = rules

    def reports(self, shown: Ints) -> Ints:
        """(n, Q, residents) what all report who are shown these, by where they live."""
        rules = self._rules
        lying = (np.asarray(shown) == rules.lying)[:, None, None]
        return np.where(lying, rules.lies, rules.profiles)

    def judge(self, points: Ints, reports: Ints) -> Cases:
        """What comes of reports, (n, Q, residents), under rules that are played, (n,)."""
        rules, lived = self._rules, np.arange(len(self._rules.profiles))
        sites = self.pre_policies.sites[points[:, None], reports @ rules.digits]
        fine = rules.near[lived, sites] == (self._desirable == NEAR)
        return Cases(
            p=(fine @ rules.chances).round(12),  # never above 1
            utility=-rules.losses[lived, sites] @ rules.chances,
            env_steps=sites.size,
            earned=-(self._off(points, reports) @ rules.chances)[:, None],
        )

    def _off(self, points: Ints, reports: Ints) -> NDArray[np.float64]:
        """(n, Q) how far the first resident has to go."""
        n = self._rules.residents
        sites = self.pre_policies.sites[points[:, None], reports @ self._rules.digits]
        return np.asarray(np.abs(sites - n * self._rules.profiles[:, 0]) / n)

    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P and the planner's utility, over whether the rule binds and is seen."""
        p, utility, _ = self._all[:, point]
        return float(p), float(utility)

    def earned(self, point: int, eager: bool) -> float:
        """What the first resident earns, over whether the rule binds and is seen."""
        return float(self._all[2, point])

    @cached_property
    def _all(self) -> NDArray[np.float64]:
        """(3, points) P and what planner and first resident earn.

        Residents report alike whether they see a rule or not, unless it is the mean, which all see.
        """
        points = np.arange(self.pre_policies.size)
        cases = self.judge(points, self.reports(points))
        assert cases.earned is not None
        each = np.stack([cases.p, cases.utility, cases.earned[:, 0]])
        kept = self._chances.credibility
        return np.asarray(kept * each + (1 - kept) * each[:, :1])

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) limits of P, whatever the first resident reports if it sees no rule.

        Then it counts with the usual one, and what leaves the facility in its place is as good to
        it as the truth, which all others tell; under the rule that is played it may move.
        """
        points, sees = np.asarray(points, dtype=np.int64), self._chances.observability
        told, kept = self.p(points)[:, None], self._chances.credibility
        if sees == 1:
            return np.repeat(told, 2, axis=1)
        usual = self._all[0, :1]
        return sees * told + (1 - sees) * (kept * self._anyhow[points] + (1 - kept) * usual)

    @cached_property
    def _anyhow(self) -> NDArray[np.float64]:
        """(points, 2) the least and the greatest P of rules that bind and that it does not see."""
        rules, sites = self._rules, self.pre_policies.sites
        fine = rules.near == (self._desirable == NEAR)
        lived, truth = np.arange(len(rules.profiles)), rules.profiles @ rules.digits
        surely = maybe = fine[lived, sites[:, truth]]
        for report in range(rules.places):
            said = truth + report - rules.profiles[:, 0]
            same = sites[0, said] == sites[0, truth]
            then = fine[lived, sites[:, said]]
            surely, maybe = surely & (then | ~same), maybe | (then & same)
        return np.stack([surely @ rules.chances, maybe @ rules.chances], axis=1)

    def regrets(self, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """None: nobody would gain by another report."""
        return np.zeros(1), np.ones(1)

    def learner_value(self, points: Ints, *, sees: bool) -> NDArray[np.float64]:
        """(n, 1) what the first resident's best reports earn, by what it believes, exactly."""
        usual = np.zeros_like(points)
        points = np.asarray(points) if sees else usual
        reports, kept = self.reports(points), self._chances.credibility
        least = np.full(reports.shape[:2], np.inf)
        for own in range(self._rules.places):
            reports[:, :, 0] = own
            off = kept * self._off(points, reports) + (1 - kept) * self._off(usual, reports)
            np.minimum(least, off, out=least)
        return -(least @ self._rules.chances)[:, None]

    def best_responses(self) -> BatchPolicies:
        """The truth, or the lie of the equilibrium where the mean is shown."""
        rules = self._rules

        def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
            peaks = seen[:, : rules.residents].astype(np.int64)
            lies = rules.lies[peaks @ rules.digits, 0]
            return np.where(seen[:, -2].astype(np.int64) == rules.lying, lies, peaks[:, 0])

        return {rules.learner: Memoryless(choose)}


class FacilityProblem(RuledProblem):
    """The planner commits to a rule of where the facility stands; residents report places."""

    game = family = "facility"
    summary = "a planner commits to where it builds by what residents report, who may lie"
    make_rules, make_batch, make_solver = FacilityRules, FacilityVectorEnv, FacilitySolver
    make_env = staticmethod(parallel_env)
    rules: FacilityRules
    pre_policies: SitingRules
    solver: FacilitySolver

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """State the problem; `RuledProblem` and `FacilityRules` have the arguments.

        Raises:
            InvalidArgument: a mean that may not bind or not be seen, beside what rules refuse.
        """
        super().__init__(layout, **settings)
        refuse_ties(
            self.ties, "the truth is dominant, and under the mean all equilibria build alike"
        )
        chances = self.chances
        if self.rules.mean and not chances.certain:
            raise InvalidArgument(
                f"credibility is {chances.credibility:g} and observability "
                f"{chances.observability:g}: what is "
                "reported to a mean that may not count is not known; expected 1 both, or no mean."
            )

    def play(self, policies: BatchPolicies, shown: Ints, played: Ints) -> Cases:
        """What comes of n pairs of the number that is shown and of the one that is played.

        A resident reports once, so that one that remembers has nothing to remember.
        """
        rules = self.rules
        different, which = np.unique(shown, return_inverse=True)
        many, n = len(rules.profiles), rules.residents
        space: Any = self.learner_env(1, learner=self.learner).single_observation_space
        seen = np.zeros((len(different), many, n + 2), dtype=space.dtype)
        seen[:, :, :n] = rules.profiles
        seen[:, :, -2], seen[:, :, -1] = different[:, None], 1
        asked = seen.reshape(-1, n + 2)
        reports = self.solver.reports(different)
        actions = first_actions(policies[self.learner], asked, len(asked))
        reports[:, :, 0] = actions.reshape(len(different), many)
        return self.solver.judge(np.asarray(played), reports[which])
