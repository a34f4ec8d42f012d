"""Searching for barriers that move, against random search at equal budgets, with exact followers.

Each search asks for as many pre-policies and recommends one, whose P is exact. The best there is
stands beside it where every pre-policy can be tried. Run with --json for the rows alone.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from scg_envs.core.pre_policy import Finite
from scg_envs.games.barrier.moving import MovingProblem
from scg_envs.train.search.proposers import Meta, find_meta

FINITE = ("categorical", "local", "gp", "random")
CONTINUA = ("cmaes", "gaussian", "local", "gp", "random")
SCENARIOS = (
    ("gates", "patrol:5"),
    ("gates", "patrol:12"),
    ("gates", "rule:sides"),
    ("gates", "rule:compass"),
    ("gates", "network:4"),
    ("open", "patrol:4"),
    ("open", "patrol:8"),
    ("open", "rule:sides"),
    ("open", "network:4"),
    ("contested", "patrol:6"),
    ("contested", "rule:columns"),
)
FEW, EVALUATIONS, BATCH, SEEDS = 60, 400, 20, 10


@cache
def problem_of(layout: str, kind: str) -> MovingProblem:
    """A barrier that moves; its exact answers are kept."""
    return MovingProblem(layout, pre_policy=kind)


def found_by(problem: MovingProblem, method: str, evaluations: int, seed: int) -> float:
    """The exact P of what a search recommends."""
    batch = min(BATCH, evaluations)
    meta: Meta = find_meta(method)(
        problem.pre_policies, evaluations=evaluations, batch=batch, seed=seed
    )
    np_random = np.random.default_rng([seed, 13])
    for _ in range(evaluations // batch):
        points = meta.ask(batch, (), np_random)
        meta.tell(points, problem.solver.p(points))
    return float(problem.solver.p(np.array([meta.found]))[0])


def rows(seeds: int, methods: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A row for each scenario and method, as they come."""
    for layout, kind in SCENARIOS:
        problem = problem_of(layout, kind)
        finite = isinstance(problem.pre_policies, Finite)
        optimum = problem.solver.optimum()
        for method in FINITE if finite else CONTINUA:
            if method not in methods:
                continue
            for budget in (FEW, EVALUATIONS):
                start = time.process_time()
                found = [found_by(problem, method, budget, seed) for seed in range(seeds)]
                yield {
                    "layout": layout,
                    "space": kind,
                    "size": getattr(problem.pre_policies, "size", None),
                    "method": method,
                    "evaluations": budget,
                    "seeds": seeds,
                    "mean": float(np.mean(found)),
                    "worst": float(np.min(found)),
                    "best": float(np.max(found)),
                    "best_there_is": None if optimum is None else optimum.value,
                    "best_post": best_post(problem),
                    "cpu_seconds_a_search": round((time.process_time() - start) / seeds, 3),
                }


def best_post(problem: MovingProblem) -> float:
    """The exact P of the best pre-policy that stands still."""
    posts = problem.board.posts[problem.committed]
    standing = np.array([problem.pre_policies.standing(post) for post in posts])
    return float(problem.solver.p(standing).max())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON rows")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"(default: {SEEDS})")
    every = sorted({*FINITE, *CONTINUA})
    parser.add_argument("--methods", nargs="+", choices=every, default=every)
    given = parser.parse_args()
    table = rows(given.seeds, given.methods)
    if given.json:
        print(json.dumps(list(table), indent=2))
        return
    print("| layout | space | best post | best | method | evaluations | mean P | worst | s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in table:
        best = "" if row["best_there_is"] is None else f"{row['best_there_is']:.4f}"
        print(
            f"| {row['layout']} | {row['space']} | {row['best_post']:.4f} | {best} "
            f"| {row['method']} | {row['evaluations']} | {row['mean']:.4f} "
            f"| {row['worst']:.4f} | {row['cpu_seconds_a_search']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
