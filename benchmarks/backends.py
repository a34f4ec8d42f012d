"""What a job's dispatch costs on each backend, and what a second worker gains a search.

    python -m benchmarks.backends dispatch          milliseconds a job, by backend and result
    python -m benchmarks.backends search [SEEDS]    fresh-ppo on figure3: speed-up, same summary

The clock is the wall's: measure on a machine that does nothing else.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from scg_envs.core.backends import Backend, make_backend
from scg_envs.train.search import search

BACKENDS: dict[str, dict[str, Any]] = {
    "serial": {"name": "serial"},
    "processes, 1 worker": {"name": "processes", "workers": 1},
    "processes, 2 workers": {"name": "processes", "workers": 2},
    "ray, 1 worker": {"name": "ray", "workers": 1},
    "ray, 2 workers": {"name": "ray", "workers": 2},
}
JOBS = {0: 1000, 100_000: 300, 1_000_000: 100}  # numbers in a result: how many jobs


def empty(job: dict[str, Any]) -> dict[str, Any]:
    """A job that does nothing but return so many numbers."""
    return {"numbers": np.zeros(job["size"])}


def opened(backend: str) -> AbstractContextManager[Backend]:
    """One of `BACKENDS`."""
    return make_backend(**BACKENDS[backend])


def dispatch() -> None:
    """Print what each backend's start and each job cost."""
    print("| backend | start s | " + " | ".join(f"{8 * n:,} bytes, ms" for n in JOBS) + " |")
    print("| --- |" + " --- |" * (1 + len(JOBS)))
    for backend in BACKENDS:
        began = time.perf_counter()
        with opened(backend) as made:
            list(made.map(empty, [{"size": 0}] * 2 * made.workers))
            start = time.perf_counter() - began
            cells = []
            for size, jobs in JOBS.items():
                began = time.perf_counter()
                for _ in made.map(empty, [{"size": size}] * jobs):
                    pass
                cells.append(f"{(time.perf_counter() - began) / jobs * 1e3:.2f}")
        print(f"| {backend} | {start:.1f} | {' | '.join(cells)} |", flush=True)


def searches(seeds: int) -> None:
    """Print how long a search whose every pre-policy trains a model takes on each backend."""
    print("| backend | seed | wall s | against 1 worker | summary as serial |")
    print("| --- | --- | --- | --- | --- |")
    for seed in range(seeds):
        walls: dict[str, float] = {}
        texts: dict[str, str] = {}
        for backend in BACKENDS:
            with opened(backend) as made:
                list(made.map(empty, [{"size": 0}] * 2 * made.workers))  # its workers are there
                began = time.perf_counter()
                found = search("barrier", responder="fresh-ppo", seed=seed, backend=made)
                walls[backend] = time.perf_counter() - began
            texts[backend] = json.dumps(found.to_json() | {"wall_seconds": None})
            one = walls.get(f"{backend.partition(',')[0]}, 1 worker", walls[backend])
            same = texts[backend] == texts["serial"]
            numbers = f"{walls[backend]:.1f} | {one / walls[backend]:.2f}"
            print(f"| {backend} | {seed} | {numbers} | {same} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["search"]:
        searches(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    else:
        dispatch()
