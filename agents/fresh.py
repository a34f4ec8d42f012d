"""A new model for each pre-policy: the paper's plain reading of Algorithm 1.

Any page of `defaults/` with `fresh: true` is one: the page that it is `like` says what is trained.
It costs a training for every pre-policy that is evaluated, where the amortized responder trains
once; that is what it is for: to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.backends import Backend, Job
from ..core.checkpoint import StateDict, read_state, write_state
from ..core.evaluation import Evaluation, Split
from ..core.policy import BatchPolicies
from ..core.pre_policy import Points
from ..core.problem import CommitmentProblem
from ..core.scenario import Scenario
from .amortized import AmortizedResponder
from .model_state import load_parameters, parameters_of
from .responder import Listen, Responder, distinct
from .settings import settings_of


class FreshResponder(Responder):
    """Trains a model from scratch for each different pre-policy, once."""

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
        """Nothing is trained before it is asked for.

        Args:
            problem: what it answers.
            algorithm: a page of `defaults/`, fresh or not: what each model is trained with.
            seed: model number k, in the order in which pre-policies are asked, has seed + k.
            steps: environment steps for each model; the page's own if None.
            scenario: what names the problem, for workers to make it by.
            backend: where models train; here and one after another if None.
            hyperparameters: of each model, in place of the page's or beside them.
        """
        super().__init__(problem)
        self._seed, self._algorithm = seed, algorithm
        assert backend is None or scenario is not None, "a worker makes the problem itself"
        self._scenario = None if scenario is None else scenario.bare().to_json()
        self._backend = backend
        self._hyperparameters = None if hyperparameters is None else dict(hyperparameters)
        self._steps = settings_of(algorithm, problem).steps if steps is None else steps
        self._points: list[NDArray[Any]] = []  # in the order of their models
        self._models: dict[bytes, AmortizedResponder] = {}
        self._answers: dict[tuple[bytes, Split], Evaluation] = {}

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Train what is not trained yet, and play each different pre-policy out, once."""
        unique, inverse = distinct(points)
        self._train(unique)
        return Evaluation.concatenate([self._answer(point, split) for point in unique]).select(
            inverse
        )

    def _answer(self, point: Any, split: Split) -> Evaluation:
        """The answer to a pre-policy; no steps are played for one that is known."""
        key = _key(point), split
        if key in self._answers:
            return replace(self._answers[key], env_steps=0)
        self._answers[key] = self._model(point).respond(np.array([point]), split=split)
        return self._answers[key]

    def _model(self, point: Any) -> AmortizedResponder:
        self._train(np.asarray(point)[None])
        return self._models[_key(point)]

    def _train(self, points: NDArray[Any]) -> None:
        """A model of each of these different pre-policies that has none."""
        new = [np.asarray(point) for point in points if _key(point) not in self._models]
        if self._backend is None:
            for point in new:
                model = self._untrained(len(self._models))
                _train_on(model, point, self.listen)
                self._keep(point, model)
            return
        for point, state in zip(new, self._backend.map(_train_there, self._jobs(new)), strict=True):
            model = self._untrained(len(self._models))
            _load_trained(model, state)
            if self.listen is not None:
                for name, value, step in state["scalars"]:
                    self.listen(name, value, step)
            self._keep(point, model)

    def _jobs(self, points: list[NDArray[Any]]) -> list[Job]:
        assert self._scenario is not None
        common = {
            "scenario": self._scenario,
            "algorithm": self._algorithm,
            "steps": self._steps,
            "hyperparameters": self._hyperparameters,
        }
        first = self._seed + len(self._models)
        return [
            {**common, "seed": first + k, "point": point.tolist(), "dtype": point.dtype.str}
            for k, point in enumerate(points)
        ]

    def _keep(self, point: NDArray[Any], model: AmortizedResponder) -> None:
        self.train_steps += model.train_steps
        self._models[_key(point)] = model
        self._points.append(point)

    def _untrained(self, number: int) -> AmortizedResponder:
        seed = self._seed + number
        return AmortizedResponder(
            self.problem,
            self._algorithm,
            seed=seed,
            steps=self._steps,
            hyperparameters=self._hyperparameters,
        )

    def retrained(self, points: Points, steps: int, *, seed: int) -> FreshResponder:
        """New models, which train when they are asked."""
        return FreshResponder(self.problem, self._algorithm, seed=seed, steps=steps)

    def policies(self, point: Any | None) -> BatchPolicies:
        """The models of that pre-policy; without any, of the first that was asked."""
        if point is None:
            return next(iter(self._models.values())).policies(None)
        return self._model(np.asarray(point)).policies(point)

    def save_model(self, folder: Path) -> None:
        """Write `models/NUMBER/`, and which pre-policy each is of and what it answers."""
        for number, model in enumerate(self._models.values()):
            own = folder / "models" / str(number)
            own.mkdir(parents=True, exist_ok=True)
            model.save_model(own)
        (folder / "models").mkdir(exist_ok=True)
        write_state(folder / "models" / "answers.npz", self._answers_state())

    def load_model(self, folder: Path) -> None:
        """Read what `save_model` wrote."""
        self._load_answers(read_state(folder / "models" / "answers.npz"))
        for number, model in enumerate(self._models.values()):
            model.load_model(folder / "models" / str(number))

    def state_dict(self) -> StateDict:
        """The models and their answers; a model that is being trained is trained anew."""
        trained = [_trained(model) for model in self._models.values()]
        return {**self._answers_state(), "models": trained}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self._load_answers(state)
        for model, trained in zip(self._models.values(), state["models"], strict=True):
            _load_trained(model, trained)

    def _answers_state(self) -> StateDict:
        keys = list(self._models)
        return {
            "points": list(self._points),
            "answers": [
                {"number": keys.index(key), "split": split, **answer.state_dict()}
                for (key, split), answer in self._answers.items()
            ],
            "train_steps": self.train_steps,
        }

    def _load_answers(self, state: StateDict) -> None:
        """Untrained models of the points that have one, and what was answered."""
        self._points, self.train_steps = list(state["points"]), state["train_steps"]
        keys = [_key(point) for point in self._points]
        self._models = {key: self._untrained(number) for number, key in enumerate(keys)}
        self._answers = {
            (keys[number], split): Evaluation.from_state(answer)
            for number, split, answer in map(_placed, state["answers"])
        }


def _train_on(responder: AmortizedResponder, point: NDArray[Any], listen: Listen | None) -> None:
    """Spend a model's budget on one pre-policy."""
    responder.listen = listen
    responder.spend(np.array([point]))


def _train_there(job: dict[str, Any]) -> StateDict:
    """What a job of `FreshResponder` does, in whatever process."""
    problem = Scenario.from_json(job["scenario"]).problem()
    steps, scalars = job["steps"], []
    responder = AmortizedResponder(
        problem,
        job["algorithm"],
        seed=job["seed"],
        steps=steps,
        hyperparameters=job["hyperparameters"],
    )
    point = np.array(job["point"], dtype=job["dtype"])
    _train_on(responder, point, lambda *scalar: scalars.append(list(scalar)))
    return {**_trained(responder), "scalars": scalars}


def _trained(responder: AmortizedResponder) -> StateDict:
    """What a model answers by, and how long it has trained."""
    models = responder.models.items()
    return {
        "parameters": {learner: parameters_of(model) for learner, model in models},
        "steps": {learner: model.num_timesteps for learner, model in models},
        "train_steps": responder.train_steps,  # those of practice, too
    }


def _load_trained(responder: AmortizedResponder, state: StateDict) -> None:
    for learner, model in responder.models.items():
        load_parameters(model, state["parameters"][learner])
        model.num_timesteps = state["steps"][learner]
    responder.train_steps = state["train_steps"]


def _placed(row: StateDict) -> tuple[int, Split, StateDict]:
    """Whose model has answered, what for, and the answer, of a row of the state."""
    answer = dict(row)
    return answer.pop("number"), answer.pop("split"), answer


def _key(point: Any) -> bytes:
    return np.ascontiguousarray(point).tobytes()
