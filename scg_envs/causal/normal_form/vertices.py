"""The vertices of a best-reply polytope, by pivoting over a simple (perturbed) polytope.

The polytope is {z >= 0, A z <= 1} with A > 0, so it is bounded and 0 is a vertex. It is kept as a
dictionary: basic variable r = b_r - sum over c of T[r, c] * (nonbasic variable c). Starting at 0,
every edge of every vertex is followed, breadth first, which keeps the number of pivots behind any
vertex (and with it the rounding) small. Ties in the ratio test are broken lexicographically, that
is, the right-hand side is 1 + (e, e^2, ...) for an infinitesimal e: a simple polytope, whose
vertices converge to all vertices of the true one (Avis and Fukuda 1992; Avis, Rosenberg, Savani
and von Stengel 2010, "Enumeration of Nash equilibria for two-player games").

Every inequality has a label. A vertex is reported with the labels of *all* constraints that are
tight there, not only of those in one basis: otherwise equilibria of degenerate games are missed.

The same source runs compiled on floats, and as plain Python on `Fraction`s.
"""

from functools import cache
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...core.compiled import compiled, put
from .game import Array
from .label_sets import contains, insert, rehash

TOLERANCE = 1e-11
"""A float below this counts as 0 in a dictionary whose entries are of order 1."""

FRONTIER_BYTES = 128 * 2**20
"""Dictionaries that wait for their edges to be followed may take this much memory."""


class Vertices(NamedTuple):
    """Vertices of a polytope of dimension d with f inequalities.

    Attributes:
        points: shape (k, d).
        labels: shape (k, ceil(f / 64)), uint64: bit l is set if inequality l is tight.
        complete: False if the limit was reached first (or rounding hid an edge).
    """

    points: Array
    labels: npt.NDArray[np.uint64]
    complete: bool


def enumerate_vertices(
    matrix: Array,
    slack_labels: npt.NDArray[np.int64],
    sign_labels: npt.NDArray[np.int64],
    limit: int,
    limits: Array | None = None,
) -> Vertices:
    """The vertices of {z >= 0, A z <= 1}, the vertex 0 excepted.

    Args:
        matrix: A, shape (r, d); floats of order 1, or `Fraction`s for exact results. Positive, or
            such that the polytope is bounded.
        slack_labels: the labels of the rows of A, shape (r,).
        sign_labels: the labels of z >= 0, shape (d,). Together 0 to r + d - 1.
        limit: stop after so many bases.
        limits: what stands in the place of 1, row by row: nonnegative, shape (r,).

    Returns:
        The vertices, each once.
    """
    rows, columns = matrix.shape
    exact = matrix.dtype == object
    right = np.ones(rows, dtype=matrix.dtype) if limits is None else limits
    dictionary = np.concatenate([matrix, right[:, None]], axis=1)
    waiting = max(64, FRONTIER_BYTES // (8 * dictionary.size))
    walk = _interpreted() if exact else _walk
    tolerance: Any = 0 if exact else TOLERANCE
    points, labels, complete = walk(
        dictionary, slack_labels, sign_labels, tolerance, limit, waiting
    )
    kept = np.flatnonzero((points != 0).any(axis=1))
    if (np.bitwise_count(labels).sum(axis=1) > columns).any():
        # Several bases of a degenerate vertex share its set of tight labels; two vertices don't.
        _, first = np.unique(labels, axis=0, return_index=True)
        kept = np.intersect1d(kept, first, assume_unique=True)
    return Vertices(points[kept], labels[kept], bool(complete))


@cache
def _interpreted() -> Any:
    """`_walk` and what it calls here as plain Python, for numbers that numba does not know."""
    plain = dict(globals())
    for name, value in globals().items():
        if hasattr(value, "py_func") and value.py_func.__module__ == __name__:
            plain[name] = FunctionType(value.py_func.__code__, plain)
    return plain["_walk"]


@compiled
def _walk(dictionary, slacks, signs, tolerance, limit, waiting):  # type: ignore[no-untyped-def]
    """Follow every edge from the vertex 0; see the module. Returns points, labels, complete."""
    rows, columns = dictionary.shape[0], dictionary.shape[1] - 1
    words = (rows + columns + 63) // 64
    column_of_label = np.full(rows + columns, -1)
    for c in range(columns):
        column_of_label[signs[c]] = c
    points = np.empty((256, columns), dictionary.dtype)
    labels = np.zeros((256, words), np.uint64)
    count = 0
    seen = np.zeros((1024, words), np.uint64)
    key = np.zeros(words, np.uint64)
    for label in signs:
        key[label >> 6] |= np.uint64(1) << np.uint64(label & 63)
    insert(seen, key)
    n_seen = 1
    complete = True

    now = dictionary.copy().reshape((1, rows, columns + 1))
    now_basis = slacks.copy().reshape((1, rows))
    now_cobasis = signs.copy().reshape((1, columns))
    n_now = 1
    while n_now > 0:
        capacity = 2 * n_now + 16
        after = np.empty((capacity, rows, columns + 1), dictionary.dtype)
        after_basis = np.empty((capacity, rows), np.int64)
        after_cobasis = np.empty((capacity, columns), np.int64)
        n_after = 0
        for k in range(n_now):
            T, basis, cobasis = now[k], now_basis[k], now_cobasis[k]
            if count == points.shape[0]:
                points = np.concatenate((points, np.empty_like(points)))
                labels = np.concatenate((labels, np.zeros_like(labels)))
            key[:] = 0
            for c in range(columns):
                key[cobasis[c] >> 6] |= np.uint64(1) << np.uint64(cobasis[c] & 63)
            put(labels[count], key)
            points[count] = 0
            for r in range(rows):
                if T[r, columns] <= tolerance:
                    labels[count, basis[r] >> 6] |= np.uint64(1) << np.uint64(basis[r] & 63)
                elif column_of_label[basis[r]] >= 0:
                    points[count, column_of_label[basis[r]]] = T[r, columns]
            count += 1

            for c in range(columns):
                r = _leaving(T, c, basis, cobasis, slacks, tolerance)
                if r < 0:  # the polytope is bounded, so rounding has hidden the pivot
                    complete = False
                    continue
                into, out = cobasis[c], basis[r]
                key[into >> 6] ^= np.uint64(1) << np.uint64(into & 63)
                key[out >> 6] ^= np.uint64(1) << np.uint64(out & 63)
                if n_seen >= limit or n_after >= waiting:
                    complete = complete and contains(seen, key)
                elif insert(seen, key):
                    n_seen += 1
                    if 2 * n_seen > seen.shape[0]:
                        seen = rehash(seen)
                    if n_after == after.shape[0]:
                        after = np.concatenate((after, np.empty_like(after)))
                        after_basis = np.concatenate((after_basis, np.empty_like(after_basis)))
                        after_cobasis = np.concatenate(
                            (after_cobasis, np.empty_like(after_cobasis))
                        )
                    _pivot(T, r, c, after[n_after], tolerance)
                    put(after_basis[n_after], basis)
                    put(after_cobasis[n_after], cobasis)
                    after_basis[n_after, r] = into
                    after_cobasis[n_after, c] = out
                    n_after += 1
                key[into >> 6] ^= np.uint64(1) << np.uint64(into & 63)
                key[out >> 6] ^= np.uint64(1) << np.uint64(out & 63)
        now, now_basis, now_cobasis, n_now = after, after_basis, after_cobasis, n_after
    return points[:count], labels[:count], complete


@compiled
def _leaving(T, c, basis, cobasis, slacks, tolerance):  # type: ignore[no-untyped-def]
    """The row whose basic variable reaches 0 first when column c grows, never ambiguous; or -1."""
    rows, last = T.shape[0], T.shape[1] - 1
    best = -1
    for r in range(rows):
        if T[r, c] <= tolerance:
            continue
        if best < 0:
            best = r
            continue
        # b_r / T_rc against b_best / T_best,c without the divisions.
        gap = T[r, last] * T[best, c] - T[best, last] * T[r, c]
        slack = tolerance * T[r, c] * T[best, c]
        if gap < -slack or (
            gap <= slack
            and _lexicographically_less(T, c, r, best, basis, cobasis, slacks, tolerance)
        ):
            best = r
    return best


@compiled
def _lexicographically_less(  # type: ignore[no-untyped-def]
    T, c, one, two, basis, cobasis, slacks, tolerance
):
    """Compare tied rows by what the infinitesimals of the slacks contribute to their ratios."""
    for slack in slacks:
        gap = T[one, c] * 0
        if basis[one] == slack:
            gap = T[two, c]
        elif basis[two] == slack:
            gap = -T[one, c]
        else:
            for k in range(cobasis.size):
                if cobasis[k] == slack:
                    gap = T[one, k] * T[two, c] - T[two, k] * T[one, c]
                    break
        if gap < -tolerance:
            return True
        if gap > tolerance:
            return False
    return False


@compiled
def _pivot(T, r, c, target, tolerance):  # type: ignore[no-untyped-def]
    """Write into `target` the dictionary in which row r and column c have changed places."""
    rows, width = T.shape
    inverse = 1 / T[r, c]
    for k in range(width):
        target[r, k] = T[r, k] * inverse
    target[r, c] = inverse
    for i in range(rows):
        if i == r:
            continue
        factor = T[i, c]
        for k in range(width):
            target[i, k] = T[i, k] - factor * target[r, k]
        target[i, c] = -factor * inverse
        if abs(target[i, width - 1]) <= tolerance:
            target[i, width - 1] = 0
