"""Polynomials in s on [-1, 1] by their values or as Chebyshev series, and their roots."""

import numpy as np
from numpy.polynomial import chebyshev

from .game import Array

BLUR = 1e-14
"""Roots may be off by this."""

SAME = 1e-9
"""Roots closer than this are one."""

CLUSTER = 1e-6
"""Roots closer than this may be one root of higher multiplicity, which their mean is nearer to."""


def interpolated(ends: Array, s: float | Array) -> Array:
    """A table that is linear in s, given at s = -1 and 1; s may be an array along axis 0."""
    s = np.asarray(s, dtype=np.float64)
    s = s.reshape(s.shape + (1,) * (ends.ndim - 1 - s.ndim))
    return np.asarray(ends[0] * (1 - s) / 2 + ends[1] * (1 + s) / 2)


def linear(ends: Array) -> Array:
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


def merged(roots: Array) -> Array:
    """Roots without repetitions, increasing, and the means of those close together."""
    ordered = np.sort(roots)
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > CLUSTER) + 1)
    means = np.array([group.mean() for group in groups if len(group)])
    every = np.sort(np.concatenate([ordered, means]))
    return every[np.diff(every, prepend=-np.inf) > BLUR]
