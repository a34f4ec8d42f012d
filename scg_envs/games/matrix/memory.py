"""What players of a repeated game remember: the last k joint actions, as a number.

A joint action is numbered like a cell of the payoff table, the last player's action changing
fastest. Memory holds one entry for each of the last k rounds, the latest first: 0 where there was
no such round yet, else the joint action's number plus one. A *state* is the number of such a
memory, with the latest entry counting least; so 0 is "nothing yet", and with k = 1 a state is its
only entry.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument

LARGEST = 1 << 24
"""Entries of the largest table over states and joint actions that is made."""


@dataclass(frozen=True)
class Memory:
    """A memory of joint actions.

    Attributes:
        shape: how many actions each player has.
        length: k, how many rounds are remembered.
    """

    shape: tuple[int, ...]
    length: int

    @property
    def joint_actions(self) -> int:
        """J, how many joint actions there are."""
        return math.prod(self.shape)

    @property
    def states(self) -> int:
        """S = (J + 1)**k."""
        return (self.joint_actions + 1) ** self.length

    def joint_action(self, actions: Any) -> int:
        """The number of a joint action, from one action for each player."""
        return int(np.ravel_multi_index(tuple(actions), self.shape))

    def actions(self, joint_action: int) -> tuple[int, ...]:
        """Each player's action in a joint action."""
        return tuple(int(a) for a in np.unravel_index(joint_action, self.shape))

    def state(self, entries: Any) -> int:
        """The number of a memory, from the first k numbers of an observation."""
        state = 0
        for entry in reversed(entries[: self.length]):
            state = state * (self.joint_actions + 1) + int(entry)
        return state

    @cached_property
    def entries(self) -> NDArray[np.int64]:
        """(S, k) each state's entries, the latest round's first.

        Raises:
            InvalidArgument: too many states for a table.
        """
        self.check_tables()
        powers = (self.joint_actions + 1) ** np.arange(self.length)
        return np.arange(self.states)[:, None] // powers % (self.joint_actions + 1)

    @cached_property
    def next_states(self) -> NDArray[np.int32]:
        """(S, J) the state after a state and a joint action.

        Raises:
            InvalidArgument: too many states for a table.
        """
        self.check_tables()
        if not self.length:
            return np.zeros((1, self.joint_actions), dtype=np.int32)
        kept = np.arange(self.states)[:, None] * (self.joint_actions + 1) % self.states
        return (kept + 1 + np.arange(self.joint_actions)).astype(np.int32)

    def check_tables(self) -> None:
        """Raise InvalidArgument if there are too many states for tables over them."""
        if self.states * self.joint_actions > LARGEST:
            raise InvalidArgument(
                f"a memory of {self.length} rounds of {self.joint_actions} joint actions has "
                f"{self.states} states, too many for exact answers and batched play; take a "
                "shorter memory."
            )
