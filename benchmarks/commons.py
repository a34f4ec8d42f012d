"""How fast the commons is played: months a second, in which all players ask at once.

Resets are included: random asks overdraw the stock in the first or second month, the outsider's
quotas last for all twelve.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scg_envs.games.commons.vector import CommonsVectorEnv

from .harness import BATCH, Case, at_random


def batched(name: str, most: int, steps: int = 300, **settings: Any) -> Case:
    """The outsider's batched view, which asks for up to so many units at random."""
    env = CommonsVectorEnv(BATCH, autoreset_mode="SameStep", pre_policy="grim", **settings)
    env.reset(seed=0, options={"pre_policy": "grim:10"})
    return at_random(f"commons/{name}", env, 0, most + 1, steps)


def cases() -> Iterator[Case]:
    """Everything that is measured."""
    yield batched("greedy", 20)
    yield batched("quota", 2)
