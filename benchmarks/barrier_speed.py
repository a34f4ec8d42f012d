"""How fast the barrier game runs on one core: joint environment steps per second.

    python benchmarks/barrier_speed.py            a table
    python benchmarks/barrier_speed.py --json     rows of name, batch, threads, value, unit, ...

Every figure is the median of several repeats, with the least and greatest beside it. A joint step
moves all agents once; resets are included.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import gymnasium as gym
import numpy as np

from scg_envs import barrier_v0
from scg_envs.barrier import dynamics
from scg_envs.barrier.layouts import load_layout
from scg_envs.barrier.observations import make_encoder
from scg_envs.barrier.placement import DRAWN, make_placement, place
from scg_envs.barrier.tables import AGENTS, tables_of
from scg_envs.barrier.vector import BarrierVectorEnv
from scg_envs.streams import derive_keys

BATCH = 4096
Work = tuple[str, int, Callable[[], int]]  # name, batch, and a function that returns steps played


def kernel(batch: int = BATCH, steps: int = 500) -> Work:
    """The kernels alone: actions of all three agents in, vector observations out, resets."""
    layout = load_layout("figure3")
    tables, horizon = tables_of(layout), layout.horizon()
    placement = make_placement(layout, "red")
    encode = make_encoder(layout, "vector", "blue")
    rewards_by_step = dynamics.rewards_by_step(horizon)
    positions, clock = np.zeros((3, batch), np.uint16), np.zeros(batch, np.int32)
    shown, given = np.zeros(batch, np.int32), np.full((2, batch), DRAWN, np.int32)
    keys, episodes = np.zeros(batch, np.uint64), np.zeros(batch, np.uint64)
    outcome, reward = np.zeros(batch, np.uint8), np.zeros(batch)
    truncated, seen = np.zeros(batch, np.bool_), np.zeros((batch, 6), np.uint8)
    derive_keys(0, keys)
    everyone = np.ones(batch, np.bool_)
    place(positions, clock, shown, keys, episodes, given, everyone, placement)
    rng = np.random.default_rng(0)
    actions = [rng.integers(5, size=(3, batch)).astype(np.uint8) for _ in range(16)]

    def run() -> int:
        for k in range(steps):
            dynamics.step(
                positions,
                clock,
                actions[k % 16],
                tables.next_cell,
                tables.goal_at,
                rewards_by_step,
                outcome,
                reward,
                truncated,
            )
            ended = (outcome > 0) | truncated
            place(positions, clock, shown, keys, episodes, given, ended, placement)
            encode(positions, seen)
        return steps * batch

    return "barrier/kernel", batch, run


def vector(observation: Any = "vector", batch: int = BATCH, steps: int = 300) -> Work:
    """The Gymnasium VectorEnv of blue, same-step autoreset."""
    env = BarrierVectorEnv(batch, observation=observation, autoreset_mode="SameStep")
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    actions = [rng.integers(5, size=batch) for _ in range(16)]

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % 16])
        return steps * batch

    return f"barrier/{observation}", batch, run


def parallel(name: str, steps: int = 30_000, **kwargs: Any) -> Work:
    """The PettingZoo game, one copy."""
    env = barrier_v0.parallel_env(**kwargs)
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    joint = [dict(zip(AGENTS, row, strict=True)) for row in rng.integers(5, size=(64, 3)).tolist()]

    def run() -> int:
        for k in range(steps):
            if not env.agents:
                env.reset()
            env.step(joint[k % 64])
        return steps

    return f"barrier/{name}", 1, run


def gym_make(steps: int = 30_000) -> Work:
    """Blue's view through `gym.make` with its default wrappers."""
    env = gym.make("scg_envs/Barrier-v0")
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(5, size=64).tolist()

    def run() -> int:
        for k in range(steps):
            _, _, terminated, truncated, _ = env.step(actions[k % 64])
            if terminated or truncated:
                env.reset()
        return steps

    return "barrier/gym_make", 1, run


def ppo(steps: int = 131_072) -> Work:
    """Stable-Baselines3's PPO as `scg search --responder ppo` trains it: frames per second."""
    from scg_envs.agents import make_responder
    from scg_envs.barrier.problem import BarrierProblem

    responder = make_responder("ppo", BarrierProblem(), seed=0)
    weights = np.full(9, 1 / 9)

    def run() -> int:
        before = responder.train_steps
        responder.train(weights, steps)
        return responder.train_steps - before

    return "ppo/batched", 512, run


def works() -> Iterator[Work]:
    """Everything that is measured."""
    yield kernel()
    for observation in ("vector", "grid", "view"):
        yield vector(observation)
    yield parallel("parallel_api")
    yield parallel("commitment", committed="red")
    yield gym_make()
    yield ppo()


def measure(repeats: int) -> list[dict[str, Any]]:
    """Measure all, interleaved, so that a noisy machine hurts all alike."""
    todo = list(works())
    rates: dict[str, list[float]] = {name: [] for name, _, _ in todo}
    for _, _, run in todo:
        run()  # compiles, and fills caches
    for _ in range(repeats):
        for name, _, run in todo:
            start = time.perf_counter()
            steps = run()
            rates[name].append(steps / (time.perf_counter() - start))
    return [
        {
            "name": name,
            "batch": batch,
            "threads": 1,
            "value": statistics.median(rates[name]),
            "unit": "joint steps/s",
            "min": min(rates[name]),
            "max": max(rates[name]),
            "repeats": repeats,
        }
        for name, batch, _ in todo
    ]


def main() -> None:
    """Measure on one core and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print rows as JSON")
    parser.add_argument("--repeats", type=int, default=5, help="repeats of each figure (5)")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = measure(args.repeats)
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    print("| environment | batch | joint steps/s | least | greatest |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows:
        rates = " | ".join(f"{row[key]:,.0f}" for key in ("value", "min", "max"))
        print(f"| {row['name']} | {row['batch']} | {rates} |")


if __name__ == "__main__":
    main()
