"""Stable-Baselines3's VecEnv over a batched Gymnasium environment, without work for each game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvObs, VecEnvStepReturn

_NOTHING: dict[str, Any] = {}


class BatchedVecEnv(VecEnv):
    """A `VectorEnv` with same-step autoreset, as SB3 wants it.

    The infos of games that go on are one shared empty dictionary; those of games that end carry
    SB3's `terminal_observation`, `TimeLimit.truncated` and `episode`, and the game's final info.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        """Adapt an environment.

        Args:
            env: batched, with `metadata["autoreset_mode"]` SAME_STEP.
        """
        assert env.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
        self.env = env
        self._actions: Any = None
        self._returns = np.zeros(env.num_envs)
        self._lengths = np.zeros(env.num_envs, dtype=np.int64)
        super().__init__(env.num_envs, env.single_observation_space, env.single_action_space)

    def reset(self) -> VecEnvObs:
        """Begin an episode in every game, with what `seed` and `set_options` have set."""
        observations, _ = self.env.reset(seed=self._seeds[0], options=self._options[0] or None)
        self._returns[:] = 0
        self._lengths[:] = 0
        self._reset_seeds()
        self._reset_options()
        return observations

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions."""
        self._actions = actions

    def step_wait(self) -> VecEnvStepReturn:
        """Play a step in every game."""
        observations, rewards, terminated, truncated, infos = self.env.step(self._actions)
        dones = terminated | truncated
        self._returns += rewards
        self._lengths += 1
        out = [_NOTHING] * self.num_envs
        if infos:
            final, final_obs = infos["final_info"], infos["final_obs"]
            for i in np.flatnonzero(dones).tolist():
                out[i] = {
                    "terminal_observation": _row(final_obs, i),
                    "TimeLimit.truncated": bool(truncated[i]),
                    "episode": {"r": self._returns[i], "l": self._lengths[i]},
                } | {key: value[i] for key, value in final.items() if not key.startswith("_")}
            self._returns[dones] = 0
            self._lengths[dones] = 0
        return observations, rewards.astype(np.float32), dones, out

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """The batched environment's attribute, once for each game asked for."""
        value = getattr(self.env, attr_name, None)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute of the batched environment."""
        setattr(self.env, attr_name, value)

    def env_method(
        self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any
    ) -> list[Any]:
        """Call a method of the batched environment, once; its result stands for each game."""
        result = getattr(self.env, method_name)(*args, **kwargs)
        return [result for _ in self._get_indices(indices)]

    def env_is_wrapped(self, wrapper_class: type, indices: VecEnvIndices = None) -> list[bool]:
        """No game is wrapped by itself."""
        return [False for _ in self._get_indices(indices)]

    def get_images(self) -> Sequence[np.ndarray | None]:
        """The batch has no pictures; render the single game."""
        return [None] * self.num_envs


def _row(observations: Any, i: int) -> Any:
    if isinstance(observations, dict):
        return {key: value[i] for key, value in observations.items()}
    return observations[i]
