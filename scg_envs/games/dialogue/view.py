"""One learner's view of a game of alternating moves: only its own turns are steps."""

from __future__ import annotations

from typing import Any

from ...core.views import LearnerView
from .game import WAIT, TurnGame


class TurnView(LearnerView):
    """A `LearnerView` of a `TurnGame` that plays on until the learner is to move, or all is over.

    A step is a move of the learner's and all answers to it.
    """

    own_turns = True

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode at the learner's first turn, commitment made."""
        seen, info = super().reset(seed=seed, options=options)
        if not self._may_move():
            seen, _, terminated, _, info = self._play_on()
            assert not terminated, "nobody ends an episode before the learner has moved"
        return seen, info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """The learner moves, and the others answer."""
        result = super().step(action)
        if result[2] or result[3] or self._may_move():
            return result
        seen, reward, terminated, truncated, info = self._play_on()
        return seen, result[1] + reward, terminated, truncated, result[4] | info

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
