"""Committing to one action of a game of which nothing is known but its action space."""

from __future__ import annotations

import operator
from typing import Any

from gymnasium.spaces import Discrete
from pettingzoo import ParallelEnv

from ..errors import InvalidArgument, InvalidCommitment
from ..numerals import read_whole
from ..pre_policy import Constant, FinitePrePolicies


class ConstantActions(FinitePrePolicies):
    """The same action at every step. A point is its number from 0, a label its value."""

    def __init__(self, game: ParallelEnv[str, Any, Any], committed: str) -> None:
        """The actions of `committed`.

        Raises:
            InvalidArgument: the agent's actions are no finite set.
        """
        space = game.action_space(committed)
        if not isinstance(space, Discrete):
            raise InvalidArgument(
                f"{committed}'s actions are {space}; committing to a pure action needs Discrete "
                "ones, so give --pre-policy module:factory."
            )
        super().__init__(int(space.n))
        self._committed = committed
        self._start = int(space.start)

    def bind(self, point: Any) -> tuple[dict[str, Any], Constant]:
        """The action, from the game's own start."""
        return {}, Constant(self.label(point))

    def words(self, point: Any) -> str:
        """For instance "always plays action 2"."""
        return f"always plays action {self.label(point)}"

    def label(self, point: Any) -> int:
        """The action."""
        number = self.number(point)
        if number is None:
            raise InvalidCommitment(
                f"{self._committed}'s pre-policy is {point!r}; expected a whole number from 0 to "
                f"{self.size - 1}."
            )
        return number + self._start

    def point(self, label: Any) -> int:
        """The number of an action."""
        try:
            number = operator.index(label) - self._start
        except TypeError:
            number = -1
        if not 0 <= number < self.size:
            raise InvalidCommitment(
                f"{self._committed}'s pre-policy is {label!r}; expected an action from "
                f"{self._start} to {self._start + self.size - 1}."
            )
        return number

    def parse(self, text: str) -> int:
        """The number of the action that was typed."""
        try:
            return self.point(read_whole(text))
        except ValueError:
            return self.point(text)
