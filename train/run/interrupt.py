"""Ctrl-C that lets the work at hand finish, and says how to go on."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


class SearchInterrupted(KeyboardInterrupt):
    """Ctrl-C ended a search; what it had done is written, if it has a run folder."""

    def __init__(self, done: str, folder: Path | None) -> None:
        """Say what was `done` of a search, and how to go on with it."""
        message = f"stopped after {done}; "
        if folder is None:
            message += "nothing was written, since no `out` was given"
        else:
            message += f"go on with: {how_to_resume(folder)}"
        super().__init__(message)


def how_to_resume(folder: Path) -> str:
    """The call that goes on with a run; the command line reads it out as its own words."""
    return f"`resume({str(folder)!r})`"


def warn_unkept(what: str) -> None:
    """Say before something long is done that it will be lost."""
    print(
        f"scg: no folder is written: {what} is lost at the end, and everything at Ctrl-C",
        file=sys.stderr,
    )


class Stop:
    """Whether somebody asked to stop."""

    requested = False


@contextmanager
def stop_on_interrupt() -> Iterator[Stop]:
    """Turn the first Ctrl-C, or SIGTERM, into a request to stop, the second into an interrupt.

    Where it has been turned into something else already, that stands: by a sweep of which this
    search is one, or in a worker, whose work is ended by who has started it.
    """
    stop = Stop()
    ours = threading.current_thread() is threading.main_thread()  # no other may set handlers
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield stop
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.requested:
            raise KeyboardInterrupt
        stop.requested = True

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
