"""Two committed barriers with ten thousand joint posts or more: searches at equal budgets.

    python -m benchmarks.joint_posts [--seeds 3] [--share 0.03] [--gp]

A third barrier is posted by chance, on a tenth of the cells. Each search has 3 % of the evaluations
that enumeration needs, answered exactly, so that what is compared is the search alone. A line says
how far what was found is from the exact best (mean and greatest over the seeds), and how many are
within 0.02.

Random search reaches the best on `maze`, too. A first table, of two barriers alone on `maze` and
`open`, separated no search from another.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from scg_envs.games.barrier.layouts import Layout, load_layout
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.search.proposers import find_meta

METAS = ("random", "factorised", "local", "categorical")
LAYOUTS = (("maze", 0), ("maze", 1), ("maze", 2), ("open", 0), ("open", 1))
WITHIN = 0.02


def with_third(name: str, seed: int) -> Layout:
    """A shipped layout with a barrier `green` that has posts on a tenth of its floor."""
    plan = load_layout(name)
    rows = [list(row) for row in plan.rows]
    floor = [cell for cell in plan.cells() if plan.at(cell) == "."]
    rng = np.random.default_rng(seed)
    for k, (x, y) in enumerate(rng.permutation(floor)[: len(floor) // 10].tolist()):
        rows[y][x] = "g" if k else "G"
    drawn = tuple("".join(row) for row in rows)
    return replace(plan, name=f"{name} {seed}", rows=drawn, further={"G": "green"})


def gap(problem: BarrierProblem, p: np.ndarray, name: str, budget: int, seed: int) -> float:
    """How far what a search finds is from the best."""
    batch = 4 if name == "gp" else 20
    space = problem.pre_policies
    meta = find_meta(name)(space, evaluations=budget, batch=batch, seed=seed)
    rng = np.random.default_rng(seed)
    for _ in range(budget // batch):
        points = meta.ask(batch, (), rng)
        meta.tell(points, p[points])
    assert meta._best is not None
    return float(p.max() - meta._best[0])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.03)
    parser.add_argument("--gp", action="store_true", help="the Gaussian process, too (minutes)")
    given = parser.parse_args()
    print("| layout | joint posts | budget | best | mean | search | gap: mean, worst | within |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, number in LAYOUTS:
        layout = with_third(name, number)
        problem = BarrierProblem(layout, committed="red,yellow")
        size = problem.pre_policies.size
        p, budget = problem.solver.p(np.arange(size)), int(given.share * size)
        for meta in (*METAS, *(("gp",) if given.gp else ())):
            gaps = np.array([gap(problem, p, meta, budget, seed) for seed in range(given.seeds)])
            print(
                f"| {layout.name} | {size} | {budget} | {p.max():.4f} | {p.mean():.4f} | "
                f"{meta} | {gaps.mean():.4f}, {gaps.max():.4f} | "
                f"{int((gaps <= WITHIN).sum())} of {given.seeds} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
