"""The mixture whose worst outcome is best, by linear programming (von Neumann 1928)."""

import numpy as np
import scipy

from .game import Array
from .linear import TIGHT


def maximin(worth: Array, gains: Array | None = None, limits: Array | None = None) -> Array | None:
    """The x that maximizes the least entry of x.worth where gains.x <= limits.

    Args:
        worth: what each action is worth in each case, shape (A, cases).
        gains: linear constraints on x, shape (rows, A); None: no further ones.
        limits: shape (rows,); None for zeros.

    Returns:
        Probabilities of the actions, shape (A,); None if the constraints exclude all.
    """
    m, k = worth.shape
    if k == 0:
        return np.full(m, 1 / m)
    size = float(np.abs(worth).max()) or 1.0
    rows = np.empty((0, m)) if gains is None else gains
    solution = scipy.optimize.linprog(
        np.append(np.zeros(m), -1.0),
        A_ub=np.vstack(
            [
                np.column_stack([rows, np.zeros(len(rows))]),
                np.column_stack([-worth.T / size, np.ones(k)]),
            ]
        ),
        b_ub=np.append(np.zeros(len(rows)) if limits is None else limits, np.zeros(k)),
        A_eq=np.append(np.ones(m), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * m + [(None, None)],
        method="highs",
        options=TIGHT,
    )
    if solution.x is None:
        return None
    point = np.maximum(solution.x[:m], 0.0)
    return np.asarray(point / point.sum())
