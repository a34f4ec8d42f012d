"""When two payoffs are tied: the one notion of it, for every solver of the package.

**Exactly, where the numbers are exact.** Integers, `Fraction`s and the decimals of a file are what
they say. A float counts as the rational number that it evidently stands for (`as_fraction`). The
payoffs of one player are then integers in a unit of their own, the inverse of their common
denominator, and so are expectations under rational probabilities. While no sum of their sizes
passes 2^53, double precision computes with integers without rounding, at full speed; beyond,
Python's integers do. Nothing is added to either side of a comparison.

**Within their own rounding, where they are not.** Let x be the sum of n products w_k u_k in floats
with unit roundoff r = 2^-53. The computed sum is off by at most (n - 1 + c) r S + O(r^2), where
S = sum_k |w_k u_k| and c roundings go into each product; with roundings that are not correlated it
is off by more than t sqrt(n + c) r S with a probability below 2 exp(-t^2 / 2) (Higham and Mary
2019, "A new approach to probabilistic rounding error analysis", Thm. 2.4). The *slack* of x is that
with t = `ULPS`. So each number is known as an interval x - slack to x + slack, and

    a is tied with b  unless  one interval lies wholly above the other.

A sum over many variables, one after the other, counts each variable's values once: the roundings
of partial sums multiply through, so that what matters is how many lie behind one result.

S contains what the numbers at hand are made of and nothing else: a fine that is not paid weighs 0,
however large it is, and another player's payoffs are never looked at.

Probabilities that are no evident rationals, or that as such do not add up to exactly 1, have been
computed, by a program or a root, and are known to a share of `CHANCE` of each; expectations under
them have that much slack besides.

All of it is invariant under relabelling. Multiplying a player's payoffs by a positive number
multiplies units, sums and slacks alike, so no answer depends on it; neither does it on a constant
added, in exact numbers (in floats a constant costs the digits that it pushes out).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, lcm
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
"""An array of floats, or of Python numbers (dtype object)."""

ULPS = 8
"""Standard deviations of rounding, in units of 2^-53, that a float may be off by: t above."""

ROUNDOFF = 2.0**-53

CHANCE = 2.0**-40
"""How far a computed probability may be off, as a share of it."""

EXACT_UP_TO = 2**53
"""Sums of integers up to this size are exact in floats."""

SIMPLE = 10**6
"""The largest denominator of a fraction that a float is taken to stand for."""

SAME_CHANCE = 1e-9
"""Computed probabilities that differ by less are the same; they have a scale of their own, 1."""

SAME_SHARE = 1e-9
"""Probabilities of two equilibria are the same if they differ by less than this share of each: what
a fine makes as unlikely as this is still something else than never."""

DIGITS = 12
"""The most significant digits of a decimal that a float is taken to stand for."""

MOST_DISTINCT = 20_000
"""With more different floats than these nobody wrote them down, and they are not read as such."""

LARGEST_UNIT = 2**256
"""Floats whose common denominator is larger are no rationals of one table."""


def as_fraction(value: Any) -> Fraction | None:
    """The rational number that a number evidently stands for.

    Integers and fractions are themselves. A float is an integer, or the fraction p / q with the
    smallest q up to `SIMPLE` whose nearest double it is, if one so near by chance is unlikely
    (among q up to Q the nearest fraction is about 1 / Q^2 away: the float's spacing has to be far
    below); or a decimal of up to `DIGITS` digits.

    Returns:
        The fraction; None if it is no evident one.
    """
    if isinstance(value, (int, Fraction, np.integer)):
        return Fraction(value) if isinstance(value, Fraction) else Fraction(int(value))
    number = float(value)
    if number.is_integer() and abs(number) <= EXACT_UP_TO:
        return Fraction(int(number))
    spacing = float(np.spacing(abs(number)))
    simple = Fraction(number).limit_denominator(SIMPLE)
    if float(simple) == number and simple.denominator**2 * spacing <= 1e-3:
        return simple
    written = repr(number)
    mantissa = written.lower().split("e")[0].lstrip("-").replace(".", "").strip("0")
    return Fraction(written) if len(mantissa) <= DIGITS else None


def slack_of(magnitude: Array | float, terms: int = 1) -> Array | float:
    """How far a float may be off that sums products of the given total size.

    Args:
        magnitude: S, the sum of the products' absolute values.
        terms: n + c, how many roundings went into it.
    """
    return ULPS * ROUNDOFF * float(np.sqrt(terms)) * magnitude


def best(values: Array, slack: Array | float = 0.0, axis: int = -1) -> npt.NDArray[np.bool_]:
    """Which entries nothing along an axis is surely better than.

    Args:
        values: the numbers, in floats or exact.
        slack: how far each may be off, a number or of the same shape; 0 compares exactly.
        axis: along which they are compared.
    """
    if np.isscalar(slack) and slack == 0:
        return np.asarray(values >= values.max(axis=axis, keepdims=True), dtype=np.bool_)
    floor = (values - slack).max(axis=axis, keepdims=True)
    return np.asarray(values + slack >= floor, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Amounts:
    """A table of numbers of one kind, such as a player's payoffs, as far as they are known.

    Attributes:
        values: the numbers, in multiples of `unit`; integers where they are exact (as floats while
            these are exact, else as Python's own, dtype object).
        unit: what a value of 1 is worth.
        slack: how far a value may be off, in multiples of `unit`: 0 for exact ones, else an array
            of the shape of `values`.
    """

    values: Array
    unit: Fraction = Fraction(1)
    slack: Array | float = 0.0

    @property
    def exact(self) -> bool:
        """Whether the numbers are known exactly."""
        return isinstance(self.slack, float) and self.slack == 0.0

    def best(self, axis: int) -> npt.NDArray[np.bool_]:
        """Which entries nothing along an axis is surely better than."""
        return best(self.values, self.slack, axis)

    def within(self, epsilon: float, axis: int) -> npt.NDArray[np.bool_]:
        """Which entries are surely no further than `epsilon` below the best along an axis.

        Args:
            epsilon: at least 0; exact numbers are compared with the number it stands for.
            axis: along which they are compared.
        """
        share = (as_fraction(epsilon) or Fraction(epsilon)) / self.unit
        if not self.exact:
            floor = (self.values - self.slack).max(axis=axis, keepdims=True)
            return np.asarray(self.values + self.slack >= floor - float(share), dtype=np.bool_)
        # Whole numbers: what is at most `share` below is at most its floor below.
        floor = self.values.max(axis=axis, keepdims=True)
        gap = int(share)
        within = gap if self.values.dtype == object else min(float(gap), 2.0**60)
        return np.asarray(floor - self.values <= within, dtype=np.bool_)

    def floats(self) -> npt.NDArray[np.float64]:
        """The numbers as floats."""
        if self.unit == 1 and self.values.dtype != object:
            return np.asarray(self.values, dtype=np.float64)
        numerator, denominator = self.unit.numerator, self.unit.denominator
        if self.values.dtype != object and max(numerator, denominator) <= EXACT_UP_TO:
            scaled = self.values if numerator == 1 else self.values * float(numerator)
            return np.asarray(scaled / float(denominator))
        return np.array(
            [float(int(v) * self.unit) for v in self.values.flat], dtype=np.float64
        ).reshape(self.values.shape)

    def slacks(self) -> Array | float:
        """How far each of `floats` may be off when they are compared; 0 for exact numbers."""
        return self.slack if self.exact else self.slack * float(self.unit)

    def fractions(self) -> Array | None:
        """The numbers as `Fraction`s, dtype object; None unless they are exact."""
        if not self.exact:
            return None
        table = np.empty(self.values.shape, dtype=object)
        known: dict[Any, Fraction] = {}
        for index, value in np.ndenumerate(self.values):
            if value not in known:
                known[value] = int(value) * self.unit
            table[index] = known[value]
        return table

    def bounds(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Floats below and above the numbers, which compare as the numbers do.

        For exact numbers both are one array: the integers, or their ranks where they are too large.
        """
        if not self.exact:
            return self.values - self.slack, self.values + self.slack
        if self.values.dtype != object:
            exact = np.ascontiguousarray(self.values, dtype=np.float64)
            return exact, exact
        rank = {value: float(i) for i, value in enumerate(sorted(set(self.values.flat)))}
        ranks = np.array([rank[v] for v in self.values.flat]).reshape(self.values.shape)
        return ranks, ranks

    def largest_along(self, axis: int) -> "Amounts":
        """The greatest number along an axis in the place of each."""
        shape = self.values.shape
        values = np.broadcast_to(self.values.max(axis=axis, keepdims=True), shape)
        if self.exact:
            return Amounts(values, self.unit)
        slack = np.asarray(self.slack).max(axis=axis, keepdims=True)
        return Amounts(values, self.unit, np.broadcast_to(slack, shape))

    def minus(self, other: "Amounts") -> "Amounts":
        """The differences from numbers of the same shape."""
        return total([self, Amounts(-other.values, other.unit, other.slack)])

    def where(self, kept: npt.NDArray[np.bool_], other: "Amounts") -> "Amounts":
        """These values where `kept`, elsewhere the other's, each in their own units.

        For comparisons along axes that `kept` does not vary over.
        """
        values = np.where(kept, self.values, other.values)
        if self.exact and other.exact:
            return Amounts(values, self.unit)
        return Amounts(values, self.unit, np.where(kept, self.slack, other.slack))

    def at(self, index: int | tuple[int | slice, ...]) -> "Amounts":
        """The numbers at a place of the first axis, or at places of several."""
        slack = self.slack if isinstance(self.slack, float) else self.slack[index]
        return Amounts(self.values[index], self.unit, slack)

    def reshape(self, shape: tuple[int, ...]) -> "Amounts":
        """The same numbers in another shape."""
        slack = self.slack if isinstance(self.slack, float) else self.slack.reshape(shape)
        return Amounts(self.values.reshape(shape), self.unit, slack)

    @property
    def largest(self) -> int:
        """The size of the largest integer of exact numbers."""
        return max((abs(int(v)) for v in (self.values.max(), self.values.min())), default=0)


def measure(given: Any) -> Amounts:
    """A table as it was given, exact if all of its numbers are; see the module.

    Args:
        given: an array, or nested sequences, of integers, `Fraction`s or floats.
    """
    array = np.asarray(given)
    if array.dtype.kind in "bf":
        array = array.astype(np.float64)
        size = float(np.abs(array).max(initial=0.0))
        if size <= EXACT_UP_TO and (array == np.rint(array)).all():
            return Amounts(array)
    distinct: Iterable[Any]
    if array.dtype == object:
        distinct = set(array.flat)
    else:
        distinct = np.unique(array)
        if array.dtype.kind == "f" and len(distinct) > MOST_DISTINCT:
            return rounded(array)
    known: dict[Any, Fraction] = {}
    for value in distinct:
        fraction = as_fraction(value) if isfinite(value) else None
        if fraction is None:
            return rounded(array.astype(np.float64))
        known[value] = fraction
    denominator = 1
    for fraction in known.values():
        denominator = lcm(denominator, fraction.denominator)
    if array.dtype.kind == "f" and denominator > LARGEST_UNIT:
        return rounded(array)
    integers = {v: f.numerator * (denominator // f.denominator) for v, f in known.items()}
    flat = [integers[value] for value in array.flat]
    small = max(map(abs, integers.values()), default=0) <= EXACT_UP_TO
    values = np.array(flat, dtype=np.float64 if small else object).reshape(array.shape)
    return Amounts(values, Fraction(1, denominator))


def rounded(
    values: Array, magnitude: Array | None = None, terms: int = 1, computed: bool = False
) -> Amounts:
    """Floats that are sums of products.

    Args:
        values: the floats.
        magnitude: the sums of the products' absolute values; None: the floats' own.
        terms: how many roundings went into each.
        computed: whether probabilities among the factors have been computed.
    """
    size = np.abs(values) if magnitude is None else magnitude
    slack = np.asarray(slack_of(size, terms), dtype=np.float64)
    return Amounts(values, Fraction(1), slack + CHANCE * size if computed else slack)


def distributions(known: Amounts) -> Amounts:
    """Probabilities, exact only if they add up to exactly 1 along the last axis."""
    if known.exact and np.any(known.values.sum(axis=-1) != int(1 / known.unit)):
        return rounded(known.floats())
    return known


def mixed(payoffs: Amounts, weights: Array, axis: int) -> Amounts:
    """The expectation of a table over one axis, exact if both are and are not too long.

    Args:
        payoffs: the table.
        weights: probabilities, of the length of the axis.
        axis: which.
    """
    chances = distributions(measure(weights))
    if payoffs.exact and chances.exact:
        short = payoffs.largest / chances.unit <= EXACT_UP_TO
        if short or payoffs.values.size <= MOST_DISTINCT:
            tables = payoffs.values, chances.values
            one, two = tables if short else map(as_integers, tables)
            return Amounts(np.tensordot(one, two, axes=(axis, 0)), payoffs.unit * chances.unit)
    floats, likely = payoffs.floats(), np.asarray(weights, dtype=np.float64)
    known = rounded(
        np.tensordot(floats, likely, axes=(axis, 0)),
        np.tensordot(np.abs(floats), likely, axes=(axis, 0)),
        len(likely) + 1,
        not chances.exact,
    )
    if payoffs.exact:
        return known
    slack = np.tensordot(np.asarray(payoffs.slacks()), likely, axes=(axis, 0))
    return Amounts(known.values, known.unit, known.slack + slack)


def total(parts: Sequence[Amounts]) -> Amounts:
    """The sum of tables of one shape, exact if all of them are.

    Args:
        parts: at least one.
    """
    if len(parts) == 1:
        return parts[0]
    if not all(part.exact for part in parts):
        floats = [part.floats() for part in parts]
        slack = slack_of(np.abs(floats).sum(axis=0), len(parts))
        for part in parts:
            slack = slack + part.slacks()
        return Amounts(np.sum(floats, axis=0), Fraction(1), np.asarray(slack))
    unit = Fraction(1, lcm(*(part.unit.denominator for part in parts)))
    factors = [int(part.unit / unit) for part in parts]
    size = sum(part.largest * factor for part, factor in zip(parts, factors, strict=True))
    if size <= EXACT_UP_TO:
        return Amounts(
            np.asarray(sum(p.values * float(f) for p, f in zip(parts, factors, strict=True))), unit
        )
    return Amounts(
        np.asarray(sum(as_integers(p.values) * f for p, f in zip(parts, factors, strict=True))),
        unit,
    )


def as_integers(values: Array) -> Array:
    """Integers of Python, dtype object, from floats that are integers."""
    if values.dtype == object:
        return values
    return np.array([int(v) for v in values.flat], dtype=object).reshape(values.shape)


def same_rows(rows: npt.NDArray[np.float64], row: npt.NDArray[np.float64]) -> int | None:
    """The number of the first row of computed probabilities that is the same as `row`, if any is.

    Args:
        rows: shape (k, n).
        row: shape (n,).
    """
    close = np.abs(rows - row) <= SAME_SHARE * np.abs(row) + 8 * ROUNDOFF
    found = np.flatnonzero(close.all(axis=1))
    return int(found[0]) if len(found) else None
