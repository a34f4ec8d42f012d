"""Polynomials in s on [-1, 1] by their values or as Chebyshev series, and their roots.

A root of multiplicity m comes apart by rounding: coefficients that are off by r put its parts about
r^(1/m) away, for m = 3 a hundred thousand times further than other roots. But it is a simple root
of the (m - 1)-th derivative, which rounding moves by about r, and the polynomial and its first
m - 2 derivatives vanish there. So it is found as that. (A common divisor with the derivative would
give it too, but coefficients that are off by r have none.)
"""

import numpy as np
from numpy.polynomial import chebyshev

from .game import Array

BLUR = 1e-14
"""Roots may be off by this."""

SAME = 1e-9
"""Roots closer than this are one."""

CLUSTER = 1e-6
"""Roots closer than this may be one root of higher multiplicity, which their mean is nearer to."""

SPREAD = 0.02
"""The parts of a root of multiplicity up to 6 come apart by less than this."""

VANISHED = 1e-12
"""A polynomial whose largest coefficient is 1 is 0 where it is less than this."""


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

    Roots of higher multiplicity are among them up to rounding, and so are parts that they have come
    apart into. A polynomial that is 0 everywhere has none.
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
        apart = np.abs(roots[:, :, None] - roots[:, None]) + np.eye(n)
        found += [_multiple(some[k]) for k in np.flatnonzero((apart < SPREAD).any(axis=(1, 2)))]
    roots = np.concatenate(found)
    return np.clip(roots[np.abs(roots) <= 1 + SAME], -1.0, 1.0)


def _companions(series: Array) -> Array:
    """The matrices whose eigenvalues are the roots; shape (polynomials, n, n)."""
    return np.array([chebyshev.chebcompanion(row) for row in series])


def _multiple(series: Array) -> Array:
    """The roots of one series that are roots of its derivative too, or of more of them."""
    found = [np.empty(0)]
    before: list[Array] = []
    while len(series) > 2:
        before.append(series)
        series = chebyshev.chebder(series)
        series = series / np.abs(series).max()
        roots = chebyshev.chebroots(series)
        near = roots[np.abs(roots.imag) < SPREAD].real
        near = _polished(near, np.tile(series, (len(near), 1)))
        vanish = np.array([np.abs(chebyshev.chebval(near, s)) < VANISHED for s in before])
        found.append(near[vanish.all(axis=0)])
    return np.concatenate(found)


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
    """Roots and the means of those close together, increasing, none within `BLUR` of another."""
    ordered = np.sort(roots)
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > CLUSTER) + 1)
    means = np.array([group.mean() for group in groups if len(group)])
    kept: list[float] = []
    for root in np.sort(np.concatenate([ordered, means])).tolist():
        # Next to what is kept, not to its neighbour: a chain of close roots would vanish whole.
        if not kept or root - kept[-1] > BLUR:
            kept.append(root)
    return np.array(kept)
