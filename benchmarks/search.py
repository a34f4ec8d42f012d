"""The whole search, against the naive route with amortization off, and the exact answer."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scg_envs.games.barrier.problem import BarrierProblem

from .harness import Row, row

ROOT = Path(__file__).parents[1]


def rows(repeats: int) -> tuple[list[Row], list[str]]:
    """Both in processes of their own; the naive route, which takes minutes, once."""
    walls, spent, found = [], [], {}
    for seed in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            command = ["-m", "scg_envs.train", "search", "barrier", "--responder", "ppo"]
            wall, processor, out = _run(
                [*command, "--seed", str(seed), "--out", f"{folder}/run", "--json"]
            )
        walls.append(wall)
        spent.append(processor)
        found = json.loads(out)
    naive_wall, naive, out = _run(["-m", "benchmarks.naive"])
    said = json.loads(out)
    problem = BarrierProblem()
    best = problem.solver.optimum()
    note = (
        "The search, videos and pictures included, took "
        f"{row('', spent, unit='s')['value']:.1f} s of processor time; the naive route (a fresh "
        f"model for each of {said['posts']} posts, {said['learned']} of which it learned to answer "
        f"as well as can be, {said['steps']:,} steps) {naive:.1f} s: "
        f"{naive / row('', spent, unit='s')['value']:.1f} times as long; by the wall "
        f"{naive_wall / row('', walls, unit='s')['value']:.1f} times. P(Y=y) after the search: "
        f"{found['p_after']}; exactly {best.value if best else None}."
    )
    return [
        row("search/ppo_wall", walls, unit="s", batch=512, threads=2),
        row("search/ppo", spent, unit="s", batch=512),
        row("search/naive_wall", [naive_wall], unit="s", batch=8, threads=2),
        row("search/naive", [naive], unit="s", batch=8),
    ], [note]


def _run(arguments: list[str]) -> tuple[float, float, str]:
    """Run Python; returns seconds by the wall and of the processor, and what it printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return wall, processor, done.stdout
