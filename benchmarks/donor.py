"""How fast the donor game is played: steps of the donor per second.

In a step the donor gives, as do all of its round, and then all others; resets are included. With 12
players a step is 12 acts.
"""

from __future__ import annotations

from collections.abc import Iterator

from scg_envs.games.donor.game import DonorVectorEnv

from .harness import BATCH, Case, at_random


def batched(name: str, steps: int = 300, **settings: int) -> Case:
    """The donor's batched view, which gives at random."""
    env = DonorVectorEnv(BATCH, autoreset_mode="SameStep", **settings)
    env.reset(seed=0)
    return at_random(f"donor/{name}", env, 1, env.rules.levels + 2, steps)


def cases() -> Iterator[Case]:
    """Everything that is measured."""
    yield batched("six_rounds")
    yield batched("twelve_rounds", rounds=12, levels=2)
