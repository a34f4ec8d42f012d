"""Followers whose answers are computed, by a rationality relation."""

from __future__ import annotations

from typing import Any

from ...core.evaluation import Evaluation, Optimum, Split
from ...core.policy import BatchPolicies
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.solver import best_of_all
from ..responder import Responder
from .names import BY_DEFINITION


class RationalResponder(Responder):
    """Answers with what the problem knows of rational followers, by computation."""

    def __init__(
        self, problem: CommitmentProblem, relation: str = "exact", *, seed: int = 0
    ) -> None:
        """Answer by a rationality relation, one of `problem.solver.relations`."""
        super().__init__(problem)
        self._relation, self._seed = relation, seed

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Compute the answers."""
        return self.problem.solver.respond(points, self._relation, seed=self._seed)

    def retrained(self, points: Points, steps: int, *, seed: int) -> Responder | None:
        """Answers that are drawn, drawn anew."""
        drawn = self._relation in ("iterated", "q-learning")
        return RationalResponder(self.problem, self._relation, seed=seed) if drawn else None

    def optimum(self, objective: str) -> Optimum | None:
        """The best of finitely many pre-policies, by what other followers than the best answer."""
        if self._relation not in BY_DEFINITION or self._relation == "exact":
            return None
        return best_of_all(self.problem.pre_policies, self.respond, objective)

    def policies(self, point: Any | None) -> BatchPolicies:
        """Exact best responses, whatever the relation: pictures show one of the answers."""
        return self.problem.solver.best_responses()
