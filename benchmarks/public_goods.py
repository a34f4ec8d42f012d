"""How fast the sequential public goods game runs: contributions of the learner per second.

In a step the learner contributes and everybody after it answers; an episode is a step, and resets,
in which those before it contribute, are included. With three contributors a step is three moves.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scg_envs.games.sequential_public_goods.vector import GoodsVectorEnv

from .harness import Case

BATCH = 4096


def cases() -> Iterator[Case]:
    """The first contributor's view, and the last one's."""
    yield batched("first")
    yield batched("third")


def batched(learner: str, steps: int = 200) -> Case:
    """A contributor's batched view."""
    env = GoodsVectorEnv(BATCH, learner=learner, autoreset_mode="SameStep")
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    actions = [rng.integers(1, env.rules.levels + 2, size=BATCH) for _ in range(16)]

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * BATCH

    return Case(f"public_goods/{learner}", run, batch=BATCH)
