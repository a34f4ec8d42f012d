"""Recordings: a store of answers under the requests that they answered.

A run that was recorded can be replayed without a network, and gives the same to the last letter.
An answer's key is the SHA-256 of the canonical request (`Request.canonical`) with the sample's
index; the server's address is no part of it, so a replay needs no server at all. Only messages and
sampling settings are stored, never keys or headers, and known secrets are cut out of texts before.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from ...core.errors import InvalidRecordings, MissingRecording, UnknownName
from ...core.files import read_json
from .completion import one_line
from .request import Answer, Request, canonical_json

Mode = Literal["live", "record", "replay", "replay-only"]
MODES: dict[str, str] = {
    "live": "ask the server; read and write no recordings",
    "record": "ask the server, and record every answer, over an older one",
    "replay": "answer from the recordings, and ask and record what they lack",
    "replay-only": "answer from the recordings, and fail where they lack an answer",
}
assert set(MODES) == set(get_args(Mode))

_VERSION = 1
_WAIT_SECONDS = 60.0  # for another process that is writing
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT NOT NULL,
    sample INTEGER NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (key, sample)
) WITHOUT ROWID
"""


def check_mode(mode: str) -> Mode:
    """The mode, if it is one.

    Raises:
        UnknownName: it is none of `MODES`.
    """
    if mode not in MODES:
        raise UnknownName("mode of recording", mode, MODES)
    return mode  # type: ignore[return-value]


class Store:
    """One SQLite file of recordings, which threads and processes may share.

    Attributes:
        path: the file.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        """Open the file; it is made, with its folder, unless it is to be read alone.

        Raises:
            InvalidRecordings: no such file to read, not a store, or not to be written.
        """
        self.path = Path(path)
        self._read_only = read_only
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = -1
        if read_only and not self.path.exists():
            raise InvalidRecordings(
                f"{self.path} holds no recordings: there is no such file; record them first, in "
                "mode 'record' or 'replay' with a server."
            )
        with self._open() as connection:
            if not read_only:
                connection.execute(_TABLE)
                connection.execute(f"PRAGMA user_version = {_VERSION}")

    def get(self, request: Request, sample: int) -> Answer | None:
        """The recorded answer, or None.

        Raises:
            InvalidRecordings: the file cannot be read.
        """
        with self._open() as connection:
            row = connection.execute(
                "SELECT answer FROM answers WHERE key = ? AND sample = ?", (request.key(), sample)
            ).fetchone()
        if row is None:
            return None
        try:
            return Answer.from_json(read_json(row[0]))
        except (TypeError, ValueError):
            raise InvalidRecordings(f"{self.path} holds an answer that cannot be read.") from None

    def put(self, request: Request, sample: int, answer: Answer, *, replace: bool) -> Answer:
        """Record an answer.

        Args:
            request: what was asked.
            sample: which of its samples.
            answer: what came.
            replace: whether it takes the place of a recorded one. If not, and another process was
                first, its answer stays and is returned, so that both go on with the same.

        Raises:
            InvalidRecordings: the file cannot be written.
        """
        verb = "REPLACE" if replace else "IGNORE"
        with self._open() as connection:
            connection.execute(
                f"INSERT OR {verb} INTO answers VALUES (?, ?, ?, ?)",
                (request.key(), sample, request.canonical(), canonical_json(answer.to_json())),
            )
        if replace:
            return answer
        kept = self.get(request, sample)
        assert kept is not None
        return answer if kept.to_json() == answer.to_json() else kept

    def missing(self, request: Request, sample: int) -> MissingRecording:
        """The error that says which request has no answer here, and how to record one."""
        last = request.messages[-1]["content"] if request.messages else ""
        return MissingRecording(
            f"{self.path} lacks an answer to request {request.key()[:12]}, sample {sample}, of "
            f"model {request.model!r} (it ends in: {one_line(last[-120:])!r}); record it by "
            "running the same once in mode 'replay' with a server."
        )

    def __len__(self) -> int:
        with self._open() as connection:
            (count,) = connection.execute("SELECT count(*) FROM answers").fetchone()
        return int(count)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection, in a transaction that is committed at the end.

        SQLite's connections must not be carried into a forked process, so each has its own.
        """
        with self._lock:
            try:
                if self._connection is None or self._process != os.getpid():
                    # Closing the parent's connection here would drop the parent's locks.
                    self._inherited = self._connection
                    self._connection = self._connect()
                    self._process = os.getpid()
                with self._connection:
                    yield self._connection
            # A message of SQLite's may quote what is no text.
            except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
                raise InvalidRecordings(
                    f"{self.path} cannot be used as a store of recordings ({error}); give another "
                    "file."
                ) from error

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self._read_only else "rwc"
        if not self._read_only:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_WAIT_SECONDS,
            check_same_thread=False,
        )
        # Whoever forgets a store leaves no connection open, of which Python 3.13 warns.
        weakref.finalize(self, _close, connection, os.getpid()).atexit = False
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        if version not in (0, _VERSION) or (version == 0 and tables and "answers" not in tables):
            raise InvalidRecordings(f"{self.path} is a database, but no store of recordings.")
        return connection


def _close(connection: sqlite3.Connection, process: int) -> None:
    """Close a connection in the process that made it: in another it would drop that one's locks."""
    if process == os.getpid():
        connection.close()
