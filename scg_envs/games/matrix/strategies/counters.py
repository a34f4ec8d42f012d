"""Strategies that count: what they do depends on how often the other has defected so far.

They have finitely many states because play has an end: as many as counts can come about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .automaton import Automaton, unfolded


@dataclass(frozen=True)
class Counter:
    """A strategy of three numbers: rounds played, the other's defections, its last action.

    Attributes:
        summary: what it does.
        play: the chance to cooperate, from these numbers; the last action is 0 at first.
    """

    summary: str
    play: Callable[[int, int, int], float]

    def automaton(self, rounds: int) -> Automaton:
        """For games of so many rounds.

        Raises:
            InvalidArgument: too many for a table of its states.
        """

        def step(state: Any, own: int, other: int) -> tuple[int, int, int]:
            played, defections, _ = state
            return played + 1, defections + other, other

        return unfolded((0, 0, 0), lambda state: self.play(*state), step, rounds)  # type: ignore[misc]


COUNTERS: dict[str, Counter] = {
    "soft_majority": Counter(
        "plays what the other has played most, and cooperates if equal",
        lambda played, defections, _: float(2 * defections <= played),
    ),
    "hard_majority": Counter(
        "plays what the other has played most, and defects if equal",
        lambda played, defections, _: float(2 * defections < played),
    ),
    "forgiver": Counter(
        "defects while the other has defected in more than a tenth of the rounds",
        lambda played, defections, _: float(10 * defections <= played),
    ),
    "forgiving_tit_for_tat": Counter(
        "tit for tat with whoever has defected in more than a tenth of the rounds",
        lambda played, defections, last: float(10 * defections <= played or not last),
    ),
    "average_copier": Counter(
        "cooperates as often as the other has, and half of the time at first",
        lambda played, defections, _: 1 - defections / played if played else 0.5,
    ),
    "nice_average_copier": Counter(
        "cooperates as often as the other has, and at first",
        lambda played, defections, _: 1 - defections / played if played else 1.0,
    ),
}
