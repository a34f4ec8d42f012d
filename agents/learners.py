"""Models of Stable-Baselines3 and sb3-contrib that know nothing yet, by their settings."""

from __future__ import annotations

from typing import Any

import torch
from gymnasium.spaces import Dict, MultiDiscrete
from stable_baselines3.common.base_class import BaseAlgorithm

from ..core.registry import load
from ..core.seen_board import SeenBoard
from .board_features import BoardFeatures, board_policy
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
    settings: Settings,
    env: BatchedVecEnv,
    *,
    seed: int,
    rate: Decay,
    rollout: int | None = None,
    board: SeenBoard | None = None,
) -> BaseAlgorithm:
    """A model that knows nothing yet.

    Args:
        settings: of its algorithm.
        env: its games.
        seed: of the model and of the process's generators.
        rate: the learning rate.
        rollout: environment steps between two updates, over all games; the settings' if None.
        board: what is seen of a board, if one is.
    """
    made: type[BaseAlgorithm] = load(settings.algorithm)
    arguments: dict[str, Any] = dict(settings.model)
    policy_kwargs = dict(arguments.pop("policy_kwargs", {}))
    space = env.observation_space
    policy: Any = settings.policies["dictionary" if isinstance(space, Dict) else "flat"]
    activation = settings.activation
    if not isinstance(activation, str):
        activation = activation.get("one_hot" if isinstance(space, MultiDiscrete) else "other", "")
    if activation:
        policy_kwargs["activation_fn"] = getattr(torch.nn, activation)
    if settings.board is not None and board is not None:
        policy = board_policy(made.policy_aliases[policy])
        policy_kwargs["features_extractor_class"] = BoardFeatures
        policy_kwargs["features_extractor_kwargs"] = {"board": board, **settings.board}
        # Its tables are most of the parameters: one pass over them, not several.
        policy_kwargs["optimizer_kwargs"] = {"fused": True}
    if settings.rollout is not None:
        arguments["n_steps"] = max((rollout or settings.rollout) // env.num_envs, 1)
    return made(
        policy,
        env,
        learning_rate=rate,
        policy_kwargs=policy_kwargs,
        seed=seed,
        device="cpu",
        **arguments,
    )
