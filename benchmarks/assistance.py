"""How fast the assistance game runs: the human's turns per second, the assistant's included.

She moves at random and seldom arrives, so that episodes last for their 14 turns; resets are
included.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scg_envs.games.assistance.game import AssistanceVectorEnv

from .harness import Case

BATCH = 4096


def cases() -> Iterator[Case]:
    """The human's view under all rules."""
    env = AssistanceVectorEnv(BATCH, autoreset_mode="SameStep")
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    actions = [rng.integers(8, size=BATCH) for _ in range(16)]

    def run(steps: int = 300) -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * BATCH

    yield Case("assistance/human", run, batch=BATCH)
