"""Bayesian optimization over pre-policies, by optuna's Gaussian process sampler."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.extras import require
from ....core.pre_policy import Finite, Latent, PrePolicySpace
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
        self._study = optuna.create_study(direction="maximize")
        self._open: list[Any] = []

    def state_dict(self) -> StateDict:
        """What was told."""
        told = [[trial.params, trial.value] for trial in self._study.get_trials(deepcopy=False)]
        return {**super().state_dict(), "told": told}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        from optuna.trial import create_trial

        super().load_state_dict(state)
        for params, value in state["told"]:
            kinds = {name: self._distributions()[name] for name in params}
            self._study.add_trial(create_trial(params=params, distributions=kinds, value=value))

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[Any]:
        """(number, ...) pre-policies that promise most by the model."""
        # A sampler for each batch: what it draws and fits then depends on nothing but what was
        # told and the search's own generator, which checkpoints keep.
        self._study.sampler = _sampler(int(np_random.integers(2**31)))
        self._open = [self._study.ask(self._distributions()) for _ in range(number)]
        if isinstance(self.space, Finite):
            return np.array([trial.params["point"] for trial in self._open])
        assert isinstance(self.space, Latent)
        unit = [[trial.params[name] for name in self._distributions()] for trial in self._open]
        return self.space.from_unit_cube(np.array(unit))

    def _distributions(self) -> dict[str, Any]:
        """What the library is told of the space."""
        from optuna.distributions import FloatDistribution, IntDistribution

        if isinstance(self.space, Finite):
            return {"point": IntDistribution(0, self.space.size - 1)}
        assert isinstance(self.space, Latent)
        return {f"u{k}": FloatDistribution(1e-9, 1) for k in range(self.space.unit_dimension)}

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        for trial, score in zip(self._open, scores.tolist(), strict=True):
            self._study.tell(trial, score)
        self._open = []


def _sampler(seed: int) -> Any:
    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.GPSampler(seed=seed)
