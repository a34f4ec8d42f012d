"""Time against grid side, number of posts, batch and threads, with fitted exponents."""

from __future__ import annotations

import statistics

import numpy as np

from scg_envs.games.barrier.vector import BarrierVectorEnv

from .barrier import effect
from .harness import Case, Row, measure
from .mazes import maze

SIDES = (7, 9, 13, 17, 25, 33, 49, 65)
POSTS = (8, 16, 32, 64, 128, 256)
BATCHES = (64, 256, 1024, 4096, 16_384, 65_536)
THREADS = (1, 2)


def rows(repeats: int) -> tuple[list[Row], list[str]]:
    """Measure, and fit time ~ size^exponent by least squares of the logarithms."""
    studies = {
        "effect by side (all cells are posts)": (
            SIDES,
            [effect(f"scaling/effect_side{n}", maze(n), calls=1) for n in SIDES],
        ),
        "effect by posts (33x33)": (
            POSTS,
            [effect(f"scaling/effect_posts{n}", maze(33, n), calls=1) for n in POSTS],
        ),
        "a step by batch": (BATCHES, [step(f"scaling/step_batch{n}", n) for n in BATCHES]),
        "a step by side (batch 4096)": (
            SIDES,
            [step(f"scaling/step_side{n}", 4096, side=n) for n in SIDES],
        ),
        "a step by threads (batch 65,536)": (
            THREADS,
            [step(f"scaling/step_threads{n}", 65_536, threads=n) for n in THREADS],
        ),
    }
    measured = measure([case for _, cases in studies.values() for case in cases], repeats)
    left = iter(measured)
    lines = ["| study | from | to | time there | exponent |", "| --- | --- | --- | --- | --- |"]
    for name, (sizes, _) in studies.items():
        times = [next(left)["value"] for _ in sizes]
        lines.append(
            f"| {name} | {sizes[0]:,} | {sizes[-1]:,} | {times[0]:.3g} to {times[-1]:.3g} ms "
            f"| {exponent(sizes, times):.2f} |"
        )
    return measured, ["\n".join(lines)]


def exponent(sizes: tuple[int, ...], times: list[float]) -> float:
    """B in time ~ size^b."""
    return statistics.linear_regression(np.log(sizes).tolist(), np.log(times).tolist()).slope


def step(name: str, batch: int, *, side: int = 9, threads: int = 1) -> Case:
    """A step of the batched view on a maze, written into the same buffers."""
    env = BarrierVectorEnv(batch, maze(side), autoreset_mode="SameStep", threads=threads)
    env.reset(seed=0)
    out = env.buffers()
    actions = np.random.default_rng(0).integers(5, size=(16, batch))
    calls = max(2**20 // batch, 16)

    def run() -> int:
        for k in range(calls):
            env.step(actions[k % 16], out=out)
        return calls

    return Case(name, run, unit="ms", batch=batch, threads=threads)
