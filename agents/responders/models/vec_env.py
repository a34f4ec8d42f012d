"""Stable-Baselines3's VecEnv over a batched Gymnasium environment, without work for each game."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvObs, VecEnvStepReturn

from ....core.batched.lockstep import Settings
from ....core.checkpoint import StateDict
from ....core.errors import UnknownName
from ....core.registry import GAMES, find_game, load
from ....core.state_form import Form, form_of, like

_NOTHING: dict[str, Any] = {}


def make_vec_env(game: str, num_envs: int, **settings: Any) -> BatchedVecEnv:
    """A registered game's batched view as a `VecEnv` (`scg_envs.agents.sb3_vec_env`)."""
    row = find_game(game)
    if not row.vector:
        raise UnknownName("game with a batched view", game, [known.name for known in GAMES])
    make = load(row.vector)
    parameters = inspect.signature(make).parameters
    # Games with rules or payoffs of their own take any name, and refuse what they do not know.
    rest = [one for one in parameters.values() if one.kind is one.VAR_KEYWORD]
    open_ended = any("Settings" not in str(one.annotation) for one in rest)
    fixed = ("num_envs", "autoreset_mode", "render_mode")  # SB3 wants the mode that it gets
    named = [name for name, one in parameters.items() if one not in rest]
    taken = [name for name in (*named, *Settings.__annotations__) if name not in fixed]
    for name in settings:
        if name in fixed or not (open_ended or name in taken):
            raise UnknownName(f"setting of {game}", name, taken)
    mode = AutoresetMode.SAME_STEP
    return BatchedVecEnv(make(num_envs, **{**row.kwargs, **settings, "autoreset_mode": mode}))


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

    def state_dict(self) -> StateDict:
        """Where every game is, and what its episode came to so far."""
        env: Any = self.env
        return {
            "env": env.state_dict(),
            "returns": self._returns.copy(),
            "lengths": self._lengths.copy(),
        }

    def state_form(self, kept: StateDict) -> Form:
        """What the games go on from, and returns and lengths."""
        own = {"returns": like(self._returns), "lengths": like(self._lengths)}
        return {"env": form_of(self.env, kept["env"]), **own}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        env: Any = self.env
        env.load_state_dict(state["env"])
        self._returns, self._lengths = state["returns"], state["lengths"]

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """The batched environment's attribute, once for each game asked for."""
        value = getattr(self.env, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute of the batched environment."""
        setattr(self.env, attr_name, value)

    def env_method(
        self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any
    ) -> list[Any]:
        """Call a method of the batched environment, once.

        Its result stands for each game; of action masks, each game has its own.
        """
        result = getattr(self.env, method_name)(*args, **kwargs)
        own = method_name == "action_masks"
        return [result[i] if own else result for i in self._get_indices(indices)]

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
