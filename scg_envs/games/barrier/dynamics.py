"""The rules of the barrier game, once: for the single game as Python, for batches compiled.

A step moves yellow, then red, then blue: nobody enters a wall or another agent's cell, and a
barrier enters neither a goal nor blue's cell. Blue at a goal after t of T steps is rewarded
1 - 0.9 t/T and the game terminates; after T steps without one it is truncated.

A position is a cell number (`scg_envs.games.barrier.tables`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from .tables import STRIDE


def goal_reward(t: Any, horizon: int) -> Any:
    """Blue's reward for reaching a goal after t of T steps, a number or an array: 1 - 0.9 t/T."""
    return 1.0 - 0.9 * t / horizon


def rewards_by_step(horizon: int) -> NDArray[np.float64]:
    """(T + 1,) `goal_reward` for every t."""
    rewards: NDArray[np.float64] = goal_reward(np.arange(horizon + 1), horizon)
    return rewards


@register_jitable
def joint_move(
    barrier_moves, blue_moves, blue, yellow, red, blue_action, yellow_action, red_action
):
    """Where blue, yellow and red stand after a joint step.

    Args:
        barrier_moves: `Tables.barrier_moves`, an array or a sequence.
        blue_moves: `Tables.blue_moves`, an array or a sequence.
        blue: blue's cell.
        yellow: yellow's.
        red: red's.
        blue_action: 0 to STRIDE - 1.
        yellow_action: 0 to STRIDE - 1, or None if yellow stays.
        red_action: 0 to STRIDE - 1, or None if red stays.

    Returns:
        The three new cells, in this order.
    """
    if yellow_action is not None:
        yellow = _moved(barrier_moves, yellow, yellow_action, red, blue)
    if red_action is not None:
        red = _moved(barrier_moves, red, red_action, yellow, blue)
    return _moved(blue_moves, blue, blue_action, yellow, red), yellow, red


@register_jitable
def _moved(moves, cell, action, first, second):
    """Where an agent stands after its action, two others being where they are.

    A selection in place of a branch: in a batch it costs the same whatever the agents do.
    """
    target = moves[cell * STRIDE + action]
    return cell if (target == first) | (target == second) else target
