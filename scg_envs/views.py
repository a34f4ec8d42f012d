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

from .commitment import plays_and_shows_apart
from .errors import UnknownName
from .pre_policy import Constant, Policy

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
        self._policies = {
            agent: policy for agent, policy in policies.items() if not isinstance(policy, Constant)
        }
        # Who always does the same, and who is ignored in play.
        self._fixed = {
            agent: policy.act(None)
            for agent, policy in policies.items()
            if isinstance(policy, Constant)
        }
        if self._committed is not None:
            self._fixed[self._committed] = 0
        self._apart = plays_and_shows_apart(env)
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
        self._size, self._dtype = self.observation_space.shape or (), self.observation_space.dtype
        # Where each part of a flat observation stands in it.
        ends = np.cumsum([int(np.prod(parts[key].shape or (1,))) for key in self._order]).tolist()
        self._parts: list[tuple[str, int | slice]] = [
            (key, slice(start, end) if parts[key].shape else start)
            for key, start, end in zip(self._order, [0, *ends], ends, strict=False)
        ]
        self._own = next((part for key, part in self._parts if key not in _LAST_KEYS), None)
        self._row: NDArray[Any] | None = None  # the episode's first, where only the game's changes
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
        first = self._flatten(self._look(self._learner))
        if self._flat and self._apart and self._committed is not None:
            own = self.env.observe_game(self._learner)
            self._row = first.copy() if isinstance(own, np.ndarray) else None
        return first, infos[self._learner]

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """The learner acts, and the others as their policies say."""
        env, me = self.env, self._learner
        actions = {**self._fixed, me: action}
        for agent, policy in self._policies.items():
            actions[agent] = policy.act(self._look(agent))
        if len(env.agents) < len(actions):
            actions = {agent: actions[agent] for agent in env.agents}
        if self._apart:
            rewards, terminated, truncated, infos = env.advance(actions)
        else:
            self._seen, rewards, terminated, truncated, infos = env.step(actions)
        if self._row is None:
            seen = self._flatten(self._look(me))
        else:
            seen = self._row.copy()
            seen[self._own] = env.observe_game(me)
        return (
            seen,
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

    def _look(self, agent: str) -> Any:
        """What an agent sees now."""
        return self.env.observe(agent) if self._apart else self._seen[agent]

    def _flatten(self, seen: Any) -> Any:
        if not isinstance(seen, dict):
            return seen if self._flat else {"observation": seen}
        self._mask = seen.get("action_mask")
        if not self._flat:
            return {key: seen[key] for key in self._order}
        flat: NDArray[Any] = np.empty(self._size, self._dtype)
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
