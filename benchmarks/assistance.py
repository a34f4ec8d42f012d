"""How fast the assistance game runs: the human's turns per second, the assistant's included.

She moves at random and seldom arrives, so that episodes last for their 14 turns; resets are
included.
"""

from __future__ import annotations

from collections.abc import Iterator

from scg_envs.games.assistance.game import AssistanceVectorEnv

from .harness import BATCH, Case, at_random


def cases() -> Iterator[Case]:
    """The human's view under all rules."""
    env = AssistanceVectorEnv(BATCH, autoreset_mode="SameStep")
    env.reset(seed=0)
    yield at_random("assistance/human", env, 0, 8, 300)
