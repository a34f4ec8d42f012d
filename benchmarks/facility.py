"""How fast the facility game runs: steps of the learner per second.

In a step a resident reports and so do all others, and the facility is built; an episode is a step,
and resets, in which it is drawn where all live, are included.
"""

from __future__ import annotations

from collections.abc import Iterator

from scg_envs.games.facility.game import FacilityVectorEnv

from .harness import BATCH, Case, at_random


def cases(steps: int = 200) -> Iterator[Case]:
    """The first of three residents of seven places."""
    env = FacilityVectorEnv(BATCH, autoreset_mode="SameStep")
    env.reset(seed=0)
    yield at_random("facility/one", env, 0, env.rules.places, steps)
