"""What comes of tables of probabilities: how often each joint action is played, exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from . import best_response_kernels as kernels
from .memory import Memory
from .repetition import Repetition

NEVER = 1e-12
"""Chances below this count as 0: what happens once in so many rounds is not worth waiting for."""


def joint_chances(tables: Sequence[NDArray[np.float64]], states: int) -> NDArray[np.float64]:
    """(n, T or 1, S, J) the chance of each joint action in each state of the memory.

    Args:
        tables: for each player, in the order of the payoffs, (n or 1, T or 1, S or 1, A).
        states: S.
    """
    chances = np.ones((1, 1, states, 1))
    for table in tables:
        product = chances[..., :, None] * table[..., None, :]
        chances = product.reshape(*product.shape[:-2], -1)
    return chances


def occupancy(
    chances: NDArray[np.float64], memory: Memory, repetition: Repetition
) -> NDArray[np.float64]:
    """(n, J) the share of rounds that end in each joint action, each round by its weight.

    Play that has an end that players know (a clock, or a single round) is followed to it. Without
    a clock a game counts as endless: the share is that of the discounted sum, or at discount 1 of
    the long-run average.

    Args:
        chances: of `joint_chances`.
        memory: whose states they are over.
        repetition: how often the game is played.
    """
    if not repetition.terminates:
        return long_run_shares(chances[:, 0], memory, repetition.discount)
    n, times = len(chances), chances.shape[1]
    states = np.zeros((n, memory.states))
    states[:, 0] = 1.0
    shares = np.zeros((n, memory.joint_actions))
    for time, weight in enumerate(repetition.weights):
        played = states[:, :, None] * chances[:, min(time, times - 1)]
        shares += weight * played.sum(axis=1)
        states = _move(played, memory)
    return shares


def long_run_shares(
    chances: NDArray[np.float64], memory: Memory, discount: float = 1.0
) -> NDArray[np.float64]:
    """(n, J) how often each joint action is played in endless play from the first round on.

    Args:
        chances: (n, S, J) of each joint action in each state of the memory.
        memory: whose states they are.
        discount: in (0, 1]; at 1 it is the long-run average.
    """
    q = np.ascontiguousarray(np.where(chances < NEVER, 0.0, chances))
    everything = np.ones((len(q), memory.states, 1))
    shares = np.empty((len(q), memory.joint_actions))
    joint_of = np.arange(memory.joint_actions)[None]
    kernels.shares(q, joint_of, memory.next_states, everything, discount, shares)
    return shares


def _move(played: NDArray[np.float64], memory: Memory) -> NDArray[np.float64]:
    """(n, S) where memories are after (n, S, J) chances of states and joint actions."""
    after = np.zeros((memory.states, len(played)))
    np.add.at(after, memory.next_states.ravel(), played.reshape(len(played), -1).T)
    return after.T
