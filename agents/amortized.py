"""One learned model for all pre-policies: the commitment is part of what it sees.

Half of the training episodes begin under a commitment drawn from the meta pre-policy, half under
a uniform one, so that the model answers every commitment and is best where the search looks. In
the barrier game half begin with the learner on a random cell: without that, a learner that has
found one way to a goal may never find the other, and its answers stay wrong however long it trains.
Answers are given from the real start by the deterministic policy.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.spaces import Dict, MultiDiscrete
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.logger import KVWriter, Logger

from ..problem import Act, Acts, CommitmentProblem, Evaluation, Points
from .responder import Responder, distinct
from .vec_env import BatchedVecEnv

UNIFORM_SHARE = 0.5
_STREAM = 0xA3047  # keeps the choice of pre-policies apart from what else the seed draws
_POOL = 2048  # pre-policies that training episodes draw from, between two updates of theta
LEARNING_RATE = 2e-3  # of PPO, at first
_FRUGAL_RATE = 1e-3  # the same where steps are dear
_ROLLOUT = 8192  # environment steps between two updates of PPO
_ACT_BATCH = 16_384  # observations in one forward pass, which bounds its memory


class Decay:
    """A learning rate that falls linearly to 0 with the steps of the whole budget.

    SB3's own schedules start anew with every call of `learn`, and Algorithm 1 calls it many times.
    """

    def __init__(self, initial: float) -> None:
        self.initial = initial
        self.spent = 0.0

    def __call__(self, progress_remaining: float) -> float:
        """The rate now, whatever SB3 says of its progress through this call of `learn`."""
        return self.initial * max(1 - self.spent, 0.0)


def make_ppo(env: BatchedVecEnv, seed: int, rate: Decay, rollout: int = _ROLLOUT) -> BaseAlgorithm:
    """A PPO model that knows nothing yet.

    Args:
        env: its games.
        seed: of the model and of the process's generators.
        rate: the learning rate.
        rollout: environment steps between two updates, over all games.
    """
    return PPO(
        _policy(env),
        env,
        learning_rate=rate,
        n_steps=max(rollout // env.num_envs, 1),
        batch_size=2048,
        n_epochs=4,
        gamma=0.97,
        # With SB3's wider clipping and no bonus, a policy that is quickly sure of one way to a
        # goal let 1 or 2 seeds of 4 miss the other for good; with these, none of 8 did.
        clip_range=0.1,
        ent_coef=0.01,
        policy_kwargs={"net_arch": [64, 64], "activation_fn": _activation(env)},
        seed=seed,
        device="cpu",
    )


def _make_frugal_ppo(env: BatchedVecEnv, seed: int, rate: Decay) -> BaseAlgorithm:
    """PPO that takes more from each step, for games in Python, whose steps are dear.

    In simple_spread the settings of `make_ppo` attained a quarter of what these did.
    """
    return PPO(
        _policy(env),
        env,
        learning_rate=rate,
        n_steps=max(4096 // env.num_envs, 1),
        batch_size=256,
        n_epochs=10,
        gamma=0.95,
        clip_range=0.2,
        ent_coef=0.01,
        policy_kwargs={"net_arch": [64, 64], "activation_fn": _activation(env)},
        seed=seed,
        device="cpu",
    )


def _make_dqn(env: BatchedVecEnv, seed: int, rate: Decay) -> BaseAlgorithm:
    return DQN(
        _policy(env),
        env,
        learning_rate=rate,
        buffer_size=200_000,
        learning_starts=10_000,
        batch_size=1024,
        # Discounting does not change which path is shortest, but by how much its first step is
        # better: with 0.97 a Q-network's errors outweighed that in most seeds.
        gamma=0.9,
        train_freq=1,
        gradient_steps=1,
        target_update_interval=8_000,
        # A constant share of random moves: SB3's schedule, too, starts anew with every `learn`.
        exploration_initial_eps=0.3,
        exploration_final_eps=0.3,
        policy_kwargs={"net_arch": [128, 128]},
        seed=seed,
        device="cpu",
    )


def _activation(env: BatchedVecEnv) -> type[torch.nn.Module]:
    """ReLU for one-hot inputs, where SB3's default, tanh, takes a third of the whole time.

    Where the inputs are a continuum tanh answers better beside a threshold.
    """
    one_hot = isinstance(env.observation_space, MultiDiscrete)
    return torch.nn.ReLU if one_hot else torch.nn.Tanh


def _policy(env: BatchedVecEnv) -> str:
    return "MultiInputPolicy" if isinstance(env.observation_space, Dict) else "MlpPolicy"


# Maker, initial learning rate.
_ALGORITHMS: dict[str, tuple[Callable[..., BaseAlgorithm], float]] = {
    "ppo": (make_ppo, LEARNING_RATE),
    "dqn": (_make_dqn, 1e-3),
}


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
        self, problem: CommitmentProblem, algorithm: str, *, seed: int, steps: int | None
    ) -> None:
        """Set up models that know nothing yet.

        Args:
            problem: what they answer.
            algorithm: `ppo` or `dqn`.
            seed: seeds the models, the games, and the process's generators.
            steps: the training budget in environment steps; the problem's default if None.
        """
        super().__init__(problem)
        make, rate = _ALGORITHMS[algorithm]
        if problem.frugal and algorithm == "ppo":
            make, rate = _make_frugal_ppo, _FRUGAL_RATE
        self.train_budget = problem.training_steps[algorithm] if steps is None else steps
        self._rate = Decay(rate)
        self._np_random = np.random.default_rng([seed, _STREAM])
        self._envs = {
            learner: problem.learner_env(
                problem.lockstep[algorithm],
                learner=learner,
                autoreset_mode=AutoresetMode.SAME_STEP,
                training=True,
            )
            for learner in problem.learners
        }
        self.models = {
            learner: make(BatchedVecEnv(env), seed + number, self._rate)
            for number, (learner, env) in enumerate(self._envs.items())
        }

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
        self._rate.spent = self.train_steps / self.train_budget
        outputs: list[KVWriter] = [_Forward(self.listen)] if self.listen is not None else []
        acts = self._acts()
        for learner, model in self.models.items():
            env = self._envs[learner]
            env.set_pre_policies(pool)
            env.set_others({agent: act for agent, act in acts.items() if agent != learner})
            model.set_logger(Logger(folder=None, output_formats=outputs))
            with one_torch_thread():
                model.learn(
                    max(steps // len(self.models), 1), reset_num_timesteps=False, log_interval=1
                )
            model.logger.dump(model.num_timesteps)  # the losses, which come after SB3's own dump
        self.train_steps = sum(model.num_timesteps for model in self.models.values())

    def respond(self, points: Points) -> Evaluation:
        """Play the pre-policies out, each different one once."""
        unique, inverse = distinct(points)
        return self.problem.evaluate(self._acts(), unique).select(inverse)

    def policies(self, point: Any | None) -> Acts:
        """The models' deterministic policies; the commitment is part of what they see."""
        return self._acts()

    def _acts(self) -> dict[str, Act]:
        return {learner: policy_of(model) for learner, model in self.models.items()}

    def save_model(self, folder: Path) -> None:
        """Write `model.zip`, or `model_AGENT.zip` for each of several."""
        for learner, model in self.models.items():
            model.save(folder / self._file(learner))

    def load_model(self, folder: Path) -> None:
        """Read what `save_model` wrote."""
        for learner, model in self.models.items():
            self.models[learner] = type(model).load(
                folder / self._file(learner),
                env=BatchedVecEnv(self._envs[learner]),
                device="cpu",
                custom_objects={"learning_rate": self._rate},
                force_reset=False,
            )
        self.train_steps = sum(model.num_timesteps for model in self.models.values())

    def _file(self, learner: str) -> str:
        return "model.zip" if len(self.models) == 1 else f"model_{learner}.zip"

    def save(self, folder: Path) -> None:
        """Write the models, their games, their replay buffers if any, and all generators."""
        self.save_model(folder)
        for learner, model in self.models.items():
            if isinstance(model, DQN):
                model.save_replay_buffer(folder / f"replay_buffer_{learner}.pkl")
        state = {
            "envs": self._envs,
            "pool": self._np_random,
            "python": random.getstate(),
            "numpy": np.random.get_state(),  # noqa: NPY002 - SB3 draws from the global generator
            "torch": torch.get_rng_state(),
            "actions": {
                learner: model.action_space.np_random.bit_generator.state
                for learner, model in self.models.items()
            },
        }
        with (folder / "games.pkl").open("wb") as file:
            pickle.dump(state, file)

    def load(self, folder: Path) -> None:
        """Go on from what `save` wrote, generators included."""
        with (folder / "games.pkl").open("rb") as file:
            state = pickle.load(file)
        self._envs, self._np_random = state["envs"], state["pool"]
        self.load_model(folder)
        for learner, model in self.models.items():
            if isinstance(model, DQN):
                model.load_replay_buffer(folder / f"replay_buffer_{learner}.pkl")
        # Last, since building the models has drawn from them.
        random.setstate(state["python"])
        np.random.set_state(state["numpy"])  # noqa: NPY002
        torch.set_rng_state(state["torch"])
        for learner, model in self.models.items():
            model.action_space.np_random.bit_generator.state = state["actions"][learner]


def policy_of(model: BaseAlgorithm, *, deterministic: bool = True) -> Act:
    """The policy of a Stable-Baselines3 model: its likeliest actions, or draws from its chances."""

    def act(seen: Any) -> NDArray[Any]:
        size = len(next(iter(seen.values())) if isinstance(seen, dict) else seen)
        with one_torch_thread():
            return np.concatenate(
                [
                    model.predict(_rows(seen, k, k + _ACT_BATCH), deterministic=deterministic)[0]
                    for k in range(0, size, _ACT_BATCH)
                ]
            )

    return act


def _rows(seen: Any, start: int, end: int) -> Any:
    if isinstance(seen, dict):
        return {key: part[start:end] for key, part in seen.items()}
    return seen[start:end]


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Networks this small run faster on one thread than on several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
