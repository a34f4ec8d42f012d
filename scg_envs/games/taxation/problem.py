"""Taxation as a commitment problem: what rates bring, of workers who choose their hours exactly."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.evaluate import Regret
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, Memoryless, Player
from ...core.pre_policy import Points
from ...core.pre_policy.numbers import NumberBox, NumberGrid
from ..dialogue.ruled import RuledProblem
from ..dialogue.solver import SidedSolver
from .game import parallel_env
from .rules import TAXED, UNEARNED, TaxRules
from .supply import HOURS, supply
from .vector import TaxVectorEnv


class TaxSolver(SidedSolver):
    """Workers who do what is best by the rates that they count with.

    Shown the schedule they count with the rates' mean over whether it binds; else with the usual.
    """

    pre_policies: NumberGrid | NumberBox

    def __init__(self, *given: Any, **settings: Any) -> None:
        """Answer commitments; `SidedSolver` has the arguments."""
        super().__init__("taxation", *given, **settings)

    def side(self, points: Points, *, eager: bool) -> Evaluation:
        """What is taxed and kept rises with the hours, and what is unearned falls."""
        paths = self._rules.path(self.pre_policies.numbers(points))
        most = eager == (self._desirable != UNEARNED)
        sights = dict(self._chances.sights)
        worked = {sees: self.steps(self._counted(paths, sees), most=most) for sees in sights}
        return self.judge(paths, worked)

    def steps(self, rates: NDArray[np.float64], *, most: bool = True) -> NDArray[np.int64]:
        """(..., W) the steps of hours that are best at (..., B) rates; of several the most."""
        rules = self._rules
        hours = supply(rules.wages, rates, rules.edges, levels=rules.levels)[int(most)]
        return np.rint(hours * (rules.levels / HOURS)).astype(np.int64)

    def best_responses(self) -> BatchPolicies:
        """The best hours at what is shown; indifferent, workers work the most."""
        rules = self._rules

        def choose(seen: Any) -> NDArray[np.int64]:
            if not isinstance(seen, dict):
                seen = {"observation": seen[:, :2], "commitment": seen[:, 2:-1]}
            year, worker = seen["observation"].astype(np.int64).T
            paths = rules.path(self.pre_policies.read(seen["commitment"]))
            counted = self._counted(paths, True)[np.arange(len(year)), year % rules.years]
            different, which = np.unique(counted, axis=0, return_inverse=True)
            steps = self.steps(different)[which.reshape(-1), worker]
            return np.where(year == rules.years, 0, 1 + steps)

        return {"worker": Memoryless(choose)}

    def _counted(self, paths: NDArray[np.float64], sees: bool) -> NDArray[np.float64]:
        """(n, years, B) the rates that workers count with."""
        kept = self._chances.credibility if sees else 0.0
        return kept * paths + (1 - kept) * np.array(self._rules.rates)

    def judge(self, paths: NDArray[np.float64], worked: dict[bool, NDArray[Any]]) -> Evaluation:
        """What comes of hours under (n, years, B) rates, over whether these bind and are seen.

        Args:
            paths: the rates.
            worked: (n, years, W) the steps of hours, by whether the schedule is seen.
        """
        rules, sights = self._rules, dict(self._chances.sights)
        usual = np.broadcast_to(np.array(rules.rates), paths.shape)
        workers = np.arange(len(rules.wages))
        p, utility, earned = np.zeros((3, len(paths)))
        gaps = []
        for sees, seen in sights.items():
            for binds, bound in self._chances.bindings:
                rates = (paths if binds else usual)[:, :, None]
                books = rules.books(workers, worked[sees], rates)
                paid, total, own = books.sum(axis=(2, 3))
                left = {TAXED: paid, UNEARNED: rules.potential - total}
                p += seen * bound * left.get(self._desirable, total - paid) / rules.potential
                utility += seen * bound * rules.welfare(books)
                earned += seen * bound * own
            rates = self._counted(paths, sees)
            tried = np.stack([self.steps(rates), worked[sees]])
            best, got = rules.books(workers, tried, rates[:, :, None])[2]
            gaps.append((best - got).sum(axis=(1, 2)))
        regret = Regret.of(np.stack(gaps, axis=1), np.array(list(sights.values())))
        steps = sum(map(np.size, worked.values()))
        means = {"worker": regret.mean}, regret.greatest, regret.optimal
        return Evaluation(p, *means, steps, utility, follower_utility={"worker": earned})


class TaxProblem(RuledProblem):
    """The planner commits to the rates of an income tax; workers choose their hours."""

    game = family = "taxation"
    summary = "a planner commits to the rates of an income tax; workers choose their hours"
    make_rules, make_batch = TaxRules, TaxVectorEnv
    make_env, make_solver = staticmethod(parallel_env), TaxSolver
    rules: TaxRules
    solver: TaxSolver  # type: ignore[assignment]
    pre_policies: NumberGrid | NumberBox  # type: ignore[assignment]

    @cached_property
    def notes(self) -> tuple[str, ...]:  # type: ignore[override]
        """Where the cap of hours binds, under a thousand schedules."""
        rates = self.pre_policies.numbers(self.pre_policies.sample(1_000, np.random.default_rng(0)))
        hours, _ = supply(self.rules.wages, self.rules.path(rates), self.rules.edges)
        share = float((hours >= HOURS)[..., self.rules.wages > 0].mean())
        warning = f"the cap of {HOURS:g} hours binds in {share:.0%} of all answers, where taxes"
        return (f"{warning} change nothing of what is earned",) if share else ()

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Ask the policies about every worker in every year, and compute what comes of it."""
        rules, space, n = self.rules, self.pre_policies, len(points)
        worked, phase = {}, np.ones(n, dtype=np.int64)
        for sees, _ in self.chances.sights:
            shown = np.stack([space.show(point if sees else None) for point in points])
            player = Player(policies[self.learner], n)
            actions = []
            for turn in range(rules.years * len(rules.wages)):
                own = np.tile(divmod(turn, len(rules.wages)), (n, 1))
                seen: Any = {"observation": own, "commitment": shown, "phase": phase}
                if isinstance(space, NumberGrid):
                    seen = np.column_stack(list(seen.values()))
                actions.append(np.maximum(player.act(seen), 1) - 1)
            worked[sees] = np.stack(actions, axis=1).reshape(n, rules.years, -1)
        return self.solver.judge(rules.path(space.numbers(points)), worked)
