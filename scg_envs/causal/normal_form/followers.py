"""Followers along a segment of commitments: their extreme answers, as curves.

Along x(t) = (1-t) a + t b the followers' payoffs are linear in t. After x(t), the equilibria of two
followers are products of polytopes, and the objective, linear in each follower's strategy, is
greatest and least at the corners of these. A corner is a pair of vertices, one of each follower's
polyhedron

    { (s, v) : s a distribution,  what each of the other's actions pays against s  <=  v },

which together have all labels: each action of each follower is unplayed or a best reply. A vertex
is where as many labels hold as the follower has actions; for any such choice of labels Cramer's
rule gives s(t), a quotient of polynomials in t. Labels come and go at *breakpoints*: the roots in
[0, 1] of all those polynomials, which are probabilities, slacks of replies, and determinants.

Followers that answer for themselves play vertices that do not move with t.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

from .game import Array
from .polynomials import BLUR, SAME, fit, interpolated, linear, real_roots

TOLERANCE = 1e-10
"""Labels hold within this: probabilities, and payoffs in units of what is compared."""

MAX_LABELS = 300
"""Choices of labels up to which a pair of followers is solved: pairs of five actions each."""

SINGULAR = 1e-14
"""Labels chosen have no vertex if their determinant is below this, relative to Hadamard's bound."""


class Curve(NamedTuple):
    """A vertex as a function of s = 2t - 1 in [-1, 1], in Chebyshev polynomials.

    Attributes:
        numerators: for each follower its strategy's numerators, shape (A, degree + 1).
        denominators: for each follower the denominator, shape (degree + 1,).
    """

    numerators: tuple[Array, ...]
    denominators: tuple[Array, ...]


class Followers(Protocol):
    """Followers whose answers depend on each other and on t."""

    def breakpoints(self) -> Array:
        """Where labels come or go, in [-1, 1]; unsorted."""

    def corners(self, s: float) -> list[tuple[tuple[Array, ...], Curve]]:
        """The extreme answers at s, each with the curve that it lies on."""


@dataclass(frozen=True, eq=False)
class Single:
    """A follower that depends on no other.

    Attributes:
        payoffs: at both ends of the segment, shape (2, A).
    """

    payoffs: Array

    def breakpoints(self) -> Array:
        """Where two actions pay the same."""
        i, j = np.triu_indices(self.payoffs.shape[1], 1)
        difference = self.payoffs[:, i] - self.payoffs[:, j]
        return real_roots(linear(difference).T)

    def corners(self, s: float) -> list[tuple[tuple[Array, ...], Curve]]:
        """The best actions."""
        values, units = interpolated(self.payoffs, s), _units(self.payoffs, s)
        pure = np.eye(len(values))
        best = np.flatnonzero(_best(values[None], units[None])[0])
        return [((pure[a],), Curve((pure[a][:, None],), (np.ones(1),))) for a in best]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two followers that depend on each other.

    Attributes:
        payoffs: of the first and of the second at both ends, shape (2, 2, A_1, A_2): end, player,
            actions.
    """

    payoffs: Array

    def breakpoints(self) -> Array:
        """Where a probability, a slack or a determinant is 0."""
        return np.concatenate([side.breakpoints() for side in self._sides])

    def corners(self, s: float) -> list[tuple[tuple[Array, ...], Curve]]:
        """Pairs of vertices that have all labels."""
        one, two = (side.vertices(s) for side in self._sides)
        labels_two = np.roll(two.labels, self.payoffs.shape[2], axis=1)
        complete = (one.labels[:, None] | labels_two[None]).all(axis=2)
        found: list[tuple[tuple[Array, ...], Curve]] = []
        for i, j in np.argwhere(complete):
            first, second = (
                side.curve(v.choice[k])
                for side, v, k in zip(self._sides, (one, two), (i, j), strict=True)
            )
            curve = Curve((first[0], second[0]), (first[1], second[1]))
            found.append(((one.strategies[i], two.strategies[j]), curve))
        return found

    @cached_property
    def _sides(self) -> tuple["Polyhedron", "Polyhedron"]:
        return Polyhedron(self.payoffs[:, 1]), Polyhedron(self.payoffs[:, 0].swapaxes(1, 2))


class Vertices(NamedTuple):
    """The vertices of a polyhedron at one s.

    Attributes:
        strategies: shape (k, A).
        labels: shape (k, A + B): own actions unplayed, then the other's that are best replies.
        choice: shape (k,): the number of a choice of labels that determines the vertex.
    """

    strategies: Array
    labels: npt.NDArray[np.bool_]
    choice: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Polyhedron:
    """A follower's strategies with what the other's actions pay against them.

    Attributes:
        payoffs: of the other at both ends, shape (2, A, B).
    """

    payoffs: Array

    def systems(self, s: Array) -> Array:
        """The equations of each choice of labels at each s; shape (len(s), choices, A+1, A+1).

        Rows are labels, then that probabilities sum to 1; columns are probabilities, then v.
        """
        a, b = self.payoffs.shape[1:]
        rows = np.zeros((len(s), a + b + 1, a + 1))
        rows[:, :a, :a] = np.eye(a)
        rows[:, a : a + b, :a] = np.moveaxis(interpolated(self.payoffs[:, None], s), -1, -2)
        rows[:, a : a + b, a] = -1.0
        rows[:, a + b, :a] = 1.0
        return rows[:, np.column_stack([self._choices, np.full(len(self._choices), a + b)])]

    @cached_property
    def _choices(self) -> npt.NDArray[np.int64]:
        a, b = self.payoffs.shape[1:]
        # One of the labels at least is a reply: not all actions can be unplayed.
        return np.array([c for c in combinations(range(a + b), a) if c[-1] >= a])

    @cached_property
    def _polynomials(self) -> tuple[Array, Array]:
        """Numerators (choices, A + 1, degree + 1) and denominators (choices, degree + 1)."""
        a = self.payoffs.shape[1]
        nodes = chebyshev.chebpts1(a + 2)
        systems = self.systems(nodes)
        replaced = np.repeat(systems[:, :, None], a + 1, axis=2)
        for column in range(a + 1):
            replaced[:, :, column, :, column] = np.eye(a + 1)[a]
        return (
            np.moveaxis(fit(np.linalg.det(replaced)), 0, -1),
            np.moveaxis(fit(np.linalg.det(systems)), 0, -1),
        )

    def curve(self, choice: int) -> tuple[Array, Array]:
        """The strategy's numerators, (A, degree + 1), and its denominator."""
        numerators, denominators = self._polynomials
        return numerators[choice, :-1], denominators[choice]

    def breakpoints(self) -> Array:
        """Roots of all probabilities, slacks and determinants."""
        numerators, denominators = self._polynomials
        size = numerators.shape[-1] + 1
        nodes = chebyshev.chebpts1(size)
        at = chebyshev.chebvander(nodes, size - 2)
        n = numerators @ at.T  # (choices, A + 1, nodes)
        paid = np.einsum("nab,can->cbn", interpolated(self.payoffs[:, None], nodes), n[:, :-1])
        slacks = np.moveaxis(fit(np.moveaxis(n[:, -1:] - paid, -1, 0)), 0, -1)
        own = np.concatenate([numerators[:, :-1], denominators[:, None]], axis=1)
        own = np.pad(own, ((0, 0), (0, 0), (0, 1)))
        return real_roots(np.concatenate([own, slacks], axis=1).reshape(-1, size))

    def vertices(self, s: float) -> Vertices:
        """All vertices at s."""
        a = self.payoffs.shape[1]
        systems = self.systems(np.array([s]))[0]
        bound = np.linalg.norm(systems, axis=-1).prod(axis=-1)
        regular = np.flatnonzero(np.abs(np.linalg.det(systems)) > SINGULAR * bound)
        right = np.broadcast_to(np.eye(a + 1)[:, [a]], (len(regular), a + 1, 1))
        strategies = np.linalg.solve(systems[regular], right)[:, :a, 0]
        valid = np.flatnonzero((strategies >= -TOLERANCE).all(axis=1))
        strategies = np.maximum(strategies[valid], 0.0)
        strategies /= strategies.sum(axis=1, keepdims=True)
        paid = strategies @ interpolated(self.payoffs, s)
        best = _best(paid, strategies @ _units(self.payoffs, s))
        labels = np.concatenate([strategies <= TOLERANCE, best], axis=1)
        # One point for all the choices of labels that lead to it.
        kept = _firsts(np.concatenate([np.round(strategies / SAME), labels], axis=1))
        return Vertices(strategies[kept], labels[kept], regular[valid[kept]])


def n_choices(shape: Sequence[int]) -> int:
    """How many choices of labels a follower alone, or a pair, has."""
    return comb(sum(shape), shape[0])


def solvable(shape: Sequence[int]) -> bool:
    """Whether followers with so many actions, who depend on each other, can be solved so."""
    return len(shape) == 1 or (len(shape) == 2 and n_choices(shape) <= MAX_LABELS)


def _firsts(rows: Array) -> npt.NDArray[np.int64]:
    """The first of each set of equal rows, in the rows' lexicographic order.

    It is what `np.unique(rows, axis=0, return_index=True)` returns second, several times as fast
    on the few rows here.
    """
    order = np.lexsort(rows.T[::-1])
    ranked = rows[order]
    new = np.ones(len(rows), dtype=np.bool_)
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    return np.asarray(order[new])


def _units(ends: Array, s: float) -> Array:
    """The sizes of a table's terms at s, and of what it changes by for the error in s."""
    return interpolated(np.abs(ends), s) + BLUR / TOLERANCE * np.abs(ends[1] - ends[0])


def _best(paid: Array, units: Array) -> npt.NDArray[np.bool_]:
    """Which entries of each row are greatest, up to the rounding of the two that are compared.

    Args:
        paid: shape (rows, entries), sums of terms.
        units: the same sums of the terms' sizes.
    """
    top = paid.argmax(axis=1)[:, None]
    size = np.maximum(units, np.take_along_axis(units, top, axis=1))
    return np.asarray(paid >= np.take_along_axis(paid, top, axis=1) - TOLERANCE * size)
