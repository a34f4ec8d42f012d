"""What commitments along a segment lead to, exactly, against followers alone or in pairs.

Between two breakpoints of the followers (`followers`) no label comes or goes, and their extreme
answers are the same curves, s(t) for quotients of polynomials. So

- between breakpoints the objective along a curve is a quotient N/D; its greatest and least values
  are at the ends or at roots of N'D - ND'; two curves cross at roots of a difference;
- at a breakpoint everything is solved anew, since there the set may be larger than its limits.

With ties optimistic the best is attained, the set of equilibria being closed. Pessimistic ties have
a supremum, which may be the limit at an end of a piece and not attained at the end itself.

For two followers with two actions each, the pure equilibria are polyhedral pieces, the mixed one
is (alpha(t), -beta(t)) / (alpha(t) - beta(t)) for two linear functions, and N/D is a cubic over a
quadratic.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations, pairwise, product
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev

from .followers import TOLERANCE, Curve, Followers
from .game import Array
from .polynomials import BLUR, CLUSTER, SAME, fit, interpolated, merged, real_roots

MAX_CORNERS = 200
"""Joint corners of all followers that are looked at between two breakpoints."""

NEAR = 1e-6
"""How far from the end of a piece, in its lengths, the limit there is extrapolated from."""


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
        between = (merged(np.concatenate([np.empty(0), *roots])) + 1) / 2
        return np.array([0.0, *between[(between > BLUR) & (between < 1 - BLUR)], 1.0])

    def worst_and_best(self, t: float) -> tuple[Point, Point] | None:
        """The least and the greatest value of the followers' equilibria after x(t).

        None if rounding has hidden all of them, which leaves the segment not `complete`.
        """
        points = [
            Point(t, _expected(interpolated(self.objective, 2 * t - 1), answers), answers, True)
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
        return Point(end, _expected(interpolated(self.objective, 2 * end - 1), limit), limit, False)

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
        value = np.moveaxis(interpolated(self.objective[:, None], nodes), 0, -1)
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
