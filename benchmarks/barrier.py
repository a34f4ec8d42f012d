"""How fast the barrier game runs, is learned, and is solved.

A joint step moves all agents once; resets are included, and same-step autoreset is in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gymnasium as gym
import numpy as np

from scg_envs import barrier_v0
from scg_envs.games.barrier.layouts import Layout, load_layout
from scg_envs.games.barrier.shortest_paths import solve
from scg_envs.games.barrier.vector import BarrierVectorEnv

from .harness import Case
from .mazes import maze

BATCH = 4096
_PATTERNS = 16  # different arrays of actions, so that no branch predictor learns them


def cases() -> Iterator[Case]:
    """Everything about this game."""
    for observation in ("vector", "grid", "view"):
        yield vector(observation)
    for batch in (BATCH, 16 * BATCH, 64 * BATCH):
        for threads in (1, 2):
            yield vector("vector", batch=batch, threads=threads, buffered=True)
    yield all_agents()
    yield Case("barrier/parallel_api", parallel())
    yield Case("barrier/commitment", parallel(committed="red"))
    yield Case("barrier/gym_make", gym_make())
    yield ppo()
    yield effect("effect/figure3", load_layout("figure3"), calls=20)
    yield effect("effect/maze", load_layout("maze"), calls=3)
    yield effect("effect/maze33", maze(33), calls=1)


def vector(
    observation: Any, *, batch: int = BATCH, threads: int = 1, buffered: bool = False
) -> Case:
    """The Gymnasium `VectorEnv` of blue; `buffered` writes into the same arrays again."""
    env = BarrierVectorEnv(
        batch, observation=observation, autoreset_mode="SameStep", threads=threads
    )
    env.reset(seed=0)
    out = env.buffers() if buffered else None
    rng = np.random.default_rng(0)
    actions = [rng.integers(5, size=batch) for _ in range(_PATTERNS)]
    steps = max(300 * BATCH // batch, 20)

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % _PATTERNS], out=out)
        return steps * batch

    name = f"barrier/{observation}{'_buffered' if buffered else ''}"
    return Case(name, run, batch=batch, threads=threads)


def all_agents(batch: int = BATCH, steps: int = 300) -> Case:
    """The batched game, with actions of all three agents."""
    env = barrier_v0.batched_env(batch)
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    actions = [{a: rng.integers(5, size=batch) for a in env.agents} for _ in range(_PATTERNS)]

    def run() -> int:
        for k in range(steps):
            env.step(actions[k % _PATTERNS])
        return steps * batch

    return Case("barrier/all_agents", run, batch=batch)


def parallel(steps: int = 30_000, **kwargs: Any) -> Callable[[], int]:
    """The PettingZoo game, one copy."""
    env = barrier_v0.parallel_env(**kwargs)
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    rows = rng.integers(5, size=(64, 3)).tolist()
    joint = [dict(zip(env.possible_agents, row, strict=True)) for row in rows]

    def run() -> int:
        for k in range(steps):
            if not env.agents:
                env.reset()
            env.step(joint[k % 64])
        return steps

    return run


def gym_make(steps: int = 30_000) -> Callable[[], int]:
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

    return run


def ppo(steps: int = 131_072) -> Case:
    """Stable-Baselines3's PPO as `scg search --responder ppo` trains it: frames per second."""
    from scg_envs.agents import make_responder
    from scg_envs.games.barrier.problem import BarrierProblem

    problem = BarrierProblem()
    responder = make_responder("ppo", problem, seed=0)
    points = np.arange(problem.pre_policies.size)

    def run() -> int:
        before = responder.train_steps
        responder.train(points, steps)
        return responder.train_steps - before

    return Case("ppo/batched", run, batch=512, unit="frames/s")


def effect(name: str, layout: Layout, calls: int) -> Case:
    """The exact map of what every commitment does."""

    def run() -> int:
        for _ in range(calls):
            solve(layout).probability(layout.desirable, "uniform")
        return calls

    return Case(name, run, unit="ms")
