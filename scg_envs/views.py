"""One learner's view of a game: a Gymnasium environment in which the others' policies are given.

`reset` goes through the commitment phase, so that the first observation is play: the pre-policy
is the one that `options={"pre_policy": ...}` names, or a uniform one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from .errors import UnknownName
from .pre_policy import Policy

_LAST_KEYS = ("commitment", "phase")  # after the game's own


class LearnerView(gymnasium.Env[Any, Any]):
    """What one agent sees and earns, as a single-agent environment.

    The observation is flat: where all of its parts are discrete, one `MultiDiscrete` of the
    game's own parts, the commitment and the phase, in this order; otherwise a `Dict` of them.
    The action mask is left to `action_masks()`.
    """

    def __init__(
        self, env: ParallelEnv[str, Any, Any], learner: str, policies: Mapping[str, Policy]
    ) -> None:
        """Look at a game through one agent's eyes.

        Args:
            env: a parallel environment, with a commitment phase or without.
            learner: the agent that learns.
            policies: who plays for the others (a committed agent needs nobody).

        Raises:
            UnknownName: no such agent, or the learner is the committed agent.
        """
        self.env = env
        self._committed = getattr(env, "committed", None)
        learners = [agent for agent in env.possible_agents if agent != self._committed]
        if learner not in learners:
            raise UnknownName("learner", learner, learners)
        self._learner = learner
        self._policies = dict(policies)
        self.metadata = env.metadata
        self.render_mode = getattr(env, "render_mode", None)
        self.action_space = env.action_space(learner)
        own = env.observation_space(learner)
        parts = dict(own.spaces) if isinstance(own, spaces.Dict) else {"observation": own}
        parts.pop("action_mask", None)
        self._order = [key for key in parts if key not in _LAST_KEYS]
        self._order += [key for key in _LAST_KEYS if key in parts]
        self.observation_space = flat_space({key: parts[key] for key in self._order})
        self._flat = isinstance(self.observation_space, spaces.MultiDiscrete)
        # Where each part of a flat observation stands in it.
        ends = np.cumsum([int(np.prod(parts[key].shape or (1,))) for key in self._order]).tolist()
        self._parts = [
            (key, slice(start, end))
            for key, start, end in zip(self._order, [0, *ends], ends, strict=False)
        ]
        self._mask: NDArray[np.int8] | None = None
        self._seen: dict[str, Any] = {}

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode, commitment included.

        Args:
            seed: reseeds the view and the game if given.
            options: `pre_policy` names the commitment as the space's labels do (barrier:
                `(x, y)`); the rest is passed on to the game.

        Raises:
            InvalidCommitment: `pre_policy` is not in the pre-policy space.
        """
        super().reset(seed=seed)
        remaining = dict(options or {})
        named = remaining.pop("pre_policy", None)
        game_seed = None if seed is None else int(self.np_random.integers(2**31))
        self._seen, infos = self.env.reset(seed=game_seed, options=remaining)
        if self._committed is not None:
            space = self.env.pre_policies
            point = space.unbound(self.np_random) if named is None else space.point(named)
            self._seen, _, _, _, infos = self.env.step({self._committed: point})
        for policy in self._policies.values():
            policy.reset(self.np_random)
        return self._flatten(self._seen[self._learner]), infos[self._learner]

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """The learner acts, and the others as their policies say."""
        actions = {
            agent: policy.act(self._seen[agent])
            for agent, policy in self._policies.items()
            if agent in self.env.agents
        }
        actions[self._learner] = action
        if self._committed is not None:
            actions[self._committed] = 0  # ignored in play
        self._seen, rewards, terminated, truncated, infos = self.env.step(actions)
        me = self._learner
        return (
            self._flatten(self._seen[me]),
            float(rewards[me]),
            bool(terminated[me]),
            bool(truncated[me]),
            infos[me],
        )

    def render(self) -> Any:
        """The game's frame."""
        return self.env.render()

    def close(self) -> None:
        """Close the game."""
        self.env.close()

    def action_masks(self) -> NDArray[np.bool_]:
        """(actions,) the actions that are legal now, for learners that mask."""
        assert self._mask is not None, "the game's actions are not Discrete"
        return self._mask.astype(np.bool_)

    def _flatten(self, seen: Any) -> Any:
        if not isinstance(seen, dict):
            return seen if self._flat else {"observation": seen}
        self._mask = seen.get("action_mask")
        if not self._flat:
            return {key: seen[key] for key in self._order}
        space: Any = self.observation_space
        flat = np.empty(space.shape, dtype=space.dtype)
        for key, part in self._parts:
            flat[part] = seen[key]
        return flat


def flat_space(parts: Mapping[str, spaces.Space[Any]]) -> spaces.MultiDiscrete | spaces.Dict:
    """The space of flat observations: one `MultiDiscrete` if all parts are discrete, else a `Dict`.

    The `MultiDiscrete` is of bytes where the sizes allow it.
    """
    if not all(
        isinstance(part, (spaces.Discrete, spaces.MultiDiscrete)) for part in parts.values()
    ):
        return spaces.Dict(dict(parts))
    sizes = np.concatenate([np.atleast_1d(_sizes(part)) for part in parts.values()])
    dtype: Any = np.uint8 if sizes.max() <= 255 else np.int64
    return spaces.MultiDiscrete(sizes, dtype=dtype)


def _sizes(space: spaces.Space[Any]) -> Any:
    return space.nvec.ravel() if isinstance(space, spaces.MultiDiscrete) else space.n  # type: ignore[attr-defined]
