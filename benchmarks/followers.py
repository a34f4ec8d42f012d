"""What followers learn: a whole search for each board and seed, beside the exact answers.

    python -m benchmarks.followers --layouts figure3 contested maze --seeds 0 1 2
    python -m benchmarks.followers --layouts maze25 --seeds 0 --set steps_per_pair=125
    python -m benchmarks.followers --layouts gates --pre-policy patrol:5 --seeds 0 1 2

One line a search: seconds of the processor and by the wall, regret over all pairs of posts, the
share of cases answered as well as can be, the exact P of what is recommended beside the best.
With `--frames` how many frames PPO trains on in a second of the processor, as searches train it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from scg_envs.agents import make_responder
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.cli.hyperparameters import read_hyperparameters
from scg_envs.train.search import search


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layouts", nargs="+", default=["figure3", "contested", "maze"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--responder", default="ppo")
    parser.add_argument("--pre-policy", default="post")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--set", action="append", default=[], dest="single")
    parser.add_argument("--frames", action="store_true")
    given = parser.parse_args(argv)
    hyperparameters = read_hyperparameters(None, given.single) or None
    if given.frames:
        for layout in given.layouts:
            print(f"{layout:10} {_frames(layout, given.responder):9,.0f} frames/s")
        return
    print(
        f"{'layout':10} seed   cpu s  wall s  regret    optimal  P exact  best     certified  steps"
    )
    for layout in given.layouts:
        for seed in given.seeds:
            spent, start = time.process_time(), time.perf_counter()
            found = search(
                "barrier",
                layout=layout,
                pre_policy=given.pre_policy,
                responder=given.responder,
                seed=seed,
                steps=given.steps,
                hyperparameters=hyperparameters,
            )
            spent, wall = time.process_time() - spent, time.perf_counter() - start
            print(
                f"{layout:10} {seed:4d} {spent:7.1f} {wall:7.1f}  "
                f"{found.follower_regret['blue']:.6f}  {found.optimal_share:.5f}  "
                f"{found.p_after_exact:.4f}   {found.p_best_exact:.4f}   {found.certified!s:9}  "
                f"{found.env_steps:,}",
                flush=True,
            )


def _frames(layout: str, name: str, steps: int = 200_000) -> float:
    """Environment steps a second of the processor, of training alone, after a first round."""
    problem = BarrierProblem(layout)
    responder = make_responder(name, problem, steps=100 * steps, hyperparameters={"practice": None})
    points = np.arange(problem.pre_policies.size)
    responder.train(points, 20_000)
    before, start = responder.train_steps, time.process_time()
    responder.train(points, steps)
    return (responder.train_steps - before) / (time.process_time() - start)


if __name__ == "__main__":
    main()
