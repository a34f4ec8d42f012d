"""What a barrier that moves is committed to, as tables: a state, and where to go from it.

A patrol, a rule and a network are the same thing to the game. A *walker* is in a state s, in which
it stands on the cell `cell[s]`; it sees where blue is, and makes for the state `next[s, blue]`,
whose cell is its own or a neighbor. A step of the game moves it before blue, so

    s' = next[s, blue]   unless blue or another barrier stands on cell[s'], then it stays in s

and then blue moves, around where the barriers stand now. So nobody swaps places: the walker does
not enter the cell that blue is about to leave, while blue may enter the one that it has just left.
A walker that is kept out waits, and tries again.

| | its states | what it makes for |
| --- | --- | --- |
| a patrol | the phases of its route | the next phase, wherever blue is |
| a rule, a network | the cells | a neighbor by where blue is |
| a post | one | itself |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Walker:
    """A deterministic way to walk.

    Attributes:
        cell: (S,) int32 the cell, `y * width + x`, on which it stands in each state.
        next: (S, cells) int32 the state that it makes for by blue's cell; (S, 1) where it walks
            whatever blue does.
        start: the state in which an episode begins.
        by_cell: whether its states are the cells, so that nothing is remembered.
    """

    cell: NDArray[np.int32]
    next: NDArray[np.int32]
    start: int
    by_cell: bool = False

    def makes_for(self, state: int, blue: int) -> int:
        """The state that it goes to if nobody is in the way."""
        row = self.next[state]
        return int(row[blue if len(row) > 1 else 0])


class WalkerPolicy:
    """A walker at play in the single game, from the observation `vector`.

    Attributes:
        shown: (S, k) or (1, k) what followers are shown in each of its states.
    """

    def __init__(self, walker: Walker, place: int, width: int, shown: NDArray[Any]) -> None:
        """Play a walker.

        Args:
            walker: what is played.
            place: of the barrier that walks in `Layout.agents`.
            width: of the board.
            shown: what followers are shown in each state.
        """
        self._walker, self._column = walker, 2 * place
        self._width, self.shown = width, shown
        # From a cell to the next, as ACTIONS has them; in one column nothing is beside another.
        self._action_to = (
            {0: 0, 1: 2, -1: 4} if width == 1 else {0: 0, 1: 1, width: 2, -1: 3, -width: 4}
        )
        self._state = self._aim = walker.start

    def reset(self, np_random: np.random.Generator) -> None:
        """Begin where the walker begins."""
        self._state = self._aim = self._walker.start

    def act(self, observation: Any) -> int:
        """The action that leads to the next state's cell."""
        self._settle(observation)
        blue = int(observation[1]) * self._width + int(observation[0])
        cell = self._walker.cell
        self._aim = self._walker.makes_for(self._state, blue)
        return self._action_to[int(cell[self._aim]) - int(cell[self._state])]

    def present(self, observation: Any) -> NDArray[Any]:
        """(k,) what followers are shown now, after a step that left this observation."""
        self._settle(observation)
        return self.shown[self._state if len(self.shown) > 1 else 0]

    def _settle(self, observation: Any) -> None:
        """Be in the state that it made for, if it got there."""
        x, y = int(observation[self._column]), int(observation[self._column + 1])
        if int(self._walker.cell[self._aim]) == y * self._width + x:
            self._state = self._aim
