"""One model for all pre-policies, copies of which train on for one pre-policy each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...core.backends import Backend
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from .amortized import AmortizedResponder
from .fresh import FreshResponder, networks_of


class CopyingResponder(AmortizedResponder):
    """The amortized responder of a search, whose finalists are judged by copies."""

    def __init__(
        self,
        problem: CommitmentProblem,
        algorithm: str,
        *,
        seed: int,
        steps: int | None,
        scenario: Scenario | None = None,
        backend: Backend | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
    ) -> None:
        """Set up models that know nothing yet.

        Args:
            problem: what they answer.
            algorithm: a page of `defaults/`, or `module:make_model`.
            seed: seeds the models, the games, and the process's generators.
            steps: the training budget in environment steps; the algorithm's default if None.
            scenario: what names the problem, for workers to make it by.
            backend: where copies train on; here and one after another if None.
            hyperparameters: some in place of the page's, or beside them.

        Raises:
            InvalidArgument: hyper-parameters that the model does not take.
        """
        super().__init__(
            problem, algorithm, seed=seed, steps=steps, hyperparameters=hyperparameters
        )
        self._scenario, self._backend = scenario, backend

    def retrained(self, points: Points, steps: int, *, seed: int) -> FreshResponder:
        """Copies of the models, one for each pre-policy, which train on when they are asked."""
        own = networks_of(self)
        return FreshResponder(
            self.problem,
            self._algorithm,
            seed=seed,
            steps=steps,
            scenario=self._scenario,
            backend=self._backend,
            hyperparameters=self._hyperparameters,
            begin=[(point, own) for point in np.asarray(points)],
        )
