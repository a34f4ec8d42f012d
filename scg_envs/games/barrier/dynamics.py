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
    for turn in range(1, len(actions) + 1):  # blue, who is 0, comes last
        agent = turn % len(actions)
        moves = blue_moves if agent == 0 else barrier_moves
        _move(moves, cells, agent, here, actions[agent][begin:end], begin, end)


@kernel(forceinline=True)
def _move(moves, cells, agent, targets, actions, begin, end):
    """Move one agent: whose way is barred, its target becomes where it stands.

    By two of the others in a pass, since a pass that reads and writes little costs as much. Where
    one is left its partner is the agent itself, which bars no way that leads anywhere.
    """
    agents = cells.shape[0]
    own = cells[agent, begin:end]
    one, two = cells[(agent + 1) % agents, begin:end], cells[(agent + 2) % agents, begin:end]
    for i in range(own.shape[0]):
        target = moves[own[i] * STRIDE + (actions[i] & (STRIDE - 1))]
        targets[i] = _unless_barred(target, own[i], one[i], two[i])
    for k in range(3, agents, 2):
        one = cells[(agent + k) % agents, begin:end]
        two = cells[(agent + k + 1) % agents, begin:end]
        for i in range(own.shape[0]):
            targets[i] = _unless_barred(targets[i], own[i], one[i], two[i])
    for i in range(own.shape[0]):
        own[i] = targets[i]


@kernel(forceinline=True)
def _unless_barred(target, stays, one, two):
    """A selection in place of a branch, which vectors have not."""
    return stays if (target == one) | (target == two) else target
