"""All pure equilibria of a game with any number of players.

A joint action is an equilibrium if along its axis no payoff of a player is surely better: exact
payoffs are compared exactly, others up to their own rounding (see `comparison`).
Players are gone through in turn, the last one first, whose lines are contiguous in memory. While
many joint actions are left, a whole payoff table is streamed; when few are left, only their own
lines of it are read, up to the first better entry. So most games cost little more than the first
few tables, and one full of ties a pass over each.
"""

import math

import numpy as np
import numpy.typing as npt

from ...core.compiled import compiled
from .game import NormalForm

SPARSE = 16
"""Lines are read one by one once fewer than 1/SPARSE of the joint actions are left."""

SHORT = 16
"""Runs of memory below this length are not worth a vectorized loop."""

BLOCK = 512
"""Joint actions handled at a time; their maxima stay in the cache."""


def pure_equilibria(game: NormalForm) -> npt.NDArray[np.int64]:
    """All pure equilibria, in lexicographic order.

    Args:
        game: the game.

    Returns:
        Shape (k, n_players): each player's action number in each of the k equilibria.
    """
    shape = game.shape
    size = math.prod(shape)
    alive = np.ones(size, dtype=np.bool_)
    left: npt.NDArray[np.int64] | None = None
    for player in reversed(range(len(shape))):
        actions = shape[player]
        inner = math.prod(shape[player + 1 :])
        low, high = (t.reshape(-1, actions, inner) for t in game.measured[player].bounds())
        if left is not None and len(left) * actions <= 2 * size:
            left = left[_on_lines(low.reshape(-1), high.reshape(-1), left, actions, inner)]
            continue
        if left is not None:
            # So many long lines that streaming them is cheaper after all.
            alive[:] = False
            alive[left] = True
        _stream(low, high, alive.reshape(low.shape))
        few = int(np.count_nonzero(alive)) * SPARSE < size
        left = np.flatnonzero(alive) if few else None
    if left is None:
        left = np.flatnonzero(alive)
    return np.stack(np.unravel_index(left, shape), axis=1).astype(np.int64, copy=False)


@compiled
def _stream(low, high, alive):  # type: ignore[no-untyped-def]
    """Clear `alive` (outer, actions, inner) where `high` is below the best `low` along axis 1."""
    outer, actions, inner = low.shape
    if inner < SHORT:
        for o in range(outer):
            for i in range(inner):
                floor_here = low[o, 0, i]
                for a in range(1, actions):
                    floor_here = max(floor_here, low[o, a, i])
                for a in range(actions):
                    if high[o, a, i] < floor_here:
                        alive[o, a, i] = False
        return
    floor = np.empty(BLOCK)
    for o in range(outer):
        for start in range(0, inner, BLOCK):
            width = min(BLOCK, inner - start)
            for i in range(width):
                floor[i] = low[o, 0, start + i]
            for a in range(1, actions):
                for i in range(width):
                    floor[i] = max(floor[i], low[o, a, start + i])
            for a in range(actions):
                for i in range(width):
                    alive[o, a, start + i] &= high[o, a, start + i] >= floor[i]


@compiled
def _on_lines(low, high, left, actions, inner):  # type: ignore[no-untyped-def]
    """For each flat index in `left`: is nothing on its line surely better?"""
    keep = np.ones(left.size, dtype=np.bool_)
    for k in range(left.size):
        flat = left[k]
        first = flat - (flat // inner % actions) * inner
        for a in range(actions):
            if low[first + a * inner] > high[flat]:
                keep[k] = False
                break
    return keep
