"""What comes of a policy that remembers: no table holds it, so it is played."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.policy import BatchPolicy, Player
from ...core.pre_policy import Points
from .repetition import Repetition
from .vector import MatrixVectorEnv


def played_shares(
    env: MatrixVectorEnv,
    policy: BatchPolicy,
    points: Points,
    repetition: Repetition,
    seed: int = 0,
) -> NDArray[np.float64]:
    """(n, J) the share of rounds that end in each joint action, each round by its weight.

    The estimate of what `play.occupancy` computes of tables, over one episode in each of the
    batch's games, which have the same keys under every pre-policy.

    Args:
        env: the learner's batched view, without autoreset.
        policy: the learner's.
        points: (n, ...) pre-policies.
        repetition: whose last round the players know.
        seed: of the episodes.
    """
    joint_actions = env.game.outcome_of.size
    shares = np.zeros((len(points), joint_actions))
    for row, point in zip(shares, np.asarray(points), strict=True):
        env.set_pre_policies(point[None])
        seen: Any = env.reset(seed=seed)[0]
        player = Player(policy, env.num_envs)
        for weight in repetition.weights:
            seen, *_ = env.step(player.act(seen))
            counts = np.bincount(env.joint_actions(), minlength=joint_actions)
            row += weight * counts / env.num_envs
    return shares
