"""How fast persuasion is played in batches: rounds a second, resets included.

    python -m benchmarks.persuasion

In a round the sender sends and the receiver acts: two joint steps of the PettingZoo game, which are
counted as one here. Alone it is measured by the process's time, as other work does not slow that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from scg_envs.games.persuasion.game import PersuasionVectorEnv

from .harness import BATCH, Case, at_random


def batched(name: str, steps: int = 500, **settings: Any) -> Case:
    """The receiver's batched view, all pre-policies in turn, random actions."""
    env = PersuasionVectorEnv(BATCH, autoreset_mode="SameStep", **settings)
    env.reset(seed=0)
    return at_random(f"persuasion/{name}", env, 1, len(env.outcomes) + 1, steps)


def cases() -> Iterator[Case]:
    """One round and many."""
    yield batched("one_round")
    yield batched("twenty_rounds", rounds=20)
    yield batched("three_states", layout="adviser", rounds=20)


if __name__ == "__main__":
    for case in cases():
        case.run()
        start = time.process_time()
        done = case.run()
        print(f"{case.name:28s} {done / (time.process_time() - start) / 1e6:6.1f} million rounds/s")
