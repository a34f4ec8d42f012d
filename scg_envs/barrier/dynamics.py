"""The rules of the barrier game, once, as a kernel over N games in lockstep.

Arrays over agents are (3, N) in the order of `tables.AGENTS`: blue, yellow, red. A position is a
cell number. A step moves yellow, then red, then blue: nobody enters a wall or another agent's
cell, and a barrier enters neither a goal nor blue's cell. Blue at a goal after t of T steps is
rewarded 1 - 0.9 t/T and the game terminates; after T steps without one it is truncated.

The single game is a batch of one, the vector environment a batch of N.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled


def goal_reward(t: Any, horizon: int) -> Any:
    """Blue's reward for reaching a goal after t of T steps, a number or an array: 1 - 0.9 t/T."""
    return 1.0 - 0.9 * t / horizon


def rewards_by_step(horizon: int) -> NDArray[np.float64]:
    """(T + 1,) `goal_reward` for every t."""
    rewards: NDArray[np.float64] = goal_reward(np.arange(horizon + 1), horizon)
    return rewards


@compiled
def step(
    positions, clock, actions, next_cell, goal_at, rewards_by_step, outcome, reward, truncated
):
    """Play one joint step of every game, in place.

    Selections instead of branches keep the loop's cost the same whatever the agents do.

    Args:
        positions: (3, N) uint16 cells, updated.
        clock: (N,) int32 steps played, t, updated; it stops at T.
        actions: (3, N) uint8 in 0..4.
        next_cell: the layout's table.
        goal_at: the layout's table.
        rewards_by_step: (T + 1,) float64.
        outcome: (N,) uint8, written: 0, or the reached goal's place in the layout's outcomes.
        reward: (N,) float64, written: blue's reward.
        truncated: (N,) bool, written: T steps played and no goal reached.
    """
    horizon = rewards_by_step.shape[0] - 1
    for i in range(clock.shape[0]):
        blue, yellow, red = positions[0, i], positions[1, i], positions[2, i]
        target = next_cell[0, yellow, actions[1, i]]
        yellow = yellow if (target == red) | (target == blue) else target
        target = next_cell[0, red, actions[2, i]]
        red = red if (target == yellow) | (target == blue) else target
        target = next_cell[1, blue, actions[0, i]]
        blue = blue if (target == yellow) | (target == red) else target
        positions[0, i], positions[1, i], positions[2, i] = blue, yellow, red
        clock[i] = min(clock[i] + 1, horizon)
        goal = goal_at[blue]
        outcome[i] = goal
        reward[i] = rewards_by_step[clock[i]] if goal else 0.0
        truncated[i] = (clock[i] >= horizon) & (goal == 0)
