"""Linear programs over one probability vector, with certified answers.

    maximize f.x  subject to  D x <= d,  x >= 0,  sum(x) = 1

Optimal commitments need one such program for each answer of the follower, most of which can't win.
The dual simplex method fits: the best pure strategy for f is dual feasible at once, the objective
falls with each pivot, and a program is dropped as soon as it falls below the best value so far.

The result is not taken on trust. For any y >= 0 weak duality gives

    f.x <= max_i (f_i - (y D)_i) + y.d    for every feasible x,

so the multipliers certify an optimum or a cut-off with two matrix products, and a Farkas vector
certifies infeasibility. Where a certificate fails, scipy's HiGHS solves the program again.

So what comes out of floats is guaranteed to be within `TOLERANCE` of the optimum, in units of the
largest coefficient of f, and to keep each constraint within `TOLERANCE` of its own units: it is the
optimum of a program that differs by that much. The second solver is asked for the same and
believed.

Each constraint counts in units of its own largest coefficient, which changes nothing about the
feasible set. Where sizes differ within one constraint by more than `WIDE` (a fine beside ordinary
payoffs), no tolerance suits both: if the numbers are rational and few, the same method then runs in
rational arithmetic, where nothing needs certifying.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import scipy

from ...core.compiled import compiled
from ..comparison import measure
from .game import Array

TOLERANCE = 1e-10
"""Certificates may be off by this much, relative to the size of the numbers."""

PIVOT = 1e-10
"""Smallest entry that is pivoted on, relative to the largest of the program."""

WIDE = 1e6
"""Ratio of the sizes of a constraint's coefficients from which floats are not trusted with it."""

MOST_EXACT = 2000
"""Coefficients of the largest program that is solved in rational numbers."""

TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
"""How closely scipy's solver is asked to keep constraints, for every program of the package."""

OPTIMAL, DROPPED, INFEASIBLE, STALLED = range(4)


class Optimum(NamedTuple):
    """The solution of a program.

    Attributes:
        value: f.x.
        point: x, shape (m,).
    """

    value: float
    point: Array


def best_distribution(
    objective: Array, matrix: Array, limits: Array, cutoff: float = -np.inf
) -> Optimum | None:
    """The distribution that maximizes a linear function under linear constraints.

    Args:
        objective: f, shape (m,).
        matrix: D, shape (k, m).
        limits: d, shape (k,).
        cutoff: values up to this are of no interest.

    Returns:
        The optimum; None if there is no feasible distribution, or none above `cutoff`.
    """
    if matrix.size and _is_wide(matrix) and matrix.size <= MOST_EXACT:
        tables = [measure(table).fractions() for table in (objective, matrix, limits)]
        if all(table is not None for table in tables):
            return _exactly(*tables, cutoff=cutoff)  # type: ignore[arg-type]
    rows = np.abs(matrix).max(axis=1, initial=0.0)
    rows[rows == 0] = 1.0
    matrix, limits = matrix / rows[:, None], limits / rows
    size = float(np.abs(objective).max(initial=0.0)) or 1.0
    status, point, multipliers = _dual_simplex(
        np.ascontiguousarray(objective, dtype=np.float64) / size,
        np.ascontiguousarray(matrix, dtype=np.float64),
        np.ascontiguousarray(limits, dtype=np.float64),
        cutoff / size,
        PIVOT,
        1e-13,
        1e-14,
    )
    multipliers = np.maximum(multipliers, 0.0)
    shadow, offset = multipliers @ matrix, float(multipliers @ limits)
    if status == INFEASIBLE:
        if float(shadow.min()) - offset > TOLERANCE:
            return None
    elif status == DROPPED:
        if float((objective - size * shadow).max()) + size * offset <= cutoff + TOLERANCE * size:
            return None
    elif status == OPTIMAL:
        point = np.maximum(point, 0.0)
        point /= point.sum()
        value = float(objective @ point)
        bound = float((objective - size * shadow).max()) + size * offset
        excess = float((matrix @ point - limits).max(initial=0.0))
        if bound - value <= TOLERANCE * size and excess <= TOLERANCE:
            return Optimum(value, point) if value > cutoff else None
    return _by_highs(objective, matrix, limits, cutoff)


def _by_highs(objective: Array, matrix: Array, limits: Array, cutoff: float) -> Optimum | None:
    """The same program by scipy, for the few that the dual simplex method leaves uncertified."""
    solution = scipy.optimize.linprog(
        -objective,
        A_ub=matrix if len(matrix) else None,
        b_ub=limits if len(matrix) else None,
        A_eq=np.ones((1, len(objective))),
        b_eq=[1.0],
        method="highs-ds",
        options=TIGHT,
    )
    if solution.x is None:
        return None
    point = np.maximum(solution.x, 0.0)
    point /= point.sum()
    value = float(objective @ point)
    return Optimum(value, point) if value > cutoff else None


def _is_wide(matrix: Array) -> bool:
    """Whether the sizes of some constraint's coefficients differ beyond what floats can weigh."""
    size = np.abs(matrix)
    least = np.where(size > 0, size, np.inf).min(axis=1)
    return bool((size.max(axis=1) > WIDE * least).any())


def _interpreted(function: Any) -> Any:
    """A compiled function as plain Python, for numbers that numba does not know."""
    return getattr(function, "py_func", function)


def _exactly(objective: Array, matrix: Array, limits: Array, *, cutoff: float) -> Optimum | None:
    """The program in rational numbers, and its answer in floats."""
    point = exact_distribution(objective, matrix, limits, cutoff)
    if point is None:
        return None
    value = float(objective @ point)
    return Optimum(value, point.astype(np.float64)) if value > cutoff else None


def exact_distribution(
    objective: Array, matrix: Array, limits: Array, cutoff: float = -np.inf
) -> Array | None:
    """The distribution that `best_distribution` approximates, in `Fraction`s.

    Args:
        objective: f, shape (m,), of `Fraction`s like the others.
        matrix: D, shape (k, m).
        limits: d, shape (k,).
        cutoff: values up to this are of no interest.

    Returns:
        x, shape (m,); None if there is no feasible distribution, or none above `cutoff`.
    """
    least = Fraction(cutoff) if np.isfinite(cutoff) else -np.inf
    status, point, _ = _interpreted(_dual_simplex)(objective, matrix, limits, least, 0, 0, 0)
    assert status != STALLED  # Bland's rule does not cycle
    return None if status in (INFEASIBLE, DROPPED) else np.array([Fraction(p) for p in point])


@compiled
def _dual_simplex(  # type: ignore[no-untyped-def]
    objective, matrix, limits, cutoff, smallest, violated, equal
):
    """Status, point and multipliers (or Farkas vector); see the module.

    The dictionary's columns are the nonbasic variables and the right-hand side; its rows are the
    basic ones, x_start first, and the objective last. Variables 0..m-1 are x, then the slacks.
    """
    k, m = matrix.shape
    start = np.argmax(objective)
    T = np.empty((k + 2, m), objective.dtype)
    basis = np.empty(k + 1, np.int64)
    cobasis = np.empty(m - 1, np.int64)
    basis[0] = start
    for r in range(k):
        basis[r + 1] = m + r
    c = 0
    for i in range(m):
        if i == start:
            continue
        cobasis[c] = i
        T[0, c] = 1
        for r in range(k):
            T[r + 1, c] = matrix[r, i] - matrix[r, start]
        T[k + 1, c] = objective[start] - objective[i]
        c += 1
    last = m - 1
    T[0, last] = 1
    for r in range(k):
        T[r + 1, last] = limits[r] - matrix[r, start]
    T[k + 1, last] = objective[start]

    point, multipliers = np.zeros(m, objective.dtype), np.zeros(k, objective.dtype)
    status = STALLED
    careful = 20 + 4 * (k + m)
    for step in range(20 * careful):
        if T[k + 1, last] <= cutoff:
            status = DROPPED
            break
        # After many pivots Bland's rule (smallest label) excludes cycling.
        r = -1
        for i in range(k + 1):
            if T[i, last] < -violated and (
                r < 0 or (basis[i] < basis[r] if step > careful else T[i, last] < T[r, last])
            ):
                r = i
        if r < 0:
            status = OPTIMAL
            break
        c = -1
        for j in range(last):
            if T[r, j] >= -smallest:
                continue
            if c < 0:
                c = j
                continue
            gap = T[k + 1, j] * T[r, c] - T[k + 1, c] * T[r, j]
            # T[r, :] < 0, so a positive gap is a smaller ratio.
            prior = cobasis[j] < cobasis[c] if step > careful else T[r, j] < T[r, c]
            if gap > equal or (gap >= -equal and prior):
                c = j
        if c < 0:
            status = INFEASIBLE
            for j in range(last):
                if cobasis[j] >= m:
                    multipliers[cobasis[j] - m] = T[r, j]
            if basis[r] >= m:
                multipliers[basis[r] - m] = 1
            return status, point, multipliers
        inverse = 1 / T[r, c]
        for j in range(m):
            T[r, j] *= inverse
        T[r, c] = inverse
        for i in range(k + 2):
            if i != r:
                factor = T[i, c]
                if factor != 0:
                    T[i, c] = 0
                    for j in range(m):
                        T[i, j] -= factor * T[r, j]
        basis[r], cobasis[c] = cobasis[c], basis[r]
    for r in range(k + 1):
        if basis[r] < m:
            point[basis[r]] = T[r, last]
    for j in range(last):
        if cobasis[j] >= m:
            multipliers[cobasis[j] - m] = T[k + 1, j]
    return status, point, multipliers
