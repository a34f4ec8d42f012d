"""A language model in a seat."""

from __future__ import annotations

from ...games.dialogue.language import Seat as Player
from .turn import Turn


class LanguageSeat:
    """Plays what a language model answers, as its player puts a turn in words and reads it."""

    def __init__(self, player: Player) -> None:
        """Sit down.

        Args:
            player: `scg_envs.agents.language.LanguagePlayer` or its like; its `parse`
                returns the game's own numbers of actions.
        """
        self._player = player

    def ask(self, turn: Turn) -> int:
        """The model's action, as a place in the turn's actions.

        Raises:
            LanguageModelError: the model or its server failed.
        """
        return int(self._player.act(turn.observation)) - turn.first
