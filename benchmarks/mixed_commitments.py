"""Searching mixed commitments, against the linear program that knows the best one.

On random 5x5 games with an exact follower: payoffs are uniform in [-1, 1], the committed player's
utility, or P(Y=y) of one random cell, is to be made large, and games are kept whose optimum is
above 0. A ratio of 1 is the optimum. Run with --json for the rows alone.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
from numpy.typing import NDArray

from scg_envs.causal.normal_form import NormalForm
from scg_envs.games.matrix.matrix_game import MatrixGame, joint_labels
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search.proposers import Meta, find_meta

METHODS = ("cmaes", "gaussian", "random")
GAMES, SIZE, EVALUATIONS = 200, 5, 2000
_LEAST = 1e-3  # of an optimum: nearer to 0 a ratio says nothing


def random_problem(seed: int, size: int = SIZE) -> MatrixProblem:
    """A game of uniform payoffs, with a random cell as the desirable outcome."""
    rng = np.random.default_rng([seed, 5])
    form = NormalForm(rng.uniform(-1, 1, (2, size, size)), players=("leader", "follower"))
    desirable = joint_labels(form)[rng.integers(size * size)]
    return MatrixProblem(
        MatrixGame(form, desirable=desirable, committed="leader"), pre_policy="mixed"
    )


def best_found(problem: MatrixProblem, method: str, objective: str, seed: int) -> float:
    """The exact score of what a search recommends after `EVALUATIONS`."""
    kind = find_meta(method)
    _, batch = kind.defaults(problem.pre_policies)
    meta: Meta = kind(problem.pre_policies, evaluations=EVALUATIONS, batch=batch, seed=seed)
    np_random = np.random.default_rng(seed)
    for _ in range(EVALUATIONS // batch):
        points = meta.ask(batch, (), np_random)
        meta.tell(points, problem.solver.respond(points).score(objective))
    return float(problem.solver.respond(np.array([meta.found])).score(objective)[0])


def ratios(objective: str, games: int = GAMES) -> dict[str, NDArray[np.float64]]:
    """What each method attains of the optimum, game by game."""
    found: dict[str, list[float]] = {method: [] for method in METHODS}
    seconds = dict.fromkeys(METHODS, 0.0)
    seed = kept = 0
    while kept < games:
        problem = random_problem(seed)
        optimum = problem.solver.optimum(objective)
        seed += 1
        if optimum is None or optimum.value <= _LEAST:
            continue
        kept += 1
        for method in METHODS:
            start = time.perf_counter()
            found[method].append(best_found(problem, method, objective, seed) / optimum.value)
            seconds[method] += time.perf_counter() - start
    return {
        method: np.array([*values, seconds[method] / games]) for method, values in found.items()
    }


def rows() -> list[dict[str, float | str]]:
    """A row for each objective and method."""
    table: list[dict[str, float | str]] = []
    for objective in ("utility", "desirable"):
        for method, values in ratios(objective).items():
            reached, seconds = values[:-1], values[-1]
            table.append(
                {
                    "objective": objective,
                    "method": method,
                    "games": len(reached),
                    "evaluations": EVALUATIONS,
                    "median": float(np.median(reached)),
                    "lower_decile": float(np.quantile(reached, 0.1)),
                    "mean": float(reached.mean()),
                    "seconds_a_search": round(float(seconds), 3),
                }
            )
    return table


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON rows")
    table = rows()
    if parser.parse_args().json:
        print(json.dumps(table, indent=2))
        return
    print("| objective | method | median of the optimum | lower decile | seconds |")
    print("| --- | --- | --- | --- | --- |")
    for row in table:
        print(
            f"| {row['objective']} | {row['method']} | {row['median']:.4f} "
            f"| {row['lower_decile']:.4f} | {row['seconds_a_search']} |"
        )


if __name__ == "__main__":
    main()
