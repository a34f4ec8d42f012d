"""One learner's view of a game: a Gymnasium environment in which the others' policies are given.

`reset` goes through the commitment phase, so that the first observation is play: the pre-policy
is the one that `options={"pre_policy": ...}` names, or a uniform one.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from .checks import check_dictionary
from .commitment.env import plays_and_shows_apart
from .errors import ResetNeeded, UnknownName, UnknownOption
from .pre_policy import Constant, Policy
from .spaces import multi_discrete

_LAST_KEYS = ("commitment", "phase")  # after the game's own


class LearnerView(gymnasium.Env[Any, Any]):
    """What one agent sees and earns, as a single-agent environment.

    The observation is flat: where all of its parts are discrete, one `MultiDiscrete` of the
    game's own parts, the commitment and the phase, in this order; otherwise a `Dict` of them.
    The action mask is left to `action_masks()`.

    Infos hold numbers only, as vector environments and learners' buffers want them: `outcome` is a
    place in `outcomes`, as in the batched views, and what is no number is left out. With
    `words=True` they are as the game writes them: `outcome` by its name, and the language games'
    `text`.

    Attributes:
        outcomes: what an episode can end in; empty for a game that does not name it.
        learner: the agent whose view it is.
        policies: who plays for the others.
        own_turns: whether only the learner's own turns are steps.
    """

    own_turns: ClassVar[bool] = False

    def __init__(
        self,
        env: ParallelEnv[str, Any, Any],
        learner: str,
        policies: Mapping[str, Policy],
        *,
        words: bool = False,
    ) -> None:
        """Look at a game through one agent's eyes.

        Args:
            env: a parallel environment, with a commitment phase or without.
            learner: the agent that learns.
            policies: who plays for the others (a committed agent needs nobody).
            words: whether infos may hold what is no number.

        Raises:
            UnknownName: no such agent, or the learner is the committed agent.
        """
        self.env = env
        self._committed: tuple[str, ...] = getattr(env, "committed_agents", ())
        learners = [agent for agent in env.possible_agents if agent not in self._committed]
        if learner not in learners:
            raise UnknownName("learner", learner, learners)
        self.learner = learner
        self.policies = dict(policies)
        self._words = words
        self.outcomes: tuple[str, ...] = tuple(getattr(env.unwrapped, "outcomes", ()))
        self._policies = {
            agent: policy for agent, policy in policies.items() if not isinstance(policy, Constant)
        }
        # Who always does the same.
        self._fixed = {
            agent: policy.act(None)
            for agent, policy in policies.items()
            if isinstance(policy, Constant)
        }
        self._apart = plays_and_shows_apart(env)
        self.metadata = env.metadata
        self.render_mode = getattr(env, "render_mode", None)
        self.action_space = env.action_space(learner)
        self._flatten = Flattening(env.observation_space(learner))
        self.observation_space = self._flatten.space
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
        remaining = check_dictionary(options)
        if self._committed:
            for name in remaining:
                if name != "pre_policy" and get_close_matches(str(name), ["pre_policy"]):
                    raise UnknownOption("reset option", name, ["pre_policy"])
        named = remaining.pop("pre_policy", None) if self._committed else None
        game_seed = None if seed is None else int(self.np_random.integers(2**31))
        self._seen, infos = self.env.reset(seed=game_seed, options=remaining)
        if self._committed:
            space = self.env.pre_policies
            point = space.sample(1, self.np_random)[0] if named is None else space.point(named)
            for actions in self.env.commitment_steps(point):
                self._seen, _, _, _, infos = self.env.step(actions)
        for policy in self._policies.values():
            policy.reset(self.np_random)
        first = self._flat_look()
        if self._flatten.own is not None and self._apart and self._committed:
            own = self.env.observe_game(self.learner)
            self._row = first.copy() if isinstance(own, np.ndarray) else None
        return first, self._info(infos[self.learner])

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """The learner acts, and the others as their policies say.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: the action is not in the learner's space.
        """
        env, me = self.env, self.learner
        if me not in env.agents:
            raise ResetNeeded
        actions = {**self._fixed, me: action}
        for agent, policy in self._policies.items():
            actions[agent] = policy.act(self._look(agent))
        if len(env.agents) < len(actions):
            actions = {agent: actions[agent] for agent in env.agents if agent in actions}
        if self._apart:
            rewards, terminated, truncated, infos = env.advance(actions)
        else:
            self._seen, rewards, terminated, truncated, infos = env.step(actions)
        if self._row is None:
            seen = self._flat_look()
        else:
            seen = self._row.copy()
            seen[self._flatten.own] = env.observe_game(me)
        return (
            seen,
            float(rewards[me]),
            bool(terminated[me]),
            bool(truncated[me]),
            self._info(infos[me]),
        )

    def render(self) -> Any:
        """The game's frame."""
        return self.env.render()

    def close(self) -> None:
        """Close the game."""
        self.env.close()

    def action_masks(self) -> NDArray[np.bool_]:
        """(actions,) the actions that are legal now, for learners that mask."""
        if self._mask is None:  # a bare game that forbids nothing
            space: Any = self.action_space
            return np.ones(int(space.n), dtype=np.bool_)
        return self._mask.astype(np.bool_)

    def _info(self, info: dict[str, Any]) -> dict[str, Any]:
        """The learner's info, in numbers unless words are asked for."""
        if self._words or not info:
            return info
        outcome = info.get("outcome")
        if isinstance(outcome, str) and outcome in self.outcomes:
            info = info | {"outcome": self.outcomes.index(outcome)}
        return {key: value for key, value in info.items() if _is_numeric(value)}

    def _look(self, agent: str) -> Any:
        """What an agent sees now."""
        return self.env.observe(agent) if self._apart else self._seen[agent]

    def _flat_look(self) -> Any:
        """What the learner sees now, as its observation."""
        seen = self._look(self.learner)
        if isinstance(seen, dict):
            self._mask = seen.get("action_mask")
        return self._flatten(seen)


class Flattening:
    """Turns what an agent observes into a flat observation.

    Attributes:
        space: of flat observations, as `flat_space` makes it of all parts but the action mask.
        own: where the game's only part stands in flat observations, if it stands there as it is.
    """

    def __init__(self, space: spaces.Space[Any]) -> None:
        """Flatten the observations of a space."""
        parts = dict(space.spaces) if isinstance(space, spaces.Dict) else {"observation": space}
        parts.pop("action_mask", None)
        order = [key for key in parts if key not in _LAST_KEYS]
        order += [key for key in _LAST_KEYS if key in parts]
        self._order = order
        self.space = flat_space({key: parts[key] for key in order})
        self._flat = isinstance(self.space, spaces.MultiDiscrete)
        self._size, self._dtype = self.space.shape or (), self.space.dtype
        # Where each part of a flat observation stands in it.
        ends = np.cumsum([int(np.prod(parts[key].shape or (1,))) for key in order]).tolist()
        self._places: list[tuple[str, int | slice]] = [
            (key, slice(start, end) if parts[key].shape else start)
            for key, start, end in zip(order, [0, *ends], ends, strict=False)
        ]
        # `MultiDiscrete` counts every part from 0 and has one dimension.
        starts = {key: getattr(parts[key], "start", 0) for key in order}
        self._uneven = {
            key: start
            for key, start in starts.items()
            if np.any(start) or len(parts[key].shape or ()) > 1
        }
        games = [(key, place) for key, place in self._places if key not in _LAST_KEYS]
        alone = self._flat and len(games) == 1 and games[0][0] not in self._uneven
        self.own = games[0][1] if alone else None

    def __call__(self, seen: Any) -> Any:
        """The flat observation, in `space`; always a new object."""
        if not isinstance(seen, dict):
            seen = {"observation": seen}
        if not self._flat:
            return {key: seen[key] for key in self._order}
        uneven = self._uneven
        flat: NDArray[Any] = np.empty(self._size, self._dtype)
        for key, place in self._places:
            value = seen[key]
            flat[place] = np.ravel(value - uneven[key]) if key in uneven else value
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
    return multi_discrete(sizes)


def _is_numeric(value: Any) -> bool:
    """Whether a value is a number, a bool, or an array of them."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufc"
    return isinstance(value, (bool, int, float, np.number, np.bool_))


def _sizes(space: spaces.Space[Any]) -> Any:
    return space.nvec.ravel() if isinstance(space, spaces.MultiDiscrete) else space.n  # type: ignore[attr-defined]
