"""What a job's dispatch costs on each backend, and what a second worker gains a search.

    python -m benchmarks.backends dispatch          milliseconds a job, by backend and result
    python -m benchmarks.backends search [SEEDS]    fresh-ppo on figure3: speed-up, same summary;
                                                    some 5 minutes a seed

The clock is the wall's: measure on a machine that does nothing else.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
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


def warm(job: dict[str, Any]) -> dict[str, Any]:
    """Train a model of a few steps: what a worker has spent by then, it spends once."""
    search("barrier", responder="fresh-ppo", evaluations=2, batch=2, steps=1024)
    return {"seconds": time.process_time()}


def descendants() -> float:
    """The processor time of the processes that this one has started, and theirs, that still run."""
    parents, seconds = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        number = int(path.parent.name)
        parents[number] = int(fields[1])
        seconds[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    ours, total = {os.getpid()}, 0.0
    while new := {number for number, above in parents.items() if above in ours} - ours:
        ours |= new
        total += sum(seconds[number] for number in new)
    return total


def searches(seeds: int) -> None:
    """Print how long a search whose every pre-policy trains a model takes on each backend.

    The backends take turns within a seed, all with workers that have trained something already.
    `cold` is what each had spent by then, on imports mostly; `driver` and `workers` are processor
    time of the search, by which a machine with enough cores would take driver + workers / N, but
    that a batch waits for its slowest: of 9 models on two workers one has 5.
    """
    print("| backend | seed | cold s | wall s | driver s | workers s | speed-up | as serial |")
    print("| --- |" + " --- |" * 7)
    for seed in range(seeds):
        walls: dict[str, float] = {}
        texts: dict[str, str] = {}
        for backend in BACKENDS:
            with opened(backend) as made:
                started = made.map(warm, [{}] * 2 * made.workers)
                cold = max(one["seconds"] for one in started)
                driver, workers = time.process_time(), descendants()
                began = time.perf_counter()
                found = search("barrier", responder="fresh-ppo", seed=seed, backend=made)
                walls[backend] = time.perf_counter() - began
                driver, workers = time.process_time() - driver, descendants() - workers
            texts[backend] = json.dumps(found.to_json() | {"wall_seconds": None})
            one = walls.get(f"{backend.partition(',')[0]}, 1 worker", walls[backend])
            same = texts[backend] == texts["serial"]
            numbers = f"{cold:.1f} | {walls[backend]:.1f} | {driver:.1f} | {workers:.1f}"
            speed = f"{one / walls[backend]:.2f}"
            print(f"| {backend} | {seed} | {numbers} | {speed} | {same} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["search"]:
        searches(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    else:
        dispatch()
