"""Where jobs run: one after another here, or in processes of their own.

    with Processes(4) as backend:
        for result in backend.map(train, jobs): ...

A job is JSON: a scenario, a responder's settings, points, a seed. Whatever it names is made anew
where it runs, so that a job comes to the same wherever that is; what comes back is JSON and arrays.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from .checkpoint import StateDict
from .checks import check_whole
from .errors import WorkerLost

Job = Mapping[str, Any]
Function = Callable[[dict[str, Any]], StateDict]


class Backend(Protocol):
    """Runs jobs."""

    def map(self, function: Function, jobs: Iterable[Job]) -> Iterator[StateDict]:
        """The results of all jobs, in their order, each as soon as it and those before it are done.

        Args:
            function: does a job; a function of a module, by whose name a worker finds it.
            jobs: as JSON types.

        Raises:
            TypeError: a job is no JSON.
            ScgError: what a job raises.
        """


class Serial:
    """One job after another, in this process."""

    def map(self, function: Function, jobs: Iterable[Job]) -> Iterator[StateDict]:
        """Run each when its result is asked for."""
        for job in jobs:
            yield function(json.loads(json.dumps(job)))


class Processes:
    """Jobs in worker processes, which begin with nothing of this one.

    They start with the first job and end with the `with` block. As a worker imports the script
    that was started, that must do its work under `if __name__ == "__main__":`.
    """

    def __init__(self, workers: int) -> None:
        """Begin no worker yet.

        Args:
            workers: how many there will be at most.

        Raises:
            InvalidArgument: no whole number from 1 on.
        """
        self._workers = check_whole("workers", workers, 1)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers; what has not begun is dropped after an error."""
        if self._pool is not None:
            self._pool.shutdown(wait=error is None, cancel_futures=True)
            self._pool = None

    def map(self, function: Function, jobs: Iterable[Job]) -> Iterator[StateDict]:
        """Run as many at a time as there are workers.

        Raises:
            WorkerLost: a worker process was killed.
        """
        texts = [json.dumps(job) for job in jobs]
        if not texts:
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), _begin)
        try:
            yield from self._pool.map(_run, [function] * len(texts), texts)
        except BrokenProcessPool as error:
            raise WorkerLost(
                "a worker process was killed, perhaps for want of memory; take fewer workers."
            ) from error


def _run(function: Function, text: str) -> StateDict:
    return function(json.loads(text))


def _begin() -> None:
    """In a new worker: the first Ctrl-C is the parent's, who lets the work end; a second kills."""
    signal.signal(signal.SIGINT, _second)


def _second(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
