"""A bound on what any commitment with an equilibrium after it is worth.

Let the leader correlate its action with the followers' answers, who must only be content on average
(Conitzer and Korzhyk 2011, "Commitment to correlated strategies"). This relaxes every commitment
with an equilibrium after it, and is a linear program. It gets tighter by branching: restrict each
player's mixture to a simplex with corners w_1, ..., w_k, so that a profile is a distribution over
corners, and a follower who may be assigned w_j is content with it, as all that w_j plays is a best
reply. Halving simplices closes in on independent strategies, and the bound on the value, as far as
the budget goes.
"""

import heapq
from itertools import combinations, count
from math import prod

import numpy as np
import scipy

from .commitment import Aim
from .game import Array
from .linear import TIGHT
from .segment_search import SLACK

MAX_CELLS = 60
"""Products of simplices that are bounded."""

MAX_BOUND = 20_000
"""Joint actions of the largest game that is bounded."""

MAX_BRANCHED = 200
"""Joint actions of the largest game whose bound is made tighter by branching."""

INFEASIBLE = 2
"""The status by which scipy's solver says that a program has no solution."""


def upper_bound(aim: Aim, found: float) -> float:
    """At most what a commitment with an equilibrium after it is worth; see the module.

    Args:
        aim: what is looked for.
        found: a value that is attained; the bound need not be below it.

    Returns:
        The bound; infinite in games that are too large.
    """
    shape = aim.game.shape
    if prod(shape) > MAX_BOUND:
        return np.inf
    whole = [np.eye(size) for size in shape]
    first = _cell_bound(aim, whole)
    if prod(shape) > MAX_BRANCHED:
        return first
    slack = SLACK * (float(np.ptp(aim.objective)) or 1.0)
    number = count()
    heap = [(-first, next(number), whole)]
    done = 1
    while done < MAX_CELLS and -heap[0][0] > found + slack:
        outer, _, cells = heapq.heappop(heap)
        outer = -outer
        for half in _halves(cells):
            bound = min(outer, _cell_bound(aim, half))
            if bound > found:
                heapq.heappush(heap, (-bound, next(number), half))
            done += 1
        if not heap:
            return found
    return max(found, -heap[0][0])


def _halves(cells: list[Array]) -> list[list[Array]]:
    """The two products that come of halving the longest edge of all the simplices."""
    _, player, i, j = max(
        (float(np.abs(cell[i] - cell[j]).sum()), player, i, j)
        for player, cell in enumerate(cells)
        for i, j in combinations(range(len(cell)), 2)
    )
    middle = (cells[player][i] + cells[player][j]) / 2
    halves = []
    for corner in (i, j):
        half = cells[player].copy()
        half[corner] = middle
        halves.append([*cells[:player], half, *cells[player + 1 :]])
    return halves


def _cell_bound(aim: Aim, cells: list[Array]) -> float:
    """The relaxation's optimum over a product of simplices; minus infinity if there is none."""
    game, shape = aim.game, tuple(len(cell) for cell in cells)
    rows = []
    for player in range(game.n_players):
        if player == aim.leader:
            continue
        obeyed = _in_corners(game.payoffs[player], cells)
        free = _in_corners(
            game.payoffs[player], [None if p == player else c for p, c in enumerate(cells)]
        )
        scale = float(np.ptp(game.payoffs[player])) or 1.0
        for corner in range(shape[player]):
            for action in range(game.shape[player]):
                gain = np.zeros(shape)
                where: list[int | slice] = [slice(None)] * game.n_players
                where[player] = corner
                gain[tuple(where)] = np.take(free, action, axis=player) - np.take(
                    obeyed, corner, axis=player
                )
                if gain.any():
                    rows.append(gain.reshape(-1) / scale)
    solution = scipy.optimize.linprog(
        -_in_corners(aim.objective, cells).reshape(-1),
        A_ub=np.array(rows) if rows else None,
        b_ub=np.zeros(len(rows)) if rows else None,
        A_eq=np.ones((1, prod(shape))),
        b_eq=[1.0],
        method="highs",
        options=TIGHT,
    )
    if solution.status == INFEASIBLE:
        return -np.inf
    return np.inf if solution.x is None else float(-solution.fun)


def _in_corners(table: Array, cells: list[Array] | list[Array | None]) -> Array:
    """A table over joint actions as one over joint corners; axes without a cell stay actions."""
    for axis, cell in enumerate(cells):
        if cell is not None:
            table = np.moveaxis(np.tensordot(cell, table, axes=(1, axis)), 0, axis)
    return table
