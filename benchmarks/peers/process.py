"""A peer in a process of its own environment, which plays whenever it is asked."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from .adapters import FOLDER, python_of


class PeerFailed(Exception):
    """A peer's process has ended; the message is the last thing that it said."""


class Peer:
    """Runs an adapter; the process ends with this one, or when it is no longer referenced."""

    def __init__(self, adapter: Path, batch: int, loop: str = "") -> None:
        """Start it; with `LOOP`, it plays in a compiled loop."""
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [str(python_of(adapter)), str(FOLDER / "worker.py"), adapter.stem, str(batch), loop],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def run(self) -> int:
        """Let it play once; returns how many joint steps that was.

        Raises:
            PeerFailed: it has ended instead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        said = ""
        try:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
            said = self._process.stdout.readline()
        except BrokenPipeError:
            pass
        if not said:
            self._process.wait()
            self._errors.seek(0)
            raise PeerFailed((self._errors.read().strip() or "it said nothing").splitlines()[-1])
        return int(said)

    def __del__(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()
