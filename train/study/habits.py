"""Participants with a habit: named strategies and fitted followers, who look at no announcement."""

from __future__ import annotations

import numpy as np

from ...agents import make_responder
from ...agents.populations.automata import AutomatonResponder
from ...agents.seats import Turn
from ...core.errors import InvalidArgument
from .fit import last_round
from .games import Games


class Habit:
    """Plays an automaton through one trial of a repeated game, whether or not somebody commits."""

    def __init__(self, who: AutomatonResponder, np_random: np.random.Generator) -> None:
        """Begin a trial.

        Args:
            who: whose automaton it is.
            np_random: of its chance.
        """
        self._automaton, self._goes = who.automaton, who.match.goes
        self._np_random, self._state = np_random, 0

    def ask(self, turn: Turn) -> int:
        """What it does, as a place in the turn's actions."""
        latest = last_round(turn)
        self._state = int(self._goes[self._state, latest - 1]) if latest else 0
        return int(self._np_random.random() >= self._automaton.first[self._state])


def habit_of(name: str, games: Games) -> AutomatonResponder:
    """Who has a habit.

    Args:
        name: of a strategy or a population, or the file of a fitted follower.
        games: what is played.

    Raises:
        UnknownName: nobody of that name plays this game.
        InvalidArgument: it is no habit, or none of this game.
    """
    found = make_responder(name, games.committed.problem)
    if not isinstance(found, AutomatonResponder):
        raise InvalidArgument(
            f"skill is {name!r}, which is no habit; expected best, random, a named strategy or a "
            "population of repeated games of two players with two actions."
        )
    return found
