"""A seat that is waited for: whoever sits there thinks in a thread, and play goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from threading import Thread
from typing import Protocol

from .turn import Turn


class Slow(Protocol):
    """Who takes seconds to answer."""

    def thought(self, turn: Turn) -> Callable[[], int]:
        """What finds the action, as a place in the turn's actions, in any thread.

        The turn is read before this returns: play may have gone on when it is found.
        """

    def recall(self, turn: Turn, action: int) -> None:
        """Remember what was asked and answered before."""


class PatientSeat:
    """Says None as long as another thinks.

    What it answered is all that is needed to go on with the episode elsewhere: given again, it is
    not asked again.

    Attributes:
        answers: what it has answered so far, as places in the actions of its turns.
    """

    def __init__(
        self,
        slow: Slow,
        answers: Iterable[int] = (),
        gate: AbstractContextManager[object] | None = None,
    ) -> None:
        """Wait for somebody.

        Args:
            slow: who is asked, in a thread.
            answers: what was answered in this episode before, in order.
            gate: entered while it thinks: a semaphore, so that not too many do at once.
        """
        self.answers: list[int] = []
        self._slow, self._known = slow, list(reversed(list(answers)))
        self._gate = nullcontext() if gate is None else gate
        self._thinking: Future[int] | None = None

    @property
    def knows(self) -> bool:
        """Whether its next answer was given before, or has come."""
        return bool(self._known) or (self._thinking is not None and self._thinking.done())

    def ask(self, turn: Turn) -> int | None:
        """The action, as a place in the turn's actions; None while it thinks.

        Raises:
            ScgError: it failed; asked again, it thinks anew.
        """
        if self._known:
            action = self._known.pop()
            self._slow.recall(turn, action)
        else:
            if self._thinking is None:
                self._thinking = Future()
                # A daemon: a server that never answers does not keep the process from ending.
                task = self._slow.thought(turn), self._thinking
                Thread(target=self._think, args=task, daemon=True).start()
            if not self._thinking.done():
                return None
            thought, self._thinking = self._thinking, None
            action = thought.result()
        self.answers.append(action)
        return action

    def _think(self, find: Callable[[], int], thought: Future[int]) -> None:
        try:
            with self._gate:
                thought.set_result(find())
        except BaseException as error:  # whoever asks is told
            thought.set_exception(error)
