"""One learner's view of a game of alternating moves: only its own turns are steps."""

from __future__ import annotations

from typing import Any

from ...core.views import LearnerView
from .game import WAIT, TurnGame


class TurnView(LearnerView):
    """A `LearnerView` of a `TurnGame` that plays on until the learner is to move, or all is over.

    A step is a move of the learner's and all answers to it. What it earns before its first turn is
    paid with its first step, so that rewards add up to what it earns in the episode. Where the
    others end an episode before its first turn, that step is the end, whatever its action.
    """

    own_turns = True
    _before: tuple[Any, float, bool, bool, dict[str, Any]] | None = None
    """What came before the learner's first step, as a step would return it; None after it."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode at the learner's first turn, commitment made."""
        self._before = None
        seen, info = super().reset(seed=seed, options=options)
        if not self._may_move():
            self._before = self._play_on()
            seen, *_, info = self._before
        return seen, info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """The learner moves, and the others answer."""
        before = self._before
        if before is not None and (before[2] or before[3]):
            self._before = None
            return before
        seen, reward, terminated, truncated, info = super().step(action)
        self._before = None  # an action that is refused is no step
        if not (terminated or truncated or self._may_move()):
            seen, more, terminated, truncated, later = self._play_on()
            reward, info = reward + more, info | later
        if before is not None:
            reward += before[1]
        return seen, reward, terminated, truncated, info

    def _may_move(self) -> bool:
        game = self.env.unwrapped
        assert isinstance(game, TurnGame)
        return game.mover == self.learner

    def _play_on(self) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Wait until it is the learner's turn."""
        earned = 0.0
        while True:
            seen, reward, terminated, truncated, info = super().step(WAIT)
            earned += reward
            if terminated or truncated or self._may_move():
                return seen, earned, terminated, truncated, info
