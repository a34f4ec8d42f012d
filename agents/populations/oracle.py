"""A follower that is an oracle of the memory: its best rule of the last round, for what is played.

Of all 32 deterministic rules of the last joint action it answers with one that pays it most over
the rounds that are played, their number known and no clock seen (Gerstgrasser and Parkes, "Oracles
& Followers: Stackelberg equilibria in deep multi-agent reinforcement learning", ICML 2023). A rule
that always plays one action is among them, so it earns at least what the best of its actions earns
at worst; no commitment of any kind leaves it less, which bounds what commitments attain.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.evaluation import Evaluation, Optimum, Split
from ...core.policy import BatchPolicies
from ...core.pre_policy import Finite, Points
from ...core.problem import CommitmentProblem
from ...core.solver import best_of_all
from ...games.matrix.asker import Asker
from ...games.matrix.finite_state import Match
from ...games.matrix.pre_policies import MemoryOneRules
from ...games.matrix.problem import MatrixProblem
from ...games.matrix.strategies import memory_one
from ..responder import Responder
from .automata import left_on_the_table, worths

RULES = np.array(list(product((1.0, 0.0), repeat=5)))
"""(32, 5) all deterministic rules of the last round: chances of the first action."""

_TIED = 1e-9  # relative to the payoffs' range


class OracleResponder(Responder):
    """Answers with the best of all deterministic rules of the last round."""

    def __init__(self, problem: CommitmentProblem) -> None:
        """Answer in a repeated 2x2 game whose rules remember one round.

        Args:
            problem: what is answered.
        """
        super().__init__(problem)
        assert isinstance(problem, MatrixProblem)
        self._problem = problem
        env, (self._follower,) = problem.env, problem.learners
        game = env.game
        seat = game.agent(self._follower)
        self.match = Match.against(
            memory_one(RULES[0]), env.memory, env.repetition.weights, seat, RULES
        )
        self._paid, self._tables = worths(problem)

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """What comes of pre-policies, of tied rules by the problem's tie rule."""
        rules = self._problem.solver.rules(points)
        shares = self.match.shares(rules)
        earned, best = self._best(shares)
        p, utility = (
            self._of_best(shares @ self._tables[one], best) for one in ("desirable", "utility")
        )
        gap = self.match.best_replies(rules, self._paid) - earned
        return left_on_the_table(self._follower, self._paid, p, utility, earned, gap)

    def earned(self, points: Points) -> NDArray[np.float64]:
        """(n,) what the follower earns in a round."""
        return self._best(self.match.shares(self._problem.solver.rules(points)))[0]

    def policies(self, point: Any | None) -> BatchPolicies:
        """The best rule; of several the one that the tie rule favors most."""
        asker = Asker(self._problem.env, self._problem.pre_policies, self._follower)

        def tables(points: Points) -> NDArray[np.float64]:
            shares = self.match.shares(self._problem.solver.rules(points))
            _, best = self._best(shares)
            sign = -1 if self._problem.ties == "pessimistic" else 1
            liked = np.where(best, sign * (shares @ self._tables["desirable"]), -np.inf)
            first = RULES[liked.argmax(axis=1)]
            if self.match.follower == 1:  # from (own, other) to the payoff table's order
                first = first[:, [0, 1, 3, 2, 4]]
            return np.stack([first, 1 - first], axis=2)[:, None]

        return {self._follower: asker.answering(tables)}

    def optimum(self, objective: str) -> Optimum | None:
        """The best of finitely many; of rules of the last round the best deterministic one.

        `at_most` is what no commitment exceeds, because the follower can do without it.
        """
        space, table = self._problem.pre_policies, self._tables[objective]
        if isinstance(space, Finite):
            return best_of_all(space, self.respond, objective)
        if not isinstance(space, MemoryOneRules):
            return None
        value = float(self.respond(RULES).score(objective).max())
        ceiling = self.ceiling(objective)
        sure = ceiling <= value + _TIED * max(1.0, float(np.ptp(table)))
        return Optimum(value, "enumeration", at_most=None if sure else ceiling)

    def ceiling(self, objective: str) -> float:
        """The most that joint actions are worth whose mean pays the follower what it is sure of.

        Args:
            objective: what they are worth, one of `scg_envs.core.evaluation.OBJECTIVES`.
        """
        table, own = self._tables[objective], self._paid.reshape(2, 2)
        own = own if self.match.follower == 0 else own.T
        sure = float(own.min(axis=1).max())
        best = table[self._paid >= sure].max()
        for a, b in combinations(range(4), 2):  # mixtures that pay it no more than that
            low, high = sorted((a, b), key=lambda k: self._paid[k])
            if self._paid[low] < sure < self._paid[high]:
                share = (self._paid[high] - sure) / (self._paid[high] - self._paid[low])
                best = max(best, share * table[low] + (1 - share) * table[high])
        return float(best)

    def _best(self, shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(n,) what the best rules earn, and (n, 32) which these are."""
        values = shares @ self._paid
        most = values.max(axis=1)
        slack = _TIED * max(float(np.ptp(self._paid)), 1e-300)
        return most, values >= most[:, None] - slack

    def _of_best(self, values: NDArray[np.float64], best: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(n,) of (n, 32) values, what the tie rule makes of the best rules'."""
        ties = self._problem.ties
        if ties == "optimistic":
            return np.where(best, values, -np.inf).max(axis=1)
        if ties == "pessimistic":
            return np.where(best, values, np.inf).min(axis=1)
        return np.asarray((values * best).sum(axis=1) / best.sum(axis=1))
