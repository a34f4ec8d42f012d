"""Models of Stable-Baselines3 and sb3-contrib that know nothing yet, by their settings."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import torch
from gymnasium.spaces import Dict, MultiDiscrete
from stable_baselines3.common.base_class import BaseAlgorithm

from .settings import Settings
from .vec_env import BatchedVecEnv


class Decay:
    """A learning rate that falls linearly to 0 with the steps of the whole budget.

    SB3's own schedules start anew with every call of `learn`, and Algorithm 1 calls it many times.

    Attributes:
        spent: the share of the budget that is spent, in [0, 1].
    """

    def __init__(self, initial: float) -> None:
        self.initial = initial
        self.spent = 0.0

    def __call__(self, progress_remaining: float) -> float:
        """The rate now, whatever SB3 says of its progress through this call of `learn`."""
        return self.initial * max(1 - self.spent, 0.0)


def make_model(
    settings: Settings, env: BatchedVecEnv, *, seed: int, rate: Decay, rollout: int | None = None
) -> BaseAlgorithm:
    """A model that knows nothing yet.

    Args:
        settings: of its algorithm.
        env: its games.
        seed: of the model and of the process's generators.
        rate: the learning rate.
        rollout: environment steps between two updates, over all games; the settings' if None.
    """
    module, _, name = settings.algorithm.partition(":")
    arguments: dict[str, Any] = dict(settings.model)
    policy_kwargs = dict(arguments.pop("policy_kwargs", {}))
    if settings.activation:
        one_hot = isinstance(env.observation_space, MultiDiscrete)
        activation = settings.activation["one_hot" if one_hot else "other"]
        policy_kwargs["activation_fn"] = getattr(torch.nn, activation)
    if settings.rollout is not None:
        arguments["n_steps"] = max((rollout or settings.rollout) // env.num_envs, 1)
    dictionary = isinstance(env.observation_space, Dict)
    model: BaseAlgorithm = getattr(import_module(module), name)(
        settings.policies["dictionary" if dictionary else "flat"],
        env,
        learning_rate=rate,
        policy_kwargs=policy_kwargs,
        seed=seed,
        device="cpu",
        **arguments,
    )
    return model
