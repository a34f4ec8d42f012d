"""Ctrl-C while the `scg` command is still importing ends it at once, without a traceback.

Imported first of all: what follows takes a quarter of a second, in which a `KeyboardInterrupt`
would come out of the middle of numpy. Whoever imports the package otherwise notices nothing.
"""

import signal
import sys
import threading
from pathlib import Path

_MODULE = "scg_envs.train"  # `python -m scg_envs.train`


def _is_the_command() -> bool:
    script = Path(sys.argv[0]).name if sys.argv else ""
    if script == "-m":
        return sys.orig_argv[1:3] == ["-m", _MODULE]
    return script in ("scg", "scg.exe", "scg-script.py")


def began() -> None:
    """From now on Ctrl-C, and SIGTERM, are a `KeyboardInterrupt`, for the command to catch."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)


if (
    _is_the_command()
    and threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
    signal.signal(signal.SIGINT, signal.SIG_DFL)
