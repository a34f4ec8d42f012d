"""What a backend is, and the simplest one."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from ..checkpoint import StateDict

Job = Mapping[str, Any]
Function = Callable[[dict[str, Any]], StateDict]


class Backend(ABC):
    """Runs jobs; a context manager, which begins and ends whatever they run in.

    Attributes:
        rerun: how many jobs ran again so far, since their workers were lost.
    """

    rerun = 0

    @property
    @abstractmethod
    def workers(self) -> int:
        """How many jobs can run at a time, now: workers may come and go."""

    @abstractmethod
    def completed(self, function: Function, jobs: Iterable[Job]) -> Iterator[tuple[int, StateDict]]:
        """The number and the result of each job, as soon as it is done.

        Jobs are taken from their iterator when there is room for them: once that ends, those under
        way are still waited for.

        Args:
            function: does a job; a function of a module, by whose name a worker finds it.
            jobs: as JSON types.

        Raises:
            TypeError: a job is no JSON.
            WorkerLost: the workers of a job were killed, again and again.
            ScgError: what a job raises; the others are dropped.
        """

    def map(self, function: Function, jobs: Iterable[Job]) -> Iterator[StateDict]:
        """The results of all jobs, in their order, each as soon as it and those before it are done.

        Args:
            function: does a job; a function of a module, by whose name a worker finds it.
            jobs: as JSON types.

        Raises:
            TypeError: a job is no JSON.
            WorkerLost: the workers of a job were killed, again and again.
            ScgError: what a job raises; the others are dropped.
        """
        return in_order(self.completed(function, jobs))

    def __enter__(self) -> Self:
        return self

    def __exit__(  # noqa: B027 - not every backend has workers to end
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers, after an error in the middle of their work."""


class Serial(Backend):
    """One job after another, in this process."""

    workers = 1

    def completed(self, function: Function, jobs: Iterable[Job]) -> Iterator[tuple[int, StateDict]]:
        """Run each when its result is asked for."""
        for number, job in enumerate(jobs):
            yield number, done(function, json.dumps(job))


def in_order(completed: Iterable[tuple[int, StateDict]]) -> Iterator[StateDict]:
    """Results by their numbers 0, 1, ..., each as soon as those before it are there."""
    early: dict[int, StateDict] = {}
    due = 0
    for number, result in completed:
        early[number] = result
        while due in early:
            yield early.pop(due)
            due += 1


def done(function: Function, text: str) -> StateDict:
    """What a job comes to, in whatever process.

    Args:
        function: does it.
        text: the job as JSON.
    """
    return function(json.loads(text))
