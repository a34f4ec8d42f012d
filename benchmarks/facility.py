"""How fast the facility game runs: steps of the learner per second.

In a step a resident reports and so do all others, and the facility is built; an episode is a step,
and resets, in which it is drawn where all live, are included.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scg_envs.games.facility.game import FacilityVectorEnv

from .harness import Case

BATCH = 4096


def cases(steps: int = 200) -> Iterator[Case]:
    """The first of three residents of seven places."""
    env = FacilityVectorEnv(BATCH, autoreset_mode="SameStep")
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    actions = [rng.integers(env.rules.places, size=BATCH) for _ in range(16)]

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * BATCH

    yield Case("facility/one", run, batch=BATCH)
