"""How fast the commons is played: months a second, in which all players ask at once.

Resets are included: random asks overdraw the stock in the first or second month, the outsider's
quotas last for all twelve.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from scg_envs.games.commons.vector import CommonsVectorEnv

from .harness import Case

BATCH = 4096


def batched(name: str, most: int, steps: int = 300, **settings: Any) -> Case:
    """The outsider's batched view, which asks for up to so many units at random."""
    env = CommonsVectorEnv(BATCH, autoreset_mode="SameStep", pre_policy="grim", **settings)
    env.reset(seed=0, options={"pre_policy": "grim:10"})
    rng = np.random.default_rng(0)
    actions = [rng.integers(most + 1, size=BATCH) for _ in range(16)]

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * BATCH

    return Case(f"commons/{name}", run, batch=BATCH)


def cases() -> Iterator[Case]:
    """Everything that is measured."""
    yield batched("greedy", 20)
    yield batched("quota", 2)
