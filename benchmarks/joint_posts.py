"""Two committed barriers with ten thousand joint posts or more: searches at equal budgets.

    python -m benchmarks.joint_posts [--seeds 5] [--share 0.03] [--boards 60] [--methods gp local]

Boards are mazes of 13 cells a side, in which a third barrier is posted by chance on one of 12
cells, and blue answers exactly, so that what is compared is the search alone. k of a board's n
joint posts have a P within 0.02 of the best, so that m different random ones hold such a post with
chance 1 - C(n-k, m)/C(n, m), and m independent ones, as `random` draws them, with 1 - (1 - k/n)^m.
Where that is near 1 nothing is compared: of the boards with seeds 0, 1, ... and two shares of
loops, those with n >= 10,000 and a chance of .5 at most are taken, which no search has a say in.

Each search has 3 % of the evaluations that enumeration needs. A line says in how many of the seeds
it found a joint post within 0.02 of the best; the last lines say so of all boards, with Wilson's
95 % interval, and how far what was found stayed below the best in the mean.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.mazes import maze_text
from scg_envs.core.errors import InvalidLayout
from scg_envs.games.barrier.layouts import Layout, parse_layout
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.search.proposers import find_meta

METHODS = ("random", "categorical", "factorised", "local", "gp")
SIDE, LOOPS, THIRD = 13, (0.4, 0.6), 12
LEAST, WITHIN, CHANCE = 10_000, 0.02, 0.5
BATCH = 20


def board(seed: int, loops: float) -> Layout:
    """A maze in which red and yellow have every cell for a post, and a third barrier has some."""
    plan = parse_layout(maze_text(SIDE, None, seed, loops), f"{loops:.1f} {seed}")
    rows = [list(row) for row in plan.rows]
    floor = [cell for cell in plan.cells() if plan.at(cell) == "."]
    rng = np.random.default_rng(seed)
    for k, (x, y) in enumerate(rng.permutation(floor)[:THIRD].tolist()):
        rows[y][x] = "g" if k else "G"
    drawn = tuple("".join(row) for row in rows)
    return replace(plan, rows=drawn, further={"G": "green"})


@dataclass(frozen=True)
class Board:
    """A board on which random search is not enough.

    Attributes:
        name: share of loops, and seed.
        problem: what is searched.
        p: (n,) exact, of every joint post.
        good: how many are within 0.02 of the best.
        budget: the evaluations that a search has.
    """

    name: str
    problem: BarrierProblem
    p: NDArray[np.float64]
    good: int
    budget: int

    @property
    def chance(self) -> float:
        """Of random search: to find a joint post within 0.02 of the best."""
        return 1 - float((1 - self.good / len(self.p)) ** self.budget)


def boards(seeds: int, share: float) -> Iterator[Board]:
    """Those of the first seeds on which random search misses as often as not."""
    for loops in LOOPS:
        for seed in range(seeds):
            try:
                problem = BarrierProblem(board(seed, loops), committed="red,yellow")
            except InvalidLayout:  # the start or a goal is cut off
                continue
            size = problem.pre_policies.size
            p = problem.solver.p(np.arange(size))
            good = int((p >= p.max() - WITHIN).sum())
            made = Board(problem.board.name, problem, p, good, int(share * size))
            if size >= LEAST and made.chance <= CHANCE:
                yield made


def gap(one: Board, method: str, seed: int) -> float:
    """How far what a search finds is from the best."""
    meta = find_meta(method)(
        one.problem.pre_policies, evaluations=one.budget, batch=BATCH, seed=seed
    )
    rng = np.random.default_rng([seed, *one.name.encode()])  # other draws on each board
    best = -np.inf
    for asked in range(0, one.budget, BATCH):
        points = meta.ask(min(BATCH, one.budget - asked), (), rng)
        meta.tell(points, one.p[points])
        best = max(best, float(one.p[points].max()))
    return float(one.p.max() - best)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a proportion."""
    z, p = 1.96, hits / of
    middle, half = p + z * z / (2 * of), z * np.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return float((middle - half) / (1 + z * z / of)), float((middle + half) / (1 + z * z / of))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--share", type=float, default=0.03)
    parser.add_argument("--boards", type=int, default=60, help="seeds of boards to look at")
    parser.add_argument("--methods", nargs="+", default=METHODS)
    given = parser.parse_args()
    gaps: dict[str, list[float]] = {method: [] for method in given.methods}
    seconds = dict.fromkeys(given.methods, 0.0)
    print(f"| board | joint posts | within | chance | {' | '.join(given.methods)} |")
    print("| --- |" + " --- |" * (3 + len(given.methods)))
    chances = []
    for one in boards(given.boards, given.share):
        cells = []
        for method in given.methods:
            began = time.process_time()
            own = [gap(one, method, seed) for seed in range(given.seeds)]
            seconds[method] += time.process_time() - began
            gaps[method] += own
            cells.append(f"{sum(each <= WITHIN for each in own)}")
        chances.append(one.chance)
        numbers = f"{len(one.p)} | {one.good} | {one.chance:.3f}"
        print(f"| {one.name} | {numbers} | {' | '.join(cells)} |", flush=True)
    print(f"\n{len(chances)} boards; by chance {np.mean(chances):.3f}\n")
    print("| search | within 0.02 | 95 % | mean gap | s a search |")
    print("| --- | --- | --- | --- | --- |")
    for method, own in gaps.items():
        hits = sum(each <= WITHIN for each in own)
        low, high = wilson(hits, len(own))
        spent = seconds[method] / max(len(own), 1)
        print(
            f"| {method} | {hits} of {len(own)} ({hits / len(own):.3f}) | {low:.3f} to {high:.3f} "
            f"| {np.mean(own):.4f} | {spent:.2f} |"
        )


if __name__ == "__main__":
    main()
