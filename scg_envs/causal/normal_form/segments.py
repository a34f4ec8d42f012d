"""What commitments along a segment lead to, exactly, against followers alone or in pairs.

Along x(t) = (1-t) a + t b the followers' payoffs are linear in t. After x(t), the equilibria of two
followers are products of polytopes, and the objective, linear in each follower's strategy, is
greatest and least at the corners of these. A corner is a pair of vertices, one of each follower's
polyhedron

    { (s, v) : s a distribution,  what each of the other's actions pays against s  <=  v },

which together have all labels: each action of each follower is unplayed or a best reply. A vertex
is where as many labels hold as the follower has actions; for any such choice of labels Cramer's
rule gives s(t), a quotient of polynomials in t. So

- *breakpoints* are the roots in [0, 1] of all those polynomials: probabilities, slacks of replies,
  and determinants. Between two of them no label comes or goes, and the corners are the same curves;
- between breakpoints the objective along a curve is a quotient N/D; its greatest and least values
  are at the ends or at roots of N'D - ND'; two curves cross at roots of a difference;
- at a breakpoint everything is solved anew, since there the set may be larger than its limits.

With ties optimistic the best is attained, the set of equilibria being closed. Pessimistic ties have
a supremum, which may be the limit at an end of a piece and not attained at the end itself.

For two followers with two actions each, the pure equilibria are polyhedral pieces, the mixed one
is (alpha(t), -beta(t)) / (alpha(t) - beta(t)) for two linear functions, and N/D is a cubic over a
quadratic. Followers that answer for themselves play vertices that do not move with t.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise, product
from math import comb, prod
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

from .game import Array

TOLERANCE = 1e-10
"""Labels hold within this: probabilities, and payoffs in units of what is compared."""

BLUR = 1e-14
"""Breakpoints, which are computed, may be off by this."""

SAME = 1e-9
"""Vertices, and breakpoints, closer than this are one."""

CLUSTER = 1e-6
"""Roots closer than this may be one root of higher multiplicity, which their mean is nearer to."""

MAX_LABELS = 300
"""Choices of labels up to which a pair of followers is solved: pairs of five actions each."""

MAX_CORNERS = 200
"""Joint corners of all followers that are looked at between two breakpoints."""

NEAR = 1e-6
"""How far from the end of a piece, in its lengths, the limit there is extrapolated from."""

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
        return real_roots(_linear(difference).T)

    def corners(self, s: float) -> list[tuple[tuple[Array, ...], Curve]]:
        """The best actions."""
        values, units = _at(self.payoffs, s), _units(self.payoffs, s)
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
        rows[:, a : a + b, :a] = np.moveaxis(_at(self.payoffs[:, None], s), -1, -2)
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
        paid = np.einsum("nab,can->cbn", _at(self.payoffs[:, None], nodes), n[:, :-1])
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
        paid = strategies @ _at(self.payoffs, s)
        best = _best(paid, strategies @ _units(self.payoffs, s))
        labels = np.concatenate([strategies <= TOLERANCE, best], axis=1)
        # One point for all the choices of labels that lead to it.
        _, kept = np.unique(
            np.concatenate([np.round(strategies / SAME), labels], axis=1), axis=0, return_index=True
        )
        return Vertices(strategies[kept], labels[kept], regular[valid[kept]])


def n_choices(shape: Sequence[int]) -> int:
    """How many choices of labels a follower alone, or a pair, has."""
    return comb(sum(shape), shape[0])


def solvable(shape: Sequence[int]) -> bool:
    """Whether followers with so many actions, who depend on each other, can be solved so."""
    return len(shape) == 1 or (len(shape) == 2 and n_choices(shape) <= MAX_LABELS)


class Point(NamedTuple):
    """A commitment on the segment.

    Attributes:
        t: where it is, in [0, 1].
        value: what it is worth, or for a supremum what those near it come close to.
        answers: one strategy for each follower, in the order of `followers`.
        attained: whether the value is attained at t.
    """

    t: float
    value: float
    answers: tuple[Array, ...]
    attained: bool


class Segment:
    """The followers' answers along a segment, and what they are worth.

    Attributes:
        followers: independent of each other given t.
        objective: at both ends, shape (2, A_1, A_2, ...), axes in the order of `followers`.
        complete: False once no equilibrium was found at some point, which rounding alone can do.
    """

    def __init__(self, followers: Sequence[Followers], objective: Array) -> None:
        self.followers, self.objective = tuple(followers), objective
        self.complete = True

    @cached_property
    def breakpoints(self) -> Array:
        """Where answers come or go, the ends among them: t in [0, 1], increasing."""
        roots = [part.breakpoints() for part in self.followers]
        between = (_merged(np.concatenate([np.empty(0), *roots])) + 1) / 2
        return np.array([0.0, *between[(between > BLUR) & (between < 1 - BLUR)], 1.0])

    def worst_and_best(self, t: float) -> tuple[Point, Point] | None:
        """The least and the greatest value of the followers' equilibria after x(t).

        None if rounding has hidden all of them, which leaves the segment not `complete`.
        """
        points = [
            Point(t, _expected(_at(self.objective, 2 * t - 1), answers), answers, True)
            for answers, _ in self._corners(2 * t - 1)
        ]
        if not points:
            self.complete = False
            return None
        return min(points, key=lambda p: p.value), max(points, key=lambda p: p.value)

    def optimistic(self) -> Point | None:
        """The best commitment if of several equilibria the best is played."""
        return self._greatest(worst=False)

    def pessimistic(self) -> Point | None:
        """The supremum if of several equilibria the worst is played."""
        best = self._greatest(worst=True)
        for low, high in self._pieces():
            for end, inward in ((low, 1.0), (high, -1.0)):
                limit = self._limit(end, inward * (high - low))
                if limit is not None and (best is None or limit.value > best.value + CLUSTER):
                    best = limit
        return best

    def _greatest(self, worst: bool) -> Point | None:
        """The best of the candidates; the first of several."""
        best: Point | None = None
        for t in self._candidates(crossings=worst):
            points = self.worst_and_best(float(t))
            if points is not None:
                point = points[0 if worst else 1]
                if best is None or point.value > best.value + TOLERANCE * abs(best.value):
                    best = point
        return best

    def _limit(self, end: float, width: float) -> Point | None:
        """What the worst equilibrium comes to be worth as t nears an end of its piece.

        Equilibria have their limits among the equilibria at the end, at corners of these.
        """
        near = self.worst_and_best(end + NEAR * width)
        corners = self._corners(2 * end - 1)
        if near is None or not corners:
            return None
        limit = min(
            (answers for answers, _ in corners),
            key=lambda answers: sum(
                float(np.abs(x - y).sum()) for x, y in zip(answers, near[0].answers, strict=True)
            ),
        )
        return Point(end, _expected(_at(self.objective, 2 * end - 1), limit), limit, False)

    def _pieces(self) -> list[tuple[float, float]]:
        """The open intervals between breakpoints."""
        t = self.breakpoints
        return [(lo, hi) for lo, hi in pairwise(t) if hi - lo > 2 * SAME]

    def _candidates(self, crossings: bool) -> Array:
        """Breakpoints, and within pieces where the objective may be extreme, or curves cross."""
        found = [self.breakpoints]
        for low, high in self._pieces():
            middle = (low + high) / 2
            corners = self._corners(2 * middle - 1)
            if not corners:
                self.complete = False
                continue
            quotients = [self._quotient(curve) for _, curve in corners]
            polynomials = [
                chebyshev.chebsub(
                    chebyshev.chebmul(chebyshev.chebder(n), d),
                    chebyshev.chebmul(n, chebyshev.chebder(d)),
                )
                for n, d in quotients
            ]
            if crossings:
                polynomials += [
                    chebyshev.chebsub(chebyshev.chebmul(n, e), chebyshev.chebmul(m, d))
                    for (n, d), (m, e) in combinations(quotients, 2)
                ]
            size = max(len(p) for p in polynomials)
            roots = real_roots(np.array([np.pad(p, (0, size - len(p))) for p in polynomials]))
            inside = (roots + 1) / 2
            found += [inside[(inside > low + SAME) & (inside < high - SAME)], np.array([middle])]
        return np.unique(np.concatenate(found))

    def _quotient(self, curve: Curve) -> tuple[Array, Array]:
        """The objective along a curve, as numerator and denominator."""
        degree = 1 + sum(d.shape[-1] - 1 for d in curve.denominators)
        nodes = chebyshev.chebpts1(degree + 1)
        at = [
            n @ chebyshev.chebvander(nodes, n.shape[-1] - 1).T for n in curve.numerators
        ]  # each (A, nodes)
        value = np.moveaxis(_at(self.objective[:, None], nodes), 0, -1)
        for n in at:
            value = np.einsum("an,a...n->...n", n, value)
        denominator = np.ones(degree + 1)
        for d in curve.denominators:
            denominator = denominator * chebyshev.chebval(nodes, d)
        return fit(value), fit(denominator)

    def _corners(self, s: float) -> list[tuple[tuple[Array, ...], Curve]]:
        parts = [part.corners(s) for part in self.followers]
        if prod(len(part) for part in parts) > MAX_CORNERS:
            raise TooManyCorners
        return [
            (
                tuple(x for answers, _ in chosen for x in answers),
                Curve(
                    tuple(x for _, curve in chosen for x in curve.numerators),
                    tuple(x for _, curve in chosen for x in curve.denominators),
                ),
            )
            for chosen in product(*parts)
        ]


class TooManyCorners(Exception):
    """More corners than can be looked at; the caller goes without the segment."""


def _expected(table: Array, answers: Sequence[Array]) -> float:
    for strategy in answers:
        table = strategy @ table.reshape(len(strategy), -1)
    return float(table[0])


def _units(ends: Array, s: float) -> Array:
    """The sizes of a table's terms at s, and of what it changes by for the error in s."""
    return _at(np.abs(ends), s) + BLUR / TOLERANCE * np.abs(ends[1] - ends[0])


def _best(paid: Array, units: Array) -> npt.NDArray[np.bool_]:
    """Which entries of each row are greatest, up to the rounding of the two that are compared.

    Args:
        paid: shape (rows, entries), sums of terms.
        units: the same sums of the terms' sizes.
    """
    top = paid.argmax(axis=1)[:, None]
    size = np.maximum(units, np.take_along_axis(units, top, axis=1))
    return np.asarray(paid >= np.take_along_axis(paid, top, axis=1) - TOLERANCE * size)


def _at(ends: Array, s: float | Array) -> Array:
    """A table that is linear in s, given at s = -1 and 1; s may be an array along axis 0."""
    s = np.asarray(s, dtype=np.float64)
    s = s.reshape(s.shape + (1,) * (ends.ndim - 1 - s.ndim))
    return np.asarray(ends[0] * (1 - s) / 2 + ends[1] * (1 + s) / 2)


def _linear(ends: Array) -> Array:
    """The Chebyshev coefficients of functions given at -1 and 1, along axis 0."""
    return np.array([(ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2])


def fit(values: Array) -> Array:
    """Chebyshev coefficients of polynomials given at the Chebyshev points, along axis 0."""
    size = len(values)
    inverse = 2 * chebyshev.chebvander(chebyshev.chebpts1(size), size - 1).T / size
    inverse[0] /= 2
    return np.tensordot(inverse, values, axes=1)


def real_roots(series: Array) -> Array:
    """The roots in [-1, 1] of Chebyshev series, shape (polynomials, degree + 1); unsorted.

    Roots of higher multiplicity come apart by rounding: the mean of those close together, which is
    nearer to the truth, is given beside them. A polynomial that is 0 everywhere has none.
    """
    size = np.abs(series).max(axis=1, keepdims=True)
    scaled = series[size[:, 0] > 1e-13] / size[size[:, 0] > 1e-13]
    degree = series.shape[1] - 1 - (np.abs(scaled[:, ::-1]) > 1e-13).argmax(axis=1)
    found = [np.empty(0)]
    for n in np.unique(degree[degree > 0]):
        some = scaled[degree == n, : n + 1]
        roots = np.linalg.eigvals(_companions(some))
        real = np.where(np.abs(roots.imag) < CLUSTER, roots.real, np.nan)
        found += [_polished(real[:, k], some) for k in range(n)]
    roots = np.concatenate(found)
    return np.clip(roots[np.abs(roots) <= 1 + SAME], -1.0, 1.0)


def _companions(series: Array) -> Array:
    """The matrices whose eigenvalues are the roots; shape (polynomials, n, n)."""
    return np.array([chebyshev.chebcompanion(row) for row in series])


def _polished(roots: Array, series: Array) -> Array:
    """One root of each series after Newton's steps, and before where they lead away."""
    x = roots.copy()
    columns, slopes = series.T, chebyshev.chebder(series.T)
    with np.errstate(all="ignore"):
        for _ in range(3):
            step = chebyshev.chebval(x, columns, tensor=False)
            step = step / chebyshev.chebval(x, slopes, tensor=False)
            x = np.where(np.abs(step) < CLUSTER, x - step, x)
    return x[~np.isnan(x)]


def _merged(roots: Array) -> Array:
    """Roots without repetitions, increasing, and the means of those close together."""
    ordered = np.sort(roots)
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > CLUSTER) + 1)
    means = np.array([group.mean() for group in groups if len(group)])
    every = np.sort(np.concatenate([ordered, means]))
    return every[np.diff(every, prepend=-np.inf) > BLUR]
