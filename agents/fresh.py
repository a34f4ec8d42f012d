"""A new model for each pre-policy: the paper's plain reading of Algorithm 1.

It costs a training for every pre-policy that is evaluated, where the amortized responder trains
once; that is what it is for: to be compared with.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..policy import BatchPolicies
from ..problem import CommitmentProblem, Evaluation, Points
from .amortized import AmortizedResponder
from .responder import Responder, distinct
from .settings import settings_of

_TURNS = 10  # in which each model trains; several learners answer each other from turn to turn


class FreshResponder(Responder):
    """Trains PPO from scratch for each different pre-policy, once."""

    def __init__(
        self, problem: CommitmentProblem, *, seed: int, steps: int | None, algorithm: str = "ppo"
    ) -> None:
        """Nothing is trained before it is asked for.

        Args:
            problem: what it answers.
            seed: model number k, in the order in which pre-policies are asked, has seed + k.
            steps: environment steps for each model; the default of `fresh-ppo` if None.
            algorithm: of Stable-Baselines3: `ppo` or `dqn`.
        """
        super().__init__(problem)
        self._seed, self._algorithm = seed, algorithm
        self._steps = settings_of("fresh-ppo", problem.family).steps if steps is None else steps
        self._models: dict[bytes, AmortizedResponder] = {}
        # By pre-policy, and whether the search is over: then other episodes may judge.
        self._answers: dict[tuple[bytes, bool], Evaluation] = {}

    def respond(self, points: Points) -> Evaluation:
        """Train what is not trained yet, and play each different pre-policy out, once."""
        unique, inverse = distinct(points)
        return Evaluation.concatenate([self._answer(point) for point in unique]).select(inverse)

    def _answer(self, point: Any) -> Evaluation:
        """The answer to a pre-policy; no steps are played for one that is known."""
        key = _key(point), self.problem.concluding
        if key in self._answers:
            return replace(self._answers[key], env_steps=0)
        self._answers[key] = self._model(point).respond(np.array([point]))
        return self._answers[key]

    def _model(self, point: Any) -> AmortizedResponder:
        key = _key(point)
        if key not in self._models:
            model = self._untrained(len(self._models))
            model.listen = self.listen
            for turn in range(_TURNS):
                due = self._steps * (turn + 1) // _TURNS
                if due > model.train_steps:
                    model.learn(np.array([point]), due - model.train_steps)
            self.train_steps += model.train_steps
            self._models[key] = model
        return self._models[key]

    def _untrained(self, number: int) -> AmortizedResponder:
        seed = self._seed + number
        return AmortizedResponder(self.problem, self._algorithm, seed=seed, steps=self._steps)

    def policies(self, point: Any | None) -> BatchPolicies:
        """The models of that pre-policy; without any, of the first that was asked."""
        if point is None:
            return next(iter(self._models.values())).policies(None)
        return self._model(np.asarray(point)).policies(point)

    def save_model(self, folder: Path) -> None:
        """Write `models/NUMBER/`, and which pre-policy each is of."""
        for number, model in enumerate(self._models.values()):
            own = folder / "models" / str(number)
            own.mkdir(parents=True, exist_ok=True)
            model.save_model(own)
        (folder / "models").mkdir(exist_ok=True)
        with (folder / "models" / "answers.pkl").open("wb") as file:
            pickle.dump((list(self._models), self._answers, self.train_steps), file)

    def load_model(self, folder: Path) -> None:
        """Read what `save_model` wrote."""
        with (folder / "models" / "answers.pkl").open("rb") as file:
            keys, self._answers, self.train_steps = pickle.load(file)
        for number, key in enumerate(keys):
            self._models[key] = self._untrained(number)
            self._models[key].load_model(folder / "models" / str(number))

    def save(self, folder: Path) -> None:
        """As `save_model`: a model that is being trained is trained anew."""
        self.save_model(folder)

    def load(self, folder: Path) -> None:
        """As `load_model`."""
        self.load_model(folder)


def _key(point: Any) -> bytes:
    return np.ascontiguousarray(point).tobytes()
