"""Cost games: what every group of agents would pay by itself, its core, and its Shapley value.

A cost game gives each group S of n agents a cost c(S). An *allocation* x divides c(N), the cost of
all, so that they add up to it. The *excess* of a group is x(S) - c(S), what it would save by
leaving. The *core* holds the allocations in which no group would save anything; the *least core*
those in which the greatest excess of a group, N itself and nobody left out, is least. The core is
empty where that least excess is above 0. The *Shapley value* is what an agent adds to the cost
when all come in a random order, in the mean.

Groups are numbered by their members' bits: group 0 is nobody, 1 the first agent, 2 the second, 3
both, and so on. Costs, excesses and the Shapley value are exact fractions; the least core is a
linear program in floats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import factorial

import numpy as np
import scipy
from numpy.typing import NDArray

from ...core.errors import InvalidArgument

MOST_AGENTS = 8
"""Agents of the largest cost game; there are costs of 2**n groups."""


@dataclass(frozen=True)
class CostGame:
    """What each group would pay by itself.

    Attributes:
        agents: their names.
        costs: of each of the 2**n groups by number; that of nobody is 0.
    """

    agents: tuple[str, ...]
    costs: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        n = len(self.agents)
        if not 2 <= n <= MOST_AGENTS:
            raise InvalidArgument(f"{n} agents share a cost; expected 2 to {MOST_AGENTS}.")
        if len(self.costs) != 2**n:
            raise InvalidArgument(
                f"{len(self.costs)} costs for {n} agents; expected {2**n}, one for each group."
            )
        if self.costs[0] != 0:
            raise InvalidArgument(f"nobody pays {self.costs[0]} by itself; expected 0.")

    @classmethod
    def airport(cls, agents: Sequence[str], needs: Sequence[Fraction]) -> CostGame:
        """A runway as long as the longest that a member of the group needs.

        S. C. Littlechild and G. Owen, "A Simple Expression for the Shapley Value in a Special
        Case" (Management Science, 1973).

        Args:
            agents: their names.
            needs: what the runway that each needs costs.
        """
        n = len(needs)
        costs = [max((needs[i] for i in _members(s, n)), default=Fraction()) for s in range(2**n)]
        return cls(tuple(agents), tuple(costs))

    @property
    def all(self) -> int:
        """The number of the group of all."""
        return len(self.costs) - 1

    def members(self, group: int) -> tuple[int, ...]:
        """The agents of a group, by number from 0."""
        return _members(group, len(self.agents))

    def excess(self, group: int, allocation: Sequence[Fraction]) -> Fraction:
        """What a group would save by leaving."""
        return sum((allocation[i] for i in self.members(group)), -self.costs[group])

    @cached_property
    def shapley(self) -> tuple[Fraction, ...]:
        """The Shapley value: the mean of what each adds, over all orders in which they come."""
        n = len(self.agents)
        values = []
        for i in range(n):
            value = Fraction()
            for group in range(self.all + 1):
                if group >> i & 1:
                    continue
                before = group.bit_count()
                weight = Fraction(factorial(before) * factorial(n - before - 1), factorial(n))
                value += weight * (self.costs[group | 1 << i] - self.costs[group])
            values.append(value)
        return tuple(values)

    def least_core(self) -> tuple[float, NDArray[np.float64]]:
        """The least greatest excess of a group other than nobody and all, and where it is so.

        Returns:
            The excess e, and one allocation, shape (n,), in which it is the greatest. The core is
            empty where e is above 0; else the allocation is in it.
        """
        n = len(self.agents)
        groups = np.arange(1, self.all)
        rows = (groups[:, None] >> np.arange(n) & 1).astype(np.float64)
        found = scipy.optimize.linprog(
            np.append(np.zeros(n), 1.0),
            A_ub=np.column_stack([rows, -np.ones(len(groups))]),
            b_ub=np.array([float(self.costs[group]) for group in groups]),
            A_eq=np.append(np.ones(n), 0.0)[None],
            b_eq=[float(self.costs[self.all])],
            bounds=[(None, None)] * (n + 1),
        )
        assert found.success  # it is feasible, and bounded by n >= 2 groups that add up to all
        return float(found.fun), found.x[:n]


def allocations(total: Fraction, n: int, parts: int) -> Iterator[tuple[Fraction, ...]]:
    """Every way to divide a cost among n agents in equal parts.

    Args:
        total: the cost.
        n: the number of agents, each of which takes some parts or none.
        parts: the number of equal parts.

    Yields:
        What each agent pays; the more the first pays the earlier.
    """

    def split(left: int, agents: int) -> Iterator[tuple[int, ...]]:
        if agents == 1:
            yield (left,)
            return
        for own in range(left, -1, -1):
            for rest in split(left - own, agents - 1):
                yield (own, *rest)

    for taken in split(parts, n):
        yield tuple(total * own / parts for own in taken)


def _members(group: int, n: int) -> tuple[int, ...]:
    return tuple(i for i in range(n) if group >> i & 1)
