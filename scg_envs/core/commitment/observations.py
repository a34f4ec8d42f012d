"""What agents observe of commitments: flat dictionaries around the game's own observations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

import numpy as np
from gymnasium import Space, spaces

from ..errors import InvalidArgument

_OWN_KEYS = ("phase", "commitment")


class CommitmentObservations:
    """Puts phase, shown commitments and action masks to what a game shows.

    Attributes:
        spaces: each agent's, flat dictionaries; always the same objects.
    """

    def __init__(
        self,
        game: Mapping[str, Space[Any]],
        actions: Mapping[str, Space[Any]],
        *,
        committed: tuple[str, ...],
        shown: Space[Any],
        phases: int,
    ) -> None:
        """Make the spaces.

        Args:
            game: each agent's observation space in the game.
            actions: each agent's action space, a committed agent's being its pre-policy space.
            committed: who commits.
            shown: the space of what is shown of the commitments.
            phases: how many there are, play included.

        Raises:
            InvalidArgument: observations with a key that the commitment phase needs.
        """
        self._committed, self._actions, self._shown_space = committed, actions, shown
        self._phases = tuple(np.int64(k) for k in range(phases))
        self.spaces = {agent: self._space(agent, space) for agent, space in game.items()}
        self._all_ones = {
            agent: np.ones(int(space.n), dtype=np.int8).copy
            for agent, space in actions.items()
            if isinstance(space, spaces.Discrete)
        }
        self._tokens: dict[str, Callable[[], Any]] = {}
        self.begin()

    def begin(self) -> None:
        """Nobody has committed: every action is legal."""
        self._masks = dict(self._all_ones)

    def leave_only(self, agent: str, point: Any) -> None:
        """Of a committed agent's actions only the point that it has announced is legal."""
        space = self._actions[agent]
        if isinstance(space, spaces.Discrete):
            mask = np.zeros(int(space.n), dtype=np.int8)
            mask[int(point)] = 1
            self._masks[agent] = mask.copy

    def show(self, agent: str, points: Any, show: Callable[[Any], Any]) -> None:
        """Let an agent see from now on what `show` makes of these points."""
        token = show(points)
        own = isinstance(token, np.ndarray)  # to copy one is quicker than to make it anew
        self._tokens[agent] = token.copy if own else partial(show, points)

    def tokens(self) -> list[Any]:
        """What each agent sees of the commitments."""
        return [token() for token in self._tokens.values()]

    def wrap(self, agent: str, seen: Any, phase: int, playing: bool) -> dict[str, Any]:
        """What an agent observes, in an object of its own.

        Args:
            agent: who.
            seen: what the game shows it.
            phase: how many commitment steps have been made.
            playing: whether that are all.
        """
        mask = self._masks.get(agent)
        own: dict[str, Any]
        if isinstance(seen, dict):
            if "action_mask" in seen and playing and agent not in self._committed:
                mask = None  # the game's own; elsewhere actions are ignored
            own = dict(seen)
        else:
            own = {"observation": seen}
        own["phase"], own["commitment"] = self._phases[phase], self._tokens[agent]()
        if mask is not None:
            own["action_mask"] = mask()
        return own

    def _space(self, agent: str, game: Space[Any]) -> spaces.Dict:
        keys = dict(game.spaces) if isinstance(game, spaces.Dict) else {"observation": game}
        for key in _OWN_KEYS:
            if key in keys:
                raise InvalidArgument(
                    f"{agent}'s observation has a key {key!r}, which the commitment phase needs; "
                    "rename it in the game."
                )
        keys["phase"] = spaces.Discrete(len(self._phases))
        keys["commitment"] = deepcopy(self._shown_space)
        action_space = self._actions[agent]
        if isinstance(action_space, spaces.Discrete):
            keys["action_mask"] = spaces.Box(0, 1, (int(action_space.n),), np.int8)
        return spaces.Dict(keys)
