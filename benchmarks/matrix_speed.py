"""How fast matrix games run on one core: joint steps, and exact best responses, per second.

    python benchmarks/matrix_speed.py            a table
    python benchmarks/matrix_speed.py --json     rows of name, batch, value, unit, ...

Every figure is the median of several repeats, with the least and greatest beside it. In a joint
step all players act once; resets are included. In one-shot games with next-step autoreset every
second step is a reset, and counts for none.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from scg_envs import matrix_v0
from scg_envs.matrix.best_response import best_responses
from scg_envs.matrix.games import matrix_game
from scg_envs.matrix.vector import MatrixVectorEnv

GAME, BATCH, RULES = "prisoners_dilemma", 4096, 5000
Work = tuple[str, int, str, Callable[[], int]]  # name, batch, unit, and what returns a count


def batched(name: str, mode: str, steps: int = 500, **settings: Any) -> Work:
    """The learner's batched view under pure or memory-one pre-policies."""
    env = MatrixVectorEnv(BATCH, GAME, autoreset_mode=mode, **settings)
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    actions = [rng.integers(2, size=BATCH) for _ in range(16)]
    resets = 2 if mode == "NextStep" and "rounds" not in settings else 1

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * BATCH // resets

    return f"matrix/{name}", BATCH, "joint steps/s", run


def parallel(steps: int = 20_000) -> Work:
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

    return "matrix/parallel_api", 1, "joint steps/s", run


def answers(**settings: Any) -> Work:
    """Exact best responses to random memory-one rules."""
    form = matrix_game(GAME).form
    first = np.random.default_rng(0).random((RULES, 5))
    rules = np.stack([first, 1 - first], axis=2)

    def run() -> int:
        best_responses(form, "one", "two", rules, rounds=100, **settings)
        return RULES

    kind = "clock" if settings else "endless"
    return f"matrix/best_response_{kind}", RULES, "rules/s", run


def works() -> Iterator[Work]:
    """Everything that is measured."""
    yield batched("one_shot_same_step", "SameStep")
    yield batched("one_shot_next_step", "NextStep")
    yield batched("repeated_same_step", "SameStep", rounds=10)
    yield batched("repeated_next_step", "NextStep", rounds=10)
    yield batched("repeated_memory_one", "SameStep", rounds=10, pre_policy="memory-one")
    yield parallel()
    yield answers()
    yield answers(clock=True)


def measure(repeats: int) -> list[dict[str, Any]]:
    """Measure all, interleaved, so that a noisy machine hurts all alike."""
    todo = list(works())
    rates: dict[str, list[float]] = {name: [] for name, *_ in todo}
    for *_, run in todo:
        run()  # compiles, and fills caches
    for _ in range(repeats):
        for name, _, _, run in todo:
            start = time.perf_counter()
            count = run()
            rates[name].append(count / (time.perf_counter() - start))
    return [
        {
            "name": name,
            "batch": batch,
            "threads": 1,
            "value": statistics.median(rates[name]),
            "unit": unit,
            "min": min(rates[name]),
            "max": max(rates[name]),
            "repeats": repeats,
        }
        for name, batch, unit, _ in todo
    ]


def main() -> None:
    """Measure on one core and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print rows as JSON")
    parser.add_argument("--repeats", type=int, default=7, help="repeats of each figure (7)")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = measure(args.repeats)
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    print("| what | batch | a second | least | greatest | unit |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        rates = " | ".join(f"{row[key]:,.0f}" for key in ("value", "min", "max"))
        print(f"| {row['name']} | {row['batch']} | {rates} | {row['unit']} |")


if __name__ == "__main__":
    main()
