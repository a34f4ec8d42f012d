"""Types that spread by imitation in a finite population: Moran chains, and replicator dynamics.

Somebody is imitated, in proportion to fitness, and one of those who are free becomes of its type;
with the chance of a mutation it becomes of any type instead (Moran 1958; with payoffs that hang on
who is there: Nowak, Sasaki, Taylor and Fudenberg 2004). The committed are of the first type and are
imitated like all others, but never change (zealots: Mobilia 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import factorial

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_chance, check_whole
from ...core.errors import InvalidArgument
from .chains import gain_and_bias


def states_of(free: int, types: int) -> NDArray[np.int64]:
    """(S, types) in how many ways so many who are free may be of these types."""
    each = combinations_with_replacement(range(types), free)
    return np.array([np.bincount(who, minlength=types) for who in each])


class Imitation:
    """A population of several types, and what becomes of it.

    Attributes:
        states: (S, T) how many of those who are free are of each type.
    """

    def __init__(
        self,
        states: NDArray[np.int64],
        fitness: NDArray[np.float64],
        *,
        committed: int = 0,
        mutation: float = 0.0,
    ) -> None:
        """Put the chances together.

        Args:
            states: all of a number of free ones (`states_of`).
            fitness: (S, T) of whoever is of a type, from 0 on.
            committed: how many are of the first type for good.
            mutation: the chance of a mutation, from 0 to 1.

        Raises:
            InvalidArgument: a number outside its range.
        """
        self.states, self._mutation = states, check_chance("mutation", mutation)
        self._free = int(states[0].sum())
        first = np.eye(states.shape[1], dtype=np.int64)[0]
        self._everybody = states + check_whole("committed", committed, 0) * first
        if not (np.isfinite(fitness) & (fitness >= 0)).all():
            raise InvalidArgument("fitness has numbers below 0 or none; expected all from 0 on.")
        self._offspring = self._everybody * fitness

    def _chosen(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., T) of what type somebody becomes; by numbers alone where all have fitness 0.

        Args:
            weights: (..., S) of the states.
        """
        offspring, everybody = weights @ self._offspring, weights @ self._everybody
        some = offspring.sum(axis=-1, keepdims=True) > 0
        shares = np.where(some, offspring, everybody)
        shares = shares / shares.sum(axis=-1, keepdims=True)
        return np.asarray((1 - self._mutation) * shares + self._mutation / shares.shape[-1])

    def chain(self) -> NDArray[np.float64]:
        """(S, S) the Moran chain: the chances of a state to become another in a step."""
        chosen, place = self._chosen(np.eye(len(self.states))), self.place
        steps = np.zeros((len(self.states), len(self.states)))
        for k, state in enumerate(self.states):
            for old in np.flatnonzero(state):
                for new in range(len(state)):
                    after = state.copy()
                    after[old] -= 1
                    after[new] += 1
                    steps[k, place(after.tolist())] += state[old] / self._free * chosen[k, new]
        return steps

    def place(self, state: Sequence[int]) -> int:
        """The number of a state.

        Raises:
            InvalidArgument: there is no such state.
        """
        found = np.flatnonzero((self.states == np.asarray(state)).all(axis=1))
        if len(found) != 1:
            raise InvalidArgument(
                f"the state is {list(state)}; expected {self.states.shape[1]} whole numbers from 0 "
                f"on, of sum {self._free}."
            )
        return int(found[0])

    def long_run(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """(S, m) what values (S, m) of the states come to on average, by where one starts."""
        gain: NDArray[np.float64] = gain_and_bias(self.chain(), values.astype(np.float64))[0]
        return gain

    def fixation(self) -> NDArray[np.float64]:
        """(S, T) the chances that all who are free end up as one type, by start.

        With mutations it is the share of time in which they are.
        """
        return self.long_run((self.states == self._free).astype(np.float64))

    def replicator(self, shares: Sequence[float], generations: int) -> NDArray[np.float64]:
        """(generations + 1, T) the shares of types among the free of a large population.

        They meet in groups of as many free and committed as here, and in each generation all of
        them imitate: discrete replicator dynamics (Taylor and Jonker 1978) where nobody is
        committed.

        Args:
            shares: (T,) at first, from 0 on, of sum 1.
            generations: how many follow.

        Raises:
            InvalidArgument: no such shares.
        """
        start, types = np.asarray(shares, dtype=np.float64), self.states.shape[1]
        if start.shape != (types,) or not (start >= 0).all() or abs(start.sum() - 1) > 1e-9:
            raise InvalidArgument(f"shares are {list(shares)}; expected {types} of sum 1.")
        count = [factorial(self._free) / np.prod([factorial(k) for k in s]) for s in self.states]
        path = [start]
        for _ in range(check_whole("generations", generations, 0)):
            path.append(self._chosen(np.array(count) * np.prod(path[-1] ** self.states, axis=1)))
        return np.array(path)
