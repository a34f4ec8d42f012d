"""How fast matrix games run: joint steps, and exact best responses, per second.

In a joint step all players act once; resets are included. In one-shot games with next-step
autoreset every second step is a reset, and counts for none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from scg_envs import matrix_v0
from scg_envs.games.matrix.best_response import best_responses
from scg_envs.games.matrix.games import matrix_game
from scg_envs.games.matrix.vector import MatrixVectorEnv

from .harness import Case

GAME, BATCH, RULES = "prisoners_dilemma", 4096, 5000


def batched(name: str, mode: str, steps: int = 500, game: str = GAME, **settings: Any) -> Case:
    """The learner's batched view under pure or memory-one pre-policies."""
    env = MatrixVectorEnv(BATCH, game, autoreset_mode=mode, **settings)
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    actions = [rng.integers(env.single_action_space.n, size=BATCH) for _ in range(16)]
    resets = 2 if mode == "NextStep" and "rounds" not in settings else 1

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * BATCH // resets

    return Case(f"matrix/{name}", run, batch=BATCH)


def parallel(steps: int = 20_000) -> Case:
    """The PettingZoo game, one copy, repeated."""
    env = matrix_v0.parallel_env(GAME, rounds=100)
    env.reset(seed=0)
    joint = [{"one": a, "two": b} for a, b in np.ndindex(2, 2)]

    def run() -> int:
        for k in range(steps):
            if not env.agents:
                env.reset()
            env.step(joint[k % 4])
        return steps

    return Case("matrix/parallel_api", run)


def answers(**settings: Any) -> Case:
    """Exact best responses to random memory-one rules."""
    form = matrix_game(GAME).form
    first = np.random.default_rng(0).random((RULES, 5))
    rules = np.stack([first, 1 - first], axis=2)

    def run() -> int:
        best_responses(form, "one", "two", rules, rounds=100, **settings)
        return RULES

    kind = "clock" if settings else "endless"
    return Case(f"matrix/best_response_{kind}", run, unit="rules/s", batch=RULES)


def cases() -> Iterator[Case]:
    """Everything that is measured."""
    yield batched("one_shot_same_step", "SameStep")
    yield batched("one_shot_next_step", "NextStep")
    yield batched("repeated_same_step", "SameStep", rounds=10)
    yield batched("repeated_next_step", "NextStep", rounds=10)
    yield batched("repeated_memory_one", "SameStep", rounds=10, pre_policy="memory-one")
    yield batched("composite", "NextStep", game="composite")
    yield parallel()
    yield answers()
    yield answers(clock=True)
