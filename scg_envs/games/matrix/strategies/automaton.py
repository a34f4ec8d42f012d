"""Strategies of repeated 2x2 games as automata: a mixture of two actions in each of a few states.

An automaton begins in state 0 and goes on by what was played, its own action included, so whoever
sees both actions knows its state. All is told from the player's own side: `own` is its action and
`other` the other player's, 0 being the first action (to cooperate) and 1 the second (to defect).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InvalidArgument

MOST_STATES = 20_000
"""States of the largest automaton that is made."""


@dataclass(frozen=True, eq=False)
class Automaton:
    """A strategy; it begins in its first state.

    Attributes:
        first: (C,) the chance of the first action in each state.
        goes: (C, 2, 2) int64 the state after a state, its own action and the other's.
    """

    first: NDArray[np.float64]
    goes: NDArray[np.int64]

    @property
    def states(self) -> int:
        """C, how many states there are."""
        return len(self.first)

    @property
    def plays(self) -> NDArray[np.float64]:
        """(C, 2) the chances of both actions."""
        return np.stack([self.first, 1 - self.first], axis=1)

    def renamed(self, own: bool, other: bool) -> Automaton:
        """The automaton with two actions' numbers exchanged: its own, the other's, or both."""
        goes = self.goes[:, ::-1] if own else self.goes
        goes = goes[:, :, ::-1] if other else goes
        return Automaton(1 - self.first if own else self.first, np.ascontiguousarray(goes))

    def joint(self, player: int) -> NDArray[np.int64]:
        """(C, 4) the state after each joint action of the payoff table, for a player's seat."""
        seen = self.goes if player == 0 else self.goes.transpose(0, 2, 1)
        return np.ascontiguousarray(seen.reshape(self.states, 4))


@dataclass(frozen=True)
class Machine:
    """A deterministic strategy that looks at the other's actions; it begins in its first state.

    Attributes:
        plays: the action of each state.
        goes: from each state, the next for each action of the other player.
    """

    plays: tuple[int, ...]
    goes: tuple[tuple[int, ...], ...]

    def automaton(self) -> Automaton:
        """The machine as an automaton, for which its own actions change nothing."""
        after = np.array(self.goes, dtype=np.int64)
        return Automaton(
            1.0 - np.array(self.plays, dtype=np.float64),
            np.ascontiguousarray(np.stack([after, after], axis=1)),
        )


def memory_one(chances: Sequence[float] | NDArray[np.float64]) -> Automaton:
    """The automaton of a rule of the last round.

    Args:
        chances: (5,) of the first action: at first, then after (own, other) = (0, 0), (0, 1),
            (1, 0) and (1, 1).

    Raises:
        InvalidArgument: other than five chances.
    """
    first = np.asarray(chances, dtype=np.float64)
    if first.shape != (5,) or not ((first >= 0) & (first <= 1)).all():
        raise InvalidArgument(
            f"chances {first.tolist()}; expected five from 0 to 1: at first, and after each pair "
            "of actions."
        )
    after = np.array([[1, 2], [3, 4]])
    return Automaton(first, np.broadcast_to(after, (5, 2, 2)).copy())


def unfolded(
    start: Hashable,
    play: Callable[[Hashable], float],
    step: Callable[[Hashable, int, int], Hashable],
    rounds: int,
) -> Automaton:
    """The automaton of a strategy told in words, over what can come about in so many rounds.

    Args:
        start: what it knows at first.
        play: the chance of the first action, from what it knows.
        step: what it knows after a round, from what it knew, its own action and the other's.
        rounds: after which it is not asked any more, 1 or more.

    Raises:
        InvalidArgument: more than `MOST_STATES` states come about.
    """
    number: dict[Hashable, int] = {start: 0}
    known: list[Hashable] = [start]
    first: list[float] = []
    goes: list[list[list[int]]] = []
    shell = 1  # how many of `known` have come about when the round begins
    for round_ in range(rounds):
        last = round_ == rounds - 1
        while len(first) < shell:
            state, here = known[len(first)], len(first)
            after = [[here, here], [here, here]]  # after the last round it is not asked
            for own, other in () if last else product((0, 1), repeat=2):
                following = step(state, own, other)
                if following not in number:
                    number[following] = len(known)
                    known.append(following)
                after[own][other] = number[following]
            if len(known) > MOST_STATES:
                raise InvalidArgument(
                    f"a strategy that counts has more than {MOST_STATES} states in {rounds} "
                    "rounds; take fewer rounds."
                )
            first.append(float(play(state)))
            goes.append(after)
        if len(known) == shell:
            break
        shell = len(known)
    return Automaton(np.array(first), np.array(goes, dtype=np.int64))
