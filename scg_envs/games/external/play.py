"""Whole episodes in which everybody's policy is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.copies import Copy, Seat, joint_actions
from ...core.policy import BatchPolicies, Player


@dataclass(frozen=True)
class Played:
    """Finished episodes.

    Attributes:
        attained: (n,) whether each ended in the desirable outcome.
        returns: each agent's undiscounted return, (n,).
        env_steps: joint steps in all.
    """

    attained: NDArray[np.bool_]
    returns: Mapping[str, NDArray[np.float64]]
    env_steps: int


def play(
    copies: Sequence[Copy],
    seats: Iterable[Seat],
    policies: BatchPolicies,
    episodes: Sequence[tuple[int, Any]],
) -> Played:
    """Play episodes to their ends, as many at a time as there are copies.

    Args:
        copies: of the game.
        seats: of the agents that `policies` play for; everybody else commits or has a fixed policy.
        policies: of these agents.
        episodes: the seed and the commitment (None without one) of each.
    """
    agents = copies[0].env.possible_agents
    attained = np.zeros(len(episodes), dtype=np.bool_)
    returns = {agent: np.zeros(len(episodes)) for agent in agents}
    waiting = list(enumerate(episodes))[::-1]
    running: list[tuple[Copy, int]] = []
    free = list(copies)
    # Game number k of a player is episode number k.
    players = {agent: Player(policy, len(episodes)) for agent, policy in policies.items()}
    env_steps = 0
    seats = tuple(seats)
    while running or waiting:
        while free and waiting:
            number, (seed, point) = waiting.pop()
            copy = free.pop()
            copy.begin(seed, point)
            running.append((copy, number))
        under_way = [copy for copy, _ in running]
        joint = joint_actions(under_way, seats, players, [number for _, number in running])
        still: list[tuple[Copy, int]] = []
        for (copy, number), actions in zip(running, joint, strict=True):
            copy.play(actions)
            env_steps += 1
            for agent, reward in copy.rewards.items():
                returns[agent][number] += reward
            if copy.over:
                attained[number] = copy.attained
                free.append(copy)
            else:
                still.append((copy, number))
        running = still
    return Played(attained, returns, env_steps)
