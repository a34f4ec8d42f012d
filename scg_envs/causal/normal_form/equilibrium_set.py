"""What a solver found: equilibria with their regrets, and whether they are all there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .game import Array, NormalForm

Kind: TypeAlias = Literal["all", "extreme", "sample"]
"""How complete a set of equilibria is.

`all`: every equilibrium of the class that was asked for. `extreme`: infinitely many exist, and
these are the vertices whose convex combinations make up the rest. `sample`: there may be more.
"""


def worst(kinds: Iterable[Kind]) -> Kind:
    """How complete a set is that is put together from sets of these kinds: as its worst part."""
    order: list[Kind] = ["all", "extreme", "sample"]
    return max(kinds, key=order.index, default="all")


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """One equilibrium of a game in normal form.

    Attributes:
        profile: one strategy for each player: float64 arrays, or arrays of `Fraction`s where it
            was computed exactly.
        payoffs: expected payoffs, shape (n_players,).
        regret: the most that a player could gain by deviating; 0 if exact.
    """

    profile: tuple[Array, ...]
    payoffs: Array
    regret: float

    @classmethod
    def of(cls, game: NormalForm, profile: tuple[Array, ...]) -> "Equilibrium":
        """A profile with what it pays and what deviating from it would gain."""
        return cls(profile, game.expected_payoffs(profile), float(game.regret(profile)))

    @property
    def pure(self) -> bool:
        """Whether everybody plays one action for certain."""
        return all(int((strategy > 0).sum()) == 1 for strategy in self.profile)


@dataclass(frozen=True, eq=False)
class EquilibriumSet:
    """The equilibria of a game, and how far the list can be trusted.

    Attributes:
        equilibria: what was found, in a fixed order; empty only if `kind` is "all" (there is no
            pure equilibrium) or "sample" (none was found).
        kind: see `Kind`.
        degenerate: whether some mixed strategy has more pure best replies than actions in its
            support. Only looked for where two players' mixed equilibria are enumerated; False
            elsewhere.
    """

    equilibria: tuple[Equilibrium, ...]
    kind: Kind
    degenerate: bool = False

    def __len__(self) -> int:
        return len(self.equilibria)

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.equilibria)


@dataclass(frozen=True, eq=False)
class Selected:
    """A distribution over equilibria.

    Attributes:
        equilibria: those with a positive weight.
        weights: their probabilities, shape (k,), which sum to 1.
        starts: how many random starts the weights are the shares of; None where they are exact.
    """

    equilibria: tuple[Equilibrium, ...]
    weights: Array
    starts: int | None = None

    def standard_error(self, values: Array) -> float | None:
        """How far chance puts off the mean of a quantity; None where the weights are exact.

        Args:
            values: the quantity in each equilibrium, shape (k,).
        """
        if self.starts is None:
            return None
        spread = self.weights @ np.square(values - self.weights @ values)
        return float(np.sqrt(max(float(spread), 0.0) / self.starts))

    def expected(self, game: NormalForm, table: Array) -> float:
        """The expectation of a table over joint actions, shape (A_1, ..., A_n)."""
        values = [float(game.expected(table, e.profile)) for e in self.equilibria]
        return float(np.dot(self.weights, values))
