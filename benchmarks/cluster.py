"""Ray clusters of several nodes on this machine that lose and gain workers and nodes on the way.

    python -m benchmarks.cluster ["a node is added" ...]

Each trial searches the same few layouts and compares every summary with those that are found here,
one after another. Nodes are raylets of their own; a job is a search of fresh models.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from scg_envs.core.backends import Processes, Ray, Serial
from scg_envs.core.backends.workers import Workers
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.run import search_all

EVERY = 4.0  # seconds between what happens
STORE = 80 * 2**20  # bytes; each node would take a third of the machine's memory
CONFIGS = [
    SearchConfig(game, responder="fresh-ppo", seed=seed, evaluations=4, batch=2, steps=2048)
    for game in ("stag_hunt", "chicken", "household")
    for seed in range(4)
]
Trouble = Callable[[Any], None]


def texts(backend: Any) -> list[str]:
    """All summaries, without how long they took."""
    found = search_all(CONFIGS, backend)
    return [json.dumps(one.to_json() | {"wall_seconds": None}) for one in found]


@contextmanager
def cluster(nodes: int) -> Iterator[Any]:
    """A cluster: a head without cores, nodes of one core each; dead ones are noticed soon."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with tempfile.TemporaryDirectory(prefix="scg_ray_", ignore_cleanup_errors=True) as folder:
        os.environ["RAY_TMPDIR"] = folder
        from ray.cluster_utils import Cluster

        made = Cluster()
        settings = {
            "health_check_initial_delay_ms": 0,
            "health_check_period_ms": 1000,
            "health_check_timeout_ms": 3000,
            "health_check_failure_threshold": 4,
        }
        common = {"object_store_memory": STORE}
        made.add_node(num_cpus=0, include_dashboard=False, _system_config=settings, **common)
        made.common = common
        made.workers = [made.add_node(num_cpus=1, **common) for _ in range(nodes)]
        made.wait_for_nodes()
        try:
            yield made
        finally:
            made.shutdown()


def kill_a_worker(made: Any) -> None:
    """Kill a process in the middle of a job."""
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read()
        except OSError:
            continue
        if words.startswith(b"ray::_pickled"):  # no agent: a node ends without its own
            os.kill(int(name), signal.SIGKILL)
            return


def remove_a_node(made: Any) -> None:
    """Kill a raylet with all that it runs."""
    made.remove_node(made.workers.pop(), allow_graceful=False)


def add_a_node(made: Any) -> None:
    """Start another raylet."""
    made.workers.append(made.add_node(num_cpus=1, **made.common))


TRIALS: dict[str, list[Trouble]] = {
    "nothing happens": [],
    "a worker is killed": [kill_a_worker],
    "a node is removed": [remove_a_node],
    "a node is added": [add_a_node],
    "all of it": [kill_a_worker, add_a_node, remove_a_node],
}


def troubled(backend: Workers, made: Any, troubles: list[Trouble]) -> tuple[list[str], int]:
    """The summaries when something happens every few seconds, and how many things did.

    The jobs are waited for in a thread: nodes can be started in the main one alone.
    """
    happened = 0
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(texts, backend)
        for one in troubles:
            wait([found], EVERY)
            if found.done():
                break
            one(made)
            happened += 1
        return found.result(), happened


def kill_a_process(made: Any) -> None:
    """Kill a worker of the process backend."""
    from multiprocessing import active_children

    children = active_children()
    if children and children[0].pid is not None:
        os.kill(children[0].pid, signal.SIGKILL)


def main() -> int:
    """Print a row for each trial; the exit code says whether all came to the same."""
    here = texts(Serial())
    good = True
    print("| backend | trial | seconds | happened | jobs run again | same as serial |")
    print("| --- | --- | --- | --- | --- | --- |")

    def row(name: str, trial: str, backend: Workers, made: Any, troubles: list[Trouble]) -> bool:
        began = time.perf_counter()
        found, happened = troubled(backend, made, troubles)
        seconds = time.perf_counter() - began
        numbers = f"{seconds:.1f} | {happened} of {len(troubles)} | {backend.rerun}"
        print(f"| {name} | {trial} | {numbers} | {found == here} |", flush=True)
        return found == here and happened == len(troubles)

    chosen = sys.argv[1:] or list(TRIALS)
    if "a worker is killed" in chosen:
        with Processes(2) as backend:
            good &= row("processes", "a worker is killed", backend, None, [kill_a_process])
    for trial in chosen:
        troubles = TRIALS[trial]
        with cluster(2) as made, Ray(address=made.address) as backend:
            good &= row("ray, 2 nodes", trial, backend, made, troubles)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
