"""Committing to one action of a game of which nothing is known but its action space."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.spaces import Dict, Discrete
from pettingzoo import ParallelEnv

from ...core.actions import MASK, next_legal
from ...core.errors import InvalidArgument
from ...core.pre_policy import Constant, Finite, Policy


class WhereLegal:
    """The policy that always plays the same action, or the next legal one where it is illegal."""

    def __init__(self, number: int, start: int) -> None:
        """Name the action.

        Args:
            number: of the action, from 0.
            start: what action 0 is called in the game.
        """
        self._number, self._start = number, start

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing to begin."""

    def act(self, observation: Any) -> int:
        """The action, in the game's own numbers."""
        return next_legal(self._number, observation) + self._start


class ConstantActions(Finite):
    """The same action at every step. A point is its number from 0, a label its value.

    In games whose observations have an `action_mask` it may be illegal at times. What is announced
    there is "always plays action 2, or the next legal one", and kept to: of the legal actions the
    first that follows it, counting on from the last to the first. Masks in infos are not looked at.
    """

    noun = "an action"

    def __init__(self, game: ParallelEnv[str, Any, Any], committed: str) -> None:
        """The actions of `committed`.

        Raises:
            InvalidArgument: the agent's actions are no finite set.
        """
        space = game.action_space(committed)
        if not isinstance(space, Discrete):
            raise InvalidArgument(
                f"{committed}'s actions are {space}; committing to a pure action needs Discrete "
                'ones, so give `pre_policy="module:factory"`.'
            )
        self._start = int(space.start)
        actions = range(self._start, self._start + int(space.n))
        super().__init__(actions, committed=committed)
        seen = game.observation_space(committed)
        self._masked = isinstance(seen, Dict) and MASK in seen.spaces

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """The action, from the game's own start."""
        action = self.label(point)
        if self._masked:
            return {}, WhereLegal(action - self._start, self._start)
        return {}, Constant(action)

    def describe(self, point: Any) -> str:
        """For instance "always plays action 2"."""
        words = f"always plays action {self.label(point)}"
        return f"{words}, or the next legal one" if self._masked else words
