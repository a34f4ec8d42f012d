"""How fast the sequential public goods game runs: contributions of the learner per second.

In a step the learner contributes and everybody after it answers; an episode is a step, and resets,
in which those before it contribute, are included. With three contributors a step is three moves.
"""

from __future__ import annotations

from collections.abc import Iterator

from scg_envs.games.sequential_public_goods.vector import GoodsVectorEnv

from .harness import BATCH, Case, at_random


def cases() -> Iterator[Case]:
    """The first contributor's view, and the last one's."""
    yield batched("first")
    yield batched("third")


def batched(learner: str, steps: int = 200) -> Case:
    """A contributor's batched view."""
    env = GoodsVectorEnv(BATCH, learner=learner, autoreset_mode="SameStep")
    env.reset(seed=0)
    return at_random(f"public_goods/{learner}", env, 1, env.rules.levels + 2, steps)
