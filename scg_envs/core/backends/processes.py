"""Jobs in processes of this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import parent_process, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FrameType, TracebackType
from typing import Any

from .backend import Function, done
from .workers import Workers, one_thread


class Processes(Workers):
    """Jobs in worker processes, which begin with nothing of this one, and keep to a core each.

    They start with the first job and end with the `with` block, or when this process does, however
    that comes about. As a worker imports the script that was started, that must do its work under
    `if __name__ == "__main__":`.
    """

    lost = (BrokenProcessPool,)

    def __init__(self, workers: int | None = None) -> None:
        """See `Workers`."""
        super().__init__(workers)
        self._context = _Context()
        self._pool: ProcessPoolExecutor | None = None

    @property
    def workers(self) -> int:
        """How many there are at most."""
        return cores() if self._most is None else self._most

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers; after an error at once, in the middle of their work."""
        if self._pool is None:
            return
        if error is not None:
            for process in self._context.started:
                process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None
        self._context.started.clear()

    def submit(self, function: Function, text: str) -> Future[Any]:
        """Send a job; a pool that has lost a worker is broken as a whole, and replaced."""
        if self._pool is not None:
            try:
                return self._pool.submit(done, function, text)
            except BrokenProcessPool:
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._context.started.clear()
        self._pool = ProcessPoolExecutor(self.workers, self._context, _begin)
        return self._pool.submit(done, function, text)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Context(SpawnContext):
    """Starts processes that keep to a core each, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        process = _OneThread(*args, **kwargs)
        self.started.append(process)
        return process


class _OneThread(SpawnProcess):
    def start(self) -> None:
        with one_thread(), _unheard():  # libraries read it when they are imported
            super().start()


@contextmanager
def _unheard() -> Iterator[None]:
    """Who is started in the block hears no Ctrl-C, which a terminal sends to all, till `_begin`.

    In its imports it would be a traceback, and the end of the worker.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which would end the block's mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """In a new worker: the first Ctrl-C is the parent's, who lets the work end; a second kills.

    A parent that was killed leaves no worker behind.
    """
    signal.signal(signal.SIGINT, _second)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _second(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
