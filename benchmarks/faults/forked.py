"""A command in a process that is forked from this one, where all is imported and compiled already.

Such a process is at its work at once, so that a kill falls into what is computed and written, and
several hundred of them take minutes. It does what one started anew does from there on: what it
leaves when it is killed depends on files alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NoReturn

from scg_envs.train.cli import main as scg

_EVERY = 0.002  # seconds between two looks at whether it has ended


class Forked:
    """A forked process that runs `scg`, with as much of `subprocess.Popen` as is used here.

    Attributes:
        pid: its id, and that of its session.
        returncode: its exit code, negative where a signal ended it; None as long as it runs.
    """

    def __init__(self, words: Sequence[object], where: Path | None = None) -> None:
        """Fork it.

        Args:
            words: the command's, without `scg`.
            where: its working directory; this one's if left out.
        """
        self._said, self._complained = (tempfile.TemporaryFile("w+b") for _ in range(2))  # noqa: SIM115
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _run(words, where, self._said, self._complained)

    def poll(self) -> int | None:
        """Its exit code, if it has ended."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def kill(self) -> None:
        """Send SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it printed and what it complained about, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it runs on after so many seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() >= end:
                raise subprocess.TimeoutExpired("scg", timeout or 0)
            time.sleep(_EVERY if end is None else max(0, min(_EVERY, end - time.monotonic())))
        return _content(self._said), _content(self._complained)


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _run(
    words: Sequence[object], where: Path | None, said: IO[bytes], complained: IO[bytes]
) -> NoReturn:
    """Be the process: never come back to what the parent was about."""
    code = 1
    try:
        os.setsid()
        os.chdir(where or Path.cwd())
        os.dup2(said.fileno(), 1)
        os.dup2(complained.fileno(), 2)
        code = scg([str(word) for word in words])
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
