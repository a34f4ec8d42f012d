"""A policy of blue's played wherever the barriers may stand, each placing once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.policy import BatchPolicy, Player, rows_of_state
from .layouts import Layout
from .observations import Observation, show_commitments
from .vector import BarrierVectorEnv

_BATCH = 65_536  # games that are played at once, which bounds the memory


class Played(NamedTuple):
    """How n games went: (n,) steps, (n,) places in the layout's outcomes, and all steps played."""

    steps: NDArray[np.int64]
    outcome: NDArray[np.int64]
    env_steps: int


def play(
    policy: BatchPolicy,
    layout: Layout,
    posted: dict[str, NDArray[np.int64]],
    shown: NDArray[np.uint8],
    *,
    committed: tuple[str, ...],
    observation: Observation,
    horizon: int,
) -> Played:
    """Play n games.

    The posted barriers never move, so a deterministic policy without memory that comes to a cell
    for the second time walks in a circle and never arrives; such games are ended there.

    Args:
        policy: blue's.
        layout: the board.
        posted: (n, 2) each barrier's cell.
        shown: (n, 2 C) what blue is shown of the commitments.
        committed: who commits.
        observation: what blue sees.
        horizon: T.
    """

    def parts() -> Iterator[Played]:
        for k in range(0, len(shown), _BATCH):
            here = {agent: cells[k : k + _BATCH] for agent, cells in posted.items()}
            n = len(shown[k : k + _BATCH])
            env = BarrierVectorEnv(
                n,
                layout,
                committed=list(committed),
                observation=observation,
                horizon=horizon,
                autoreset_mode=AutoresetMode.DISABLED,
            )
            yield _play(policy, env, here, shown[k : k + _BATCH])

    steps, outcome, env_steps = zip(*parts(), strict=True)
    return Played(np.concatenate(steps), np.concatenate(outcome), sum(env_steps))


def _play(
    policy: BatchPolicy,
    env: BarrierVectorEnv,
    posted: dict[str, NDArray[np.int64]],
    shown: NDArray[np.uint8],
) -> Played:
    """All at once."""
    n, layout, commits = env.num_envs, env.layout, env.scheme.agents
    own = {agent: posted[agent] for agent in commits}
    seen: Any
    seen, _ = env.reset(
        options={
            "pre_policy": own if env.scheme.several else own[commits[0]],
            "posts": {agent: cells for agent, cells in posted.items() if agent not in commits},
        }
    )
    steps, outcome = np.zeros((2, n), dtype=np.int64)
    playing = np.arange(n)
    visited = np.zeros((n, layout.width * layout.height), dtype=np.bool_)
    actions = np.zeros(n, dtype=np.int64)
    player = Player(policy, n)
    env_steps = 0
    while len(playing):
        if policy.memoryless:
            cells = env.cells()[playing]
            playing, cells = playing[fresh := ~visited[playing, cells]], cells[fresh]
            if not len(playing):
                break
            visited[playing, cells] = True
        show_commitments(seen, layout, shown)
        actions[playing] = player.act(rows_of_state(seen, playing), playing)
        seen, _, terminated, truncated, infos = env.step(actions)
        env_steps += len(playing)
        steps[playing] += 1
        over = (terminated | truncated)[playing]
        if over.any():
            outcome[playing[over]] = infos["outcome"][playing[over]]
            playing = playing[~over]
    return Played(steps, outcome, env_steps)
