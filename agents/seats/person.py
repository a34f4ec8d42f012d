"""A person in a seat: acts when a move has come in, and is waited for until then."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from .turn import Turn


class PersonSeat:
    """Plays what somebody outside has said, in its order."""

    def __init__(self, moves: Iterable[int] = ()) -> None:
        """Sit down.

        Args:
            moves: what has been said already, as places in the actions of its turns.
        """
        self._moves = deque(moves)

    def say(self, move: int) -> None:
        """Take a move, for the next turn that has none."""
        self._moves.append(move)

    def ask(self, turn: Turn) -> int | None:
        """The next move that was said; None where none is left."""
        return self._moves.popleft() if self._moves else None
