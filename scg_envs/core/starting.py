"""Ctrl-C, or SIGTERM, before the `scg` command has begun and after it has ended: a line, code 130.

Imported first of all: what follows takes a quarter of a second, in which a `KeyboardInterrupt`
would come out of the middle of numpy. What Python does before it imports this, and a signal that
comes then, is its own matter. Whoever imports the package otherwise notices nothing.
"""

import _thread
import atexit
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""

_MODULE = "scg_envs.train"  # `python -m scg_envs.train`
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SOON = 0.05  # seconds


def _is_the_command() -> bool:
    script = Path(sys.argv[0]).name if sys.argv else ""
    if script == "-m":
        return sys.orig_argv[1:3] == ["-m", _MODULE]
    return script in ("scg", "scg.exe", "scg-script.py")


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End in the middle of whatever is imported or cleared away: nothing is being written."""
    os.write(2, b"scg: interrupted\n")
    os._exit(INTERRUPTED)


def _may_be_heard() -> bool:
    """Whether signals are this thread's, and Ctrl-C is not ignored, as it is behind `nohup`."""
    ours = threading.current_thread() is threading.main_thread()
    return ours and signal.getsignal(signal.SIGINT) != signal.SIG_IGN


def began() -> None:
    """From now on Ctrl-C, and SIGTERM, are a `KeyboardInterrupt`, for the command to catch."""
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            if signal.getsignal(number) in (signal.SIG_DFL, _leave):
                signal.signal(number, signal.default_int_handler)
        if _is_the_command():
            sys.unraisablehook = _once_more


def _once_more(lost: "sys.UnraisableHookArgs") -> None:
    """Let an interrupt come again that Python has dropped, as where one falls into a fork."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    timer = threading.Timer(_SOON, _thread.interrupt_main)
    timer.daemon = True
    timer.start()


def ended() -> None:
    """From now on they end the process at once, if it is the command's: its work is done."""
    if _is_the_command() and _may_be_heard():
        for number in _SIGNALS:
            signal.signal(number, _leave)


def _last() -> None:
    """Python gives handlers up before it has ended; what is ignored stays ignored."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


if _is_the_command() and _may_be_heard():
    atexit.register(_last)  # the first one, which is called last
    ended()
