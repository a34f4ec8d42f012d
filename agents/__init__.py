"""Whoever answers a commitment: exactly, or by what it has learned.

    responder = make_responder("ppo", problem, seed=0)
    responder.train(weights)              # one round of learning, a no-op for exact answers
    responder.respond([0, 3]).p           # P(Y=y | do(pre-policy 0)), P(Y=y | do(pre-policy 3))

`RESPONDERS` names them all. Only the learned ones import torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.extras import require
from .responder import Responder
from .responders.factory import judge_seed, judge_steps, make_judge, make_responder
from .responders.names import RESPONDERS

if TYPE_CHECKING:
    from .responders.models.vec_env import BatchedVecEnv

__all__ = [
    "RESPONDERS",
    "Responder",
    "judge_seed",
    "judge_steps",
    "make_judge",
    "make_responder",
    "sb3_vec_env",
]


def sb3_vec_env(game: str, num_envs: int, **settings: Any) -> BatchedVecEnv:
    """The learner's batched view of a game, for Stable-Baselines3's and sb3-contrib's models.

        env = sb3_vec_env("barrier", 512, layout="contested")
        model = PPO("MlpPolicy", env, n_steps=16, batch_size=2048).learn(500_000)

    Args:
        game: a name of the registry.
        num_envs: games in lockstep.
        **settings: arguments of the game's batched view, such as `layout` and `committed`.

    Raises:
        UnknownName: no such game, or none with a batched view of its own.
        MissingExtra: Stable-Baselines3 is not installed.
        ScgError: settings that the game does not take.
    """
    require("sb3_vec_env", "stable_baselines3")
    from .responders.models.vec_env import make_vec_env

    return make_vec_env(game, num_envs, **settings)
