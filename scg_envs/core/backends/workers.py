"""Jobs on workers: as many under way as there are workers, and those of lost workers once more.

A worker that is killed takes no result with it but that of its own job, which is run again: it is
JSON, and comes to the same wherever and whenever it runs. A job whose workers are lost time and
again is what kills them, and is not tried for ever.
"""

from __future__ import annotations

import json
import os
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from ..checkpoint import StateDict
from ..checks import check_whole
from ..errors import WorkerLost
from .backend import Backend, Function, Job, in_order

TRIES = 3
"""How many workers a job may lose before it is given up."""
_LOOK = 1.0  # seconds after which workers are counted again
_LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMBA")
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in _LIBRARIES}


@contextmanager
def one_thread() -> Iterator[None]:
    """Processes that start in here keep to a core each, and so out of each other's way.

    Libraries read how many threads they may use when they are imported.
    """
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@dataclass
class _Sent:
    """A job that is on its way.

    Attributes:
        number: its place in the order of jobs.
        text: the job as JSON.
        lost: how many of its workers have been.
    """

    number: int
    text: str
    lost: int = 0


class Workers(Backend):
    """A backend whose jobs run elsewhere, several at a time."""

    lost: tuple[type[BaseException], ...] = ()
    """What a job's future raises when its worker was lost."""

    def __init__(self, workers: int | None = None) -> None:
        """Begin no worker yet.

        Args:
            workers: how many jobs run at a time at most; one for each core if None.

        Raises:
            InvalidArgument: no whole number from 1 on.
        """
        self._most = None if workers is None else check_whole("workers", workers, 1)

    @abstractmethod
    def submit(self, function: Function, text: str) -> Future[Any]:
        """Send a job to the workers, which are started where there are none.

        Args:
            function: does it.
            text: the job as JSON.
        """

    def drop(self, future: Future[Any]) -> None:
        """Give up a job whose result nobody waits for any more."""
        future.cancel()

    def result(self, future: Future[Any]) -> StateDict:
        """The result of a job that is done; raises what the job has raised."""
        found: StateDict = future.result()
        return found

    def completed(self, function: Function, jobs: Iterable[Job]) -> Iterator[tuple[int, StateDict]]:
        """The number and the result of each job, as soon as it is done; see `Backend`."""
        return self._completed(function, jobs, most=lambda: self.workers)

    def map(self, function: Function, jobs: Iterable[Job]) -> Iterator[StateDict]:
        """The results in the order of the jobs, all of which are read first; see `Backend`.

        Each worker has a job at hand beside the one that it does, so that none waits for whoever
        takes the results.
        """
        texts = [json.dumps(job) for job in jobs]
        read = map(json.loads, texts)
        return in_order(self._completed(function, read, most=lambda: 2 * self.workers))

    def _completed(
        self, function: Function, jobs: Iterable[Job], most: Callable[[], int]
    ) -> Iterator[tuple[int, StateDict]]:
        """Keep up to `most()` jobs under way until there are no more."""
        fresh = (_Sent(number, json.dumps(job)) for number, job in enumerate(jobs))
        again: deque[_Sent] = deque()
        running: dict[Future[Any], _Sent] = {}
        done: SimpleQueue[Future[Any]] = SimpleQueue()

        def fill() -> None:
            while len(running) < most():
                sent = again.popleft() if again else next(fresh, None)
                if sent is None:
                    return
                future = self.submit(function, sent.text)
                running[future] = sent
                future.add_done_callback(done.put)

        fill()
        try:
            while running:
                try:
                    future = done.get(timeout=_LOOK)
                except Empty:
                    fill()  # for workers that came in the meantime
                    continue
                sent = running.pop(future)
                error = future.exception()
                if isinstance(error, self.lost):
                    sent.lost += 1
                    if sent.lost == TRIES:
                        given_up = WorkerLost(_GIVEN_UP)
                        given_up.job = sent.number
                        raise given_up from error
                    self.rerun += 1
                    again.append(sent)
                    fill()
                    continue
                result = self.result(future)
                fill()
                yield sent.number, result
        finally:
            for future in running:
                self.drop(future)


_GIVEN_UP = (
    f"the workers of a job were killed {TRIES} times, perhaps for want of memory, or because the "
    'script that started them does its work outside of `if __name__ == "__main__":`; take fewer '
    "workers."
)
