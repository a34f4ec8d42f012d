"""A new model for each pre-policy: the paper's plain reading of Algorithm 1.

Any page of `defaults/` with `fresh: true` is one: the page that it is `like` says what is trained.
It costs a training for every pre-policy that is evaluated, where the amortized responder trains
once; that is what it is for: to be compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from ...core.backends import Backend
from ...core.checkpoint import StateDict, read_state, state_text, write_state
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from ...core.state_form import Each, Form, Text, Whole, check, points_form
from ..responder import Responder, distinct
from .amortized import AmortizedResponder
from .model_jobs import (
    form_of_trained,
    load_trained,
    networks_of,
    play_out_there,
    train_on,
    train_there,
    trained,
)
from .settings import settings_of


class FreshResponder(Responder):
    """Trains a model for each different pre-policy, once: from scratch, or from where it begins."""

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
        begin: Iterable[tuple[Any, StateDict]] = (),
    ) -> None:
        """Nothing is trained before it is asked for.

        Args:
            problem: what it answers.
            algorithm: a page of `defaults/`, fresh or not: what each model is trained with.
            seed: model number k, in the order in which pre-policies are asked, has seed + k.
            steps: environment steps for each model; the page's own if None.
            scenario: what names the problem, for workers to make it by.
            backend: where models train and are played out; here and one after another if None.
            hyperparameters: of each model, in place of the page's or beside them.
            begin: pre-policies with the networks (`networks_of`) that their models begin with;
                those of others begin knowing nothing.
        """
        super().__init__(problem)
        self._seed, self._algorithm = seed, algorithm
        assert backend is None or scenario is not None, "a worker makes the problem itself"
        self._scenario, self._backend = scenario, backend
        self._hyperparameters = None if hyperparameters is None else dict(hyperparameters)
        self._steps = settings_of(algorithm, problem).steps if steps is None else steps
        self._begin = {_key(np.asarray(point)): networks for point, networks in begin}
        self._points: list[NDArray[Any]] = []  # in the order of their models
        self._models: dict[bytes, AmortizedResponder] = {}
        self._answers: dict[tuple[bytes, Split], Evaluation] = {}

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Train what is not trained yet, and play each different pre-policy out, once.

        No steps are counted for playing one out that was known.
        """
        unique, inverse = distinct(points)
        before = set(self._answers)
        self._train(unique, split)
        keys = [(_key(point), split) for point in unique]
        self._play_out(
            [point for key, point in zip(keys, unique, strict=True) if key not in self._answers],
            split,
        )
        answers = [
            replace(self._answers[key], env_steps=0) if key in before else self._answers[key]
            for key in keys
        ]
        return Evaluation.concatenate(answers).select(inverse)

    def _model(self, point: Any) -> AmortizedResponder:
        self._train(np.asarray(point)[None])
        return self._models[_key(point)]

    def _train(self, points: NDArray[Any], split: Split | None = None) -> None:
        """A model of each of these different pre-policies that has none.

        Those that train elsewhere are played out there, too.
        """
        new = [np.asarray(point) for point in points if _key(point) not in self._models]
        if self._backend is None:
            for point in new:
                model = self._untrained(len(self._models))
                train_on(model, point, self._begin.get(_key(point)), self.listen)
                self._keep(point, model)
            return
        jobs = [
            self._job(point, split, len(self._models) + k, self._begin.get(_key(point)))
            | {"steps": self._steps}
            for k, point in enumerate(new)
        ]
        for point, found in zip(new, self._backend.map(train_there, jobs), strict=True):
            model = self._untrained(len(self._models))
            load_trained(model, found)
            if self.listen is not None:
                for name, value, step in found["scalars"]:
                    self.listen(name, value, step)
            self._keep(point, model)
            if split is not None:
                self._answers[_key(point), split] = Evaluation.from_state(found["answer"])

    def _play_out(self, points: list[NDArray[Any]], split: Split) -> None:
        """The answers to pre-policies that have models."""
        keys = [_key(point) for point in points]
        if self._backend is None or len(points) < 2:
            for key, point in zip(keys, points, strict=True):
                answer = self._models[key].respond(np.array([point]), split=split)
                self._answers[key, split] = answer
            return
        jobs = [
            self._job(point, split, 0, networks_of(self._models[key]))
            for key, point in zip(keys, points, strict=True)
        ]
        found = self._backend.map(play_out_there, jobs)
        for key, played in zip(keys, found, strict=True):
            self._answers[key, split] = Evaluation.from_state(played)

    def _job(
        self, point: NDArray[Any], split: Split | None, number: int, networks: StateDict | None
    ) -> dict[str, Any]:
        """What a worker makes a model of, and whether and for what it is played out."""
        assert self._scenario is not None
        return {
            "scenario": self._scenario.bare().to_json(),
            "algorithm": self._algorithm,
            "hyperparameters": self._hyperparameters,
            "seed": self._seed + number,
            "point": point.tolist(),
            "dtype": point.dtype.str,
            "split": split,
            "networks": None if networks is None else state_text(networks),
        }

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
        """New models, which train when they are asked: on, where these began with networks."""
        own = [(point, networks_of(self._model(point))) for point in points if self._begin]
        return FreshResponder(
            self.problem,
            self._algorithm,
            seed=seed,
            steps=steps,
            scenario=self._scenario,
            backend=self._backend,
            hyperparameters=self._hyperparameters,
            begin=own,
        )

    def policies(self, point: Any | None) -> BatchPolicies:
        """The models of that pre-policy; without any, of the first that was asked."""
        if point is None:
            return next(iter(self._models.values())).policies(None)
        return self._model(np.asarray(point)).policies(point)

    def knows(self, point: Any | None) -> bool:
        """Whether there is a model of that pre-policy; without any, of whichever."""
        return bool(self._models) if point is None else _key(np.asarray(point)) in self._models

    def keep_only(self, point: Any) -> None:
        """Forget the models of all other pre-policies, and what they have answered."""
        key = _key(np.asarray(point))
        self._points, self._models = [np.asarray(point)], {key: self._model(point)}
        self._answers = {own: answer for own, answer in self._answers.items() if own[0] == key}

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
        kept = read_state(folder / "models" / "answers.npz")
        check(kept, self._answers_form(kept))
        self._load_answers(kept)
        for number, model in enumerate(self._models.values()):
            model.load_model(folder / "models" / str(number))

    def save_model_of(self, point: Any, folder: Path) -> None:
        """Write the model of one pre-policy alone."""
        self._model(point).save_model(folder)

    def load_model_of(self, point: Any, folder: Path) -> None:
        """Answer under that pre-policy with what `save_model_of` wrote."""
        model = self._untrained(len(self._models))
        model.load_model(folder)
        self._keep(np.asarray(point), model)

    def state_dict(self) -> StateDict:
        """The models and their answers; a model that is being trained is trained anew."""
        return {
            **self._answers_state(),
            "models": [trained(model) for model in self._models.values()],
        }

    def state_form(self, kept: StateDict) -> Form:
        """What was answered, and as many models as there are pre-policies."""
        models = kept["models"]
        if len(models) != len(kept["points"]):
            raise ValueError("there are not as many models as pre-policies")
        twin = self._untrained(0) if models else None
        forms = [form_of_trained(twin) for _ in models if twin is not None]
        return self._answers_form(kept) | {"models": forms}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self._load_answers(state)
        for model, own in zip(self._models.values(), state["models"], strict=True):
            load_trained(model, own)

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

    def _answers_form(self, kept: StateDict) -> Form:
        """Pre-policies that there are, each once, and what was answered to them."""
        known, learners = len(kept["points"]), self.problem.learners
        if len({_key(point) for point in kept["points"]}) < known:
            raise ValueError("a pre-policy has two models")
        row = {"number": Whole(0, known - 1), "split": Text(get_args(Split))}
        return {
            "points": Each(points_form(self.problem.pre_policies)),
            "answers": Each(row | Evaluation.state_form(1, learners)),
            "train_steps": Whole(),
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


def _placed(row: StateDict) -> tuple[int, Split, StateDict]:
    """Whose model has answered, what for, and the answer, of a row of the state."""
    answer = dict(row)
    return answer.pop("number"), answer.pop("split"), answer


def _key(point: Any) -> bytes:
    return np.ascontiguousarray(point).tobytes()
