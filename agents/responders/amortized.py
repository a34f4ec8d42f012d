"""One learned model for all pre-policies: the commitment is part of what it sees.

Half of the training episodes begin under a commitment drawn from the meta pre-policy, half under
a uniform one, so that the model answers every commitment and is best where the search looks. In
the barrier game half begin with the learner on a random cell: without that, a learner that has
found one way to a goal may never find the other, and its answers stay wrong however long it trains.
Answers are given from the real start by the deterministic policy.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from stable_baselines3.common.logger import KVWriter, Logger
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm

from ...core.checkpoint import StateDict
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.state_form import Form, form_of, generator_like
from ..responder import Responder, distinct
from .models.files import read_model, write_model
from .models.form import form_of_generators, form_of_model
from .models.learners import Decay, make_model
from .models.policies import ModelPolicy, one_torch_thread
from .models.practice import Practice, Remember
from .models.state import (
    generators,
    load_generators,
    load_state_of,
    state_of,
)
from .models.vec_env import BatchedVecEnv
from .settings import can_practise, settings_of

UNIFORM_SHARE = 0.5
_TURNS = 10  # of a budget that is spent at once
_STREAM = 0xA3047  # keeps the choice of pre-policies apart from what else the seed draws
_POOL = 2048  # pre-policies that training episodes draw from, between two updates of theta


class _Forward(KVWriter):
    """Hands SB3's own scalars (losses, entropies, episode rewards) to whoever listens."""

    def __init__(self, listen: Callable[[str, float, int], None]) -> None:
        self._listen = listen

    def write(
        self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0
    ) -> None:
        """Pass on what is a number."""
        for key, value in key_values.items():
            if isinstance(value, (int, float, np.number)):
                self._listen(key, float(value), step)

    def close(self) -> None:
        """Nothing is held."""


class AmortizedResponder(Responder):
    """A Stable-Baselines3 model of each learner, conditioned on the commitment.

    Several learners train in turn, each against the others as they are then.

    Attributes:
        models: the SB3 model of each learner.
    """

    learns = True

    def __init__(
        self,
        problem: CommitmentProblem,
        algorithm: str,
        *,
        seed: int,
        steps: int | None,
        hyperparameters: Mapping[str, Any] | None = None,
    ) -> None:
        """Set up models that know nothing yet.

        Args:
            problem: what they answer.
            algorithm: a page of `defaults/`, or `module:make_model`.
            seed: seeds the models, the games, and the process's generators.
            steps: the training budget in environment steps; the algorithm's default if None.
            hyperparameters: some in place of the page's, or beside them.

        Raises:
            InvalidArgument: hyper-parameters that the model does not take.
        """
        super().__init__(problem)
        self._algorithm, self._hyperparameters = algorithm, hyperparameters
        settings = settings_of(algorithm, problem, hyperparameters)
        self.train_budget = settings.steps if steps is None else steps
        self._rate = Decay(settings.learning_rate)
        self._np_random = np.random.default_rng([seed, _STREAM])
        self._envs = {
            learner: BatchedVecEnv(
                problem.learner_env(
                    settings.num_envs,
                    learner=learner,
                    autoreset_mode=AutoresetMode.SAME_STEP,
                    training=True,
                )
            )
            for learner in problem.learners
        }
        self.models = {
            learner: make_model(
                settings, env, seed=seed + number, rate=self._rate, board=problem.seen_board
            )
            for number, (learner, env) in enumerate(self._envs.items())
        }
        self._practice: Practice | None = None
        if settings.practice is not None and can_practise(problem):
            (model,) = self.models.values()
            self._practice = Practice(problem, model, **settings.practice)

    def train(self, likely: NDArray[Any], steps: int) -> None:
        """Learn under pre-policies that are half `likely` ones, half spread over the space."""
        uniform = int(UNIFORM_SHARE * _POOL)
        pool = np.concatenate(
            [
                self._np_random.permutation(np.asarray(likely))[: _POOL - uniform],
                self.problem.pre_policies.spread(uniform, self._np_random),
            ]
        )
        self.learn(pool, steps)

    def learn(self, pool: Points, steps: int) -> None:
        """Learn under pre-policies drawn uniformly from a pool, repeats counting."""
        goal = self.train_steps + steps
        if self._practice is not None:
            until = self._practice.until_due(self.train_steps, self.train_budget)
            if until is not None and 0 < until < steps:
                self._learn(pool, until)
        if self.train_steps < goal:
            self._learn(pool, goal - self.train_steps)

    def _learn(self, pool: Points, steps: int) -> None:
        """Train the models, then practise if it is due."""
        self._rate.spent = self.train_steps / self.train_budget
        outputs: list[KVWriter] = [_Forward(self.listen)] if self.listen is not None else []
        remember = None if self._practice is None else Remember(self._practice)
        policies = self.policies(None)
        for learner, model in self.models.items():
            env: Any = self._envs[learner].env
            env.set_pre_policies(pool)
            env.set_others({agent: one for agent, one in policies.items() if agent != learner})
            model.set_logger(Logger(folder=None, output_formats=outputs))
            off_policy = isinstance(model, OffPolicyAlgorithm)
            with one_torch_thread():
                model.learn(
                    max(steps // len(self.models), 1),
                    callback=remember,
                    reset_num_timesteps=False,
                    # In rollouts, but here in episodes, of which some games end one each step.
                    log_interval=sys.maxsize if off_policy else 1,
                )
            if off_policy:
                model.dump_logs()
            else:  # the losses, which come after SB3's own dump
                model.logger.dump(model.num_timesteps)
        self._count()
        if self._practice is not None:
            self._practice.when_due(pool, self.train_steps, self.train_budget, self._np_random)
            self._count()

    def _count(self) -> None:
        self.train_steps = sum(model.num_timesteps for model in self.models.values())
        if self._practice is not None:
            self.train_steps += self._practice.steps

    def spend(self, pool: Points) -> None:
        """Learn for the whole budget; several learners answer each other from turn to turn."""
        for turn in range(_TURNS):
            due = self.train_budget * (turn + 1) // _TURNS
            if due > self.train_steps:
                self.learn(pool, due - self.train_steps)

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Play the pre-policies out, each different one once."""
        unique, inverse = distinct(points)
        return self.problem.evaluate(self.policies(None), unique, split=split).select(inverse)

    def policies(self, point: Any | None) -> BatchPolicies:
        """The models' deterministic policies; the commitment is part of what they see."""
        return {learner: ModelPolicy(model) for learner, model in self.models.items()}

    def save_model(self, folder: Path) -> None:
        """Write `model.zip`, or `model_AGENT.zip` for each of several, for SB3's own `load`."""
        for learner, model in self.models.items():
            write_model(model, folder / self._file(learner))

    def load_model(self, folder: Path) -> None:
        """Read the parameters of what `save_model` wrote; nothing in the files is run.

        Raises:
            OSError: a file is missing.
            ValueError: one is damaged, or another model's.
        """
        for learner, model in self.models.items():
            read_model(model, folder / self._file(learner))
        self._count()

    def _file(self, learner: str) -> str:
        return "model.zip" if len(self.models) == 1 else f"model_{learner}.zip"

    def state_dict(self) -> StateDict:
        """The models, their games, their replay buffers if any, and all generators."""
        return {
            "models": {learner: state_of(model) for learner, model in self.models.items()},
            "envs": {learner: env.state_dict() for learner, env in self._envs.items()},
            "pool": self._np_random.bit_generator.state,
            "practice": None if self._practice is None else self._practice.state_dict(),
            "generators": generators(),
        }

    def state_form(self, kept: StateDict) -> Form:
        """What each model and its games go on from."""
        models, envs, practice = self.models, self._envs, self._practice
        return {
            "models": {one: form_of_model(m, kept["models"][one]) for one, m in models.items()},
            "envs": {one: form_of(env, kept["envs"][one]) for one, env in envs.items()},
            "pool": generator_like(self._np_random),
            "practice": None if practice is None else form_of(practice, kept["practice"]),
            "generators": form_of_generators(),
        }

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned, generators included."""
        for learner, env in self._envs.items():
            env.load_state_dict(state["envs"][learner])
        for learner, model in self.models.items():
            load_state_of(model, state["models"][learner])
        if self._practice is not None:
            self._practice.load_state_dict(state["practice"])
        self._count()
        self._np_random.bit_generator.state = state["pool"]
        # Last, since building the models has drawn from them.
        load_generators(state["generators"])
