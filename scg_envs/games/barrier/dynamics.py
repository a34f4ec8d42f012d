"""The rules of the barrier game, stated twice: in plain Python for one game, compiled for many.

A step moves the barriers in their order (yellow, red, then those that the layout names), then blue:
nobody enters a wall or another agent's cell, and a barrier enters neither a goal nor blue's cell.
Blue at a goal after t of T steps is rewarded 1 - 0.9 t/T and the game terminates; after T steps
without one it is truncated.

A position is a cell number (`scg_envs.games.barrier.tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import kernel
from .tables import STRIDE


def goal_reward(t: Any, horizon: int) -> Any:
    """Blue's reward for reaching a goal after t of T steps, a number or an array: 1 - 0.9 t/T."""
    return 1.0 - 0.9 * t / horizon


def rewards_by_step(horizon: int) -> NDArray[np.float64]:
    """(T + 1,) `goal_reward` for every t."""
    rewards: NDArray[np.float64] = goal_reward(np.arange(horizon + 1), horizon)
    return rewards


def joint_move(
    barrier_moves: Sequence[int],
    blue_moves: Sequence[int],
    cells: list[int],
    actions: Sequence[int],
) -> None:
    """Move everybody in one game, in place.

    Args:
        barrier_moves: `Tables.barrier_moves`.
        blue_moves: `Tables.blue_moves`.
        cells: where blue and the barriers stand.
        actions: of blue and the barriers, each 0 to 4.
    """
    for agent in range(1, len(cells)):
        target = barrier_moves[cells[agent] * STRIDE + actions[agent]]
        if target not in cells:
            cells[agent] = target
    target = blue_moves[cells[0] * STRIDE + actions[0]]
    if target not in cells:
        cells[0] = target


@kernel(forceinline=True)
def joint_moves(barrier_moves, blue_moves, cells, targets, actions, begin, end):
    """Move everybody in games `begin` to `end`, in place.

    Agent by agent through all of the games, since one loop for each does the same to every game:
    the compiler makes whole vectors of it, for any number of agents.

    Args:
        barrier_moves: `Tables.barrier_moves`.
        blue_moves: `Tables.blue_moves`.
        cells: (A, N) where blue and the barriers stand.
        targets: (N,) room to work in.
        actions: (N,) of blue, and of every barrier unless they all stay; of what is not in 0 to 4
            the low bits count.
        begin: the first game.
        end: the game after the last.
    """
    here = targets[begin:end]
    for agent in range(1, len(actions)):
        _move(barrier_moves, cells, agent, here, actions[agent][begin:end], begin, end)
    _move(blue_moves, cells, 0, here, actions[0][begin:end], begin, end)


@kernel(forceinline=True)
def _move(moves, cells, agent, targets, actions, begin, end):
    """Move one agent: whose way is barred, its target becomes where it stands."""
    own = cells[agent, begin:end]
    for i in range(own.shape[0]):
        targets[i] = moves[own[i] * STRIDE + (actions[i] & (STRIDE - 1))]
    for other in range(cells.shape[0]):
        if other != agent:
            there = cells[other, begin:end]
            for i in range(own.shape[0]):  # all loads first: vectors have no branches
                stays, target, taken = own[i], targets[i], there[i]
                targets[i] = stays if target == taken else target
    for i in range(own.shape[0]):
        own[i] = targets[i]
