"""One learned model for all pre-policies: the commitment is part of what it sees.

Half of the training episodes begin under a commitment drawn from the meta pre-policy, half under
a uniform one, so that the model answers every commitment and is best where the search looks. Half
begin with the learner on a random cell: without that, a learner that has found one way to a goal
may never find the other, and its answers stay wrong however long it trains. Answers are given
from the real start by the deterministic policy.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.logger import KVWriter, Logger

from ..problem import Act, CommitmentProblem, Evaluation
from .responder import Responder
from .vec_env import BatchedVecEnv

EXPLORING_STARTS = 0.5
UNIFORM_SHARE = 0.5
_MODEL = "model.zip"
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


def _make_ppo(env: BatchedVecEnv, seed: int, rate: Decay) -> BaseAlgorithm:
    return PPO(
        "MlpPolicy",
        env,
        learning_rate=rate,
        n_steps=16,
        batch_size=2048,
        n_epochs=4,
        gamma=0.97,
        # With SB3's wider clipping and no bonus, a policy that is quickly sure of one way to a
        # goal let 1 or 2 seeds of 4 miss the other for good; with these, none of 8 did.
        clip_range=0.1,
        ent_coef=0.01,
        policy_kwargs={"net_arch": [64, 64]},
        seed=seed,
        device="cpu",
    )


def _make_dqn(env: BatchedVecEnv, seed: int, rate: Decay) -> BaseAlgorithm:
    return DQN(
        "MlpPolicy",
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


# Maker, games in lockstep, initial learning rate, default budget in environment steps.
_ALGORITHMS: dict[str, tuple[Callable[..., BaseAlgorithm], int, float, int]] = {
    "ppo": (_make_ppo, 512, 2e-3, 800_000),
    "dqn": (_make_dqn, 128, 1e-3, 400_000),
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
    """A Stable-Baselines3 model of the learner, conditioned on the commitment.

    Attributes:
        model: the SB3 model.
    """

    learns = True

    def __init__(
        self, problem: CommitmentProblem, algorithm: str, *, seed: int, steps: int | None
    ) -> None:
        """Set up a model that knows nothing yet.

        Args:
            problem: what it answers.
            algorithm: `ppo` or `dqn`.
            seed: seeds the model, the games, and the process's generators.
            steps: the training budget in environment steps; the algorithm's default if None.
        """
        super().__init__(problem)
        make, games, rate, default_steps = _ALGORITHMS[algorithm]
        self.train_budget = default_steps if steps is None else steps
        self._rate = Decay(rate)
        self._env = problem.learner_env(
            games, autoreset_mode=AutoresetMode.SAME_STEP, exploring_starts=EXPLORING_STARTS
        )
        self.model = make(BatchedVecEnv(self._env), seed, self._rate)

    def train(self, weights: NDArray[np.float64], steps: int) -> None:
        """Learn under commitments drawn half from `weights`, half uniformly."""
        uniform = np.full(len(weights), 1 / len(weights))
        self._env.set_pre_policy_weights(
            UNIFORM_SHARE * uniform + (1 - UNIFORM_SHARE) * weights / weights.sum()
        )
        self._rate.spent = self.train_steps / self.train_budget
        outputs: list[KVWriter] = [_Forward(self.listen)] if self.listen is not None else []
        self.model.set_logger(Logger(folder=None, output_formats=outputs))
        with _one_torch_thread():
            self.model.learn(steps, reset_num_timesteps=False, log_interval=1)
        self.train_steps = self.model.num_timesteps

    def respond(self, points: Sequence[int] | NDArray[np.int64]) -> Evaluation:
        """Play the pre-policies out, each different one once."""
        unique, inverse = np.unique(np.asarray(points), return_inverse=True)
        return self.problem.evaluate(self.policy(), unique).select(inverse)

    def policy(self) -> Act:
        """The model's deterministic policy."""

        def act(seen: Any) -> NDArray[Any]:
            chunks = range(0, len(seen), _ACT_BATCH)
            with _one_torch_thread():
                return np.concatenate(
                    [
                        self.model.predict(seen[k : k + _ACT_BATCH], deterministic=True)[0]
                        for k in chunks
                    ]
                )

        return act

    def save_model(self, folder: Path) -> None:
        """Write `model.zip`."""
        self.model.save(folder / _MODEL)

    def load_model(self, folder: Path) -> None:
        """Read `model.zip`."""
        self.model = type(self.model).load(
            folder / _MODEL,
            env=BatchedVecEnv(self._env),
            device="cpu",
            custom_objects={"learning_rate": self._rate},
            force_reset=False,
        )
        self.train_steps = self.model.num_timesteps

    def save(self, folder: Path) -> None:
        """Write the model, its games, its replay buffer if any, and all generators."""
        self.save_model(folder)
        if isinstance(self.model, DQN):
            self.model.save_replay_buffer(folder / "replay_buffer.pkl")
        state = {
            "env": self._env,
            "python": random.getstate(),
            "numpy": np.random.get_state(),  # noqa: NPY002 - SB3 draws from the global generator
            "torch": torch.get_rng_state(),
            "actions": self.model.action_space.np_random.bit_generator.state,
        }
        with (folder / "games.pkl").open("wb") as file:
            pickle.dump(state, file)

    def load(self, folder: Path) -> None:
        """Go on from what `save` wrote, generators included."""
        with (folder / "games.pkl").open("rb") as file:
            state = pickle.load(file)
        self._env = state["env"]
        self.load_model(folder)
        if isinstance(self.model, DQN):
            self.model.load_replay_buffer(folder / "replay_buffer.pkl")
        # Last, since building the model has drawn from them.
        random.setstate(state["python"])
        np.random.set_state(state["numpy"])  # noqa: NPY002
        torch.set_rng_state(state["torch"])
        self.model.action_space.np_random.bit_generator.state = state["actions"]


@contextmanager
def _one_torch_thread() -> Iterator[None]:
    """Networks this small run faster on one thread than on several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
