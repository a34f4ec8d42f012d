"""How often a game is played, how rounds weigh, and what players know of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_whole
from ...core.errors import InvalidArgument

MOST_ROUNDS = 1_000_000
_LONGEST_MEMORY = 100  # rounds; tables over what is remembered end far below it


@dataclass(frozen=True)
class Repetition:
    """The settings of a repeated game.

    Attributes:
        rounds: how many are played in an episode, 1 or more.
        discount: in (0, 1]; round t, from 0, weighs discount**t.
        memory: k, how many of the last joint actions are observed.
        clock: whether the number of the round is observed.
    """

    rounds: int = 1
    discount: float = 1.0
    memory: int = 0
    clock: bool = False

    @classmethod
    def checked(
        cls, rounds: Any = 1, discount: Any = 1.0, memory: Any = None, clock: Any = False
    ) -> Repetition:
        """The settings, if they make sense.

        Raises:
            InvalidArgument: rounds below 1, a discount outside (0, 1], a negative memory, or none
                where there are several rounds, or one of more rounds than can be looked back on;
                a clock that is no bool.
        """
        check_whole("rounds", rounds, 1, MOST_ROUNDS)
        number = isinstance(discount, (int, float)) and not isinstance(discount, bool)
        if not number or not 0 < discount <= 1:
            raise InvalidArgument(
                f"discount is {discount!r}; expected a number above 0 and at most 1."
            )
        if memory is None:
            memory = 1 if rounds > 1 else 0
        check_whole("memory", memory, 0 if rounds == 1 else 1, _LONGEST_MEMORY)
        if memory >= rounds > 1:
            raise InvalidArgument(
                f"memory is {memory} and rounds {rounds}; before the last round no more than "
                f"{rounds - 1} have been played, so expected at most {rounds - 1}."
            )
        if not isinstance(clock, bool):
            raise InvalidArgument(f"clock is {clock!r}; expected True or False.")
        return cls(int(rounds), float(discount), int(memory), clock)

    @property
    def terminates(self) -> bool:
        """Whether the last round is an end that players know of, not a cut in an endless game."""
        return self.clock or self.rounds == 1

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """(rounds,) the rounds' shares in the outcome, which sum to 1."""
        weights = self.discount ** np.arange(self.rounds, dtype=np.float64)
        return weights / weights.sum()

    @cached_property
    def cumulative(self) -> NDArray[np.float64]:
        """(rounds,) sums of `weights` up to each round; the last is 1."""
        sums = np.cumsum(self.weights)
        return np.asarray(sums / sums[-1])

    def draw_round(self, np_random: np.random.Generator) -> int:
        """The round whose joint action is the episode's outcome."""
        if self.rounds == 1:
            return 0
        return int(np.searchsorted(self.cumulative, np_random.random(), side="right"))
