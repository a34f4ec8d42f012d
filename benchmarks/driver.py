"""Where the driver becomes the bottleneck: up to a thousand workers, simulated.

    python -m benchmarks.driver [FOLDER]        prints tables; writes driver.png into a folder

The driver is one process: it sends each job, and takes each result. What that costs it is measured
in processor time: of its own code with so many stubs for workers, and of all it does with each
backend. From that a simulation, event by event, says how busy workers are: each works for a while
and then waits until the driver, which serves one at a time, has taken its result and sent the next.
"""

from __future__ import annotations

import heapq
import pickle
import sys
import time
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np

from scg_envs.core.backends import make_backend
from scg_envs.core.backends.workers import Workers
from scg_envs.train.report.plots import new_figure

WORKERS = (1, 3, 10, 30, 100, 300, 1000)
SECONDS = (0.1, 1.0, 10.0, 60.0)  # that a job takes, in the mean
NUMBERS = 25_000  # in a result: 200 kB, as a trained model's parameters are
JOBS = 500
BACKENDS: dict[str, dict[str, Any]] = {"processes": {"workers": 1}, "ray": {"workers": 1}}


class Stubs(Workers):
    """Workers all of whom are at work; whenever a job is sent the oldest one ends."""

    def __init__(self, workers: int, jobs: int) -> None:
        self._workers, self._jobs = workers, jobs
        self._at_work: deque[Future[Any]] = deque()
        self._result = pickle.dumps({"numbers": np.zeros(NUMBERS)})
        self._sent = 0

    @property
    def workers(self) -> int:
        """How many there are."""
        return self._workers

    def submit(self, function: Any, text: str) -> Future[Any]:
        """Take a job; once all are at work, each one more ends one."""
        future: Future[Any] = Future()
        self._at_work.append(future)
        self._sent += 1
        ended = len(self._at_work) >= self._workers
        while self._at_work and (ended or self._sent == self._jobs):
            self._at_work.popleft().set_result(self._result)
            ended = False
        return future

    def result(self, future: Future[Any]) -> dict[str, Any]:
        """What a worker's bytes hold."""
        found: dict[str, Any] = pickle.loads(future.result())
        return found


def job(given: dict[str, Any]) -> dict[str, Any]:
    """A job with a result as large as a model."""
    return {"numbers": np.zeros(NUMBERS)}


def cost(backend: Workers, jobs: int = JOBS) -> float:
    """The driver's processor seconds for a job; those of its threads count."""
    scenario = {"game": "barrier", "layout": "maze", "options": {}, "seed": 0, "steps": 300_000}
    before = time.process_time()
    for _ in backend.completed(job, ({**scenario, "point": [k]} for k in range(jobs))):
        pass
    return (time.process_time() - before) / jobs


def busy(workers: int, seconds: float, driver: float) -> float:
    """The share of time in which workers work.

    Args:
        workers: how many there are.
        seconds: that a job takes: each between half and one and a half of it, by chance.
        driver: seconds that the driver takes for each job.
    """
    np_random = np.random.default_rng(0)
    jobs = max(20 * workers, 200)
    lasts = seconds * np_random.uniform(0.5, 1.5, size=jobs)
    free = 0.0  # when the driver has done what it was asked
    ends: list[float] = []
    for k in range(workers):  # the driver sends the first to each in turn
        free += driver
        heapq.heappush(ends, free + lasts[k])
    for k in range(workers, jobs):
        free = max(free, heapq.heappop(ends)) + driver
        heapq.heappush(ends, free + lasts[k])
    begun = free  # from here on workers run out of jobs, which is no fault of the driver
    worked = float(lasts.sum()) - sum(max(end - begun, 0.0) for end in ends)
    return worked / (workers * begun)


def main(folder: Path | None) -> None:
    """Print the tables and draw the picture."""
    print("| workers (stubs) | driver's own ms a job |\n| --- | --- |")
    for workers in WORKERS:
        jobs = max(JOBS, 3 * workers)
        print(f"| {workers} | {cost(Stubs(workers, jobs), jobs) * 1e3:.2f} |", flush=True)
    costs = {}
    print("\n| backend | driver's ms a job, processor time | jobs/s at most |\n| --- | --- | --- |")
    for name, settings in BACKENDS.items():
        with make_backend(name, **settings) as backend:
            assert isinstance(backend, Workers)
            list(backend.map(job, [{}] * 20))  # its worker has begun
            costs[name] = cost(backend)
        print(f"| {name} | {costs[name] * 1e3:.2f} | {1 / costs[name]:,.0f} |", flush=True)
    dear = max(costs.values())
    print(f"\nshare of time in which workers work, at {dear * 1e3:.2f} ms a job (simulated)\n")
    print("| workers | " + " | ".join(f"{s:g} s a job" for s in SECONDS) + " |")
    print("| --- |" + " --- |" * len(SECONDS))
    table = [[busy(workers, seconds, dear) for seconds in SECONDS] for workers in WORKERS]
    for workers, row in zip(WORKERS, table, strict=True):
        print(f"| {workers} | " + " | ".join(f"{share:.3f}" for share in row) + " |")
    if folder is not None:
        figure, axes = new_figure(7.4, 4.2)
        for seconds, column in zip(SECONDS, zip(*table, strict=True), strict=True):
            axes.plot(WORKERS, column, marker="o", label=f"{seconds:g} s a job")
        axes.set_xscale("log")
        axes.set_ylim(0, 1.03)
        axes.set_xlabel("workers")
        axes.set_ylabel("share of time in which they work")
        axes.set_title(f"one driver, {dear * 1e3:.2f} ms for each job (simulated)", fontsize=10)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper", fontsize=8)
        figure.savefig(folder / "driver.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
