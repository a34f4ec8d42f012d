"""Bayesian optimization over pre-policies, by optuna's Gaussian process sampler."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...extras import require
from ...pre_policy import ContinuousPrePolicies, FinitePrePolicies, PrePolicySpace
from .meta import Meta


class GpMeta(Meta):
    """A Gaussian process model of the scores, and an acquisition function that it is asked by.

    Each pre-policy costs a fit of the model, so this is for responders that cost more: a model
    that is trained anew, or people.
    """

    name = "gp"

    @classmethod
    def defaults(cls, space: PrePolicySpace) -> tuple[int, int]:
        """Evaluations in all and in a batch."""
        return 60, 4

    def __init__(
        self, space: PrePolicySpace, *, evaluations: int = 0, batch: int = 0, seed: int = 0
    ) -> None:
        """Begin without any knowledge.

        Raises:
            MissingExtra: optuna is not installed.
        """
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        require("the meta pre-policy gp", "optuna", "torch", extra="search")
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sampler = optuna.samplers.GPSampler(seed=seed)
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        self._open: list[Any] = []

    def ask(self, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) pre-policies that promise most by the model."""
        self._open = [self._study.ask() for _ in range(number)]
        if isinstance(self.space, FinitePrePolicies):
            most = self.space.size - 1
            return np.array([trial.suggest_int("point", 0, most) for trial in self._open])
        assert isinstance(self.space, ContinuousPrePolicies)
        names = [f"u{k}" for k in range(self.space.unit_dimension)]
        unit = [[trial.suggest_float(name, 1e-9, 1) for name in names] for trial in self._open]
        return self.space.from_unit_cube(np.array(unit))

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        for trial, score in zip(self._open, scores.tolist(), strict=True):
            self._study.tell(trial, score)
        self._open = []
