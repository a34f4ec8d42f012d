"""What participants answered, kept: one row an answer, written before the page is answered.

A participant is a number, and a secret that its page holds; nothing else is known of it. Its place
in the study is what its answers, given again in their order, lead to (`course`), so that there is
no state beside them that could be lost or disagree.
"""

from __future__ import annotations

import json
import re
import secrets
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import scrypt
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import InvalidArgument, ScgError
from ...core.extras import require
from ...core.files import cause
from .plan import Study

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Engine

VERSION = 1
"""Of the tables."""
SECRET = 16  # bytes, as those of a random UUID


class StoreError(ScgError):
    """The database cannot be read or written; what was there stays."""


class Taken(ScgError):
    """The answer to this step is there already."""


class Full(ScgError):
    """No more participants are let in."""


@dataclass(frozen=True)
class Participant:
    """Somebody who takes part.

    Attributes:
        number: 0, 1, ... in the order of their beginnings; decides what they meet.
        secret: what its page shows to go on.
        began: when, seconds since 1970.
    """

    number: int
    secret: str
    began: float


@dataclass(frozen=True)
class Answer:
    """What a participant answered to a step.

    Attributes:
        step: 0, 1, ... of its own.
        body: the answer, JSON.
        at: when it came, seconds since 1970.
    """

    step: int
    body: Any
    at: float


class Store:
    """The database of one study.

    Attributes:
        url: where it is, without a password.
        token: what lets a participant in.
        password: of the experimenter's pages; None but where it was made, as the database keeps
            no more than a hash of it.
    """

    def __init__(self, url: str, study: Study, *, new: bool = True) -> None:
        """Open the study's database, or make it.

        Args:
            url: as SQLAlchemy has it, such as sqlite:///study.db.
            study: what is run.
            new: whether the study may begin there, and go on; if not, it is only read.

        Raises:
            InvalidArgument: the address is none, or the database is of another study, or, where it
                is only read, of none, or not there.
            StoreError: it cannot be read, or written unless it is only read.
        """
        require("a study", "sqlalchemy", extra="play")
        import sqlalchemy as sql

        self._sql = sql
        try:
            # A connection that has gone meanwhile is noticed before somebody's answer meets it.
            self._engine: Engine = sql.create_engine(url, pool_pre_ping=True)
        except (sql.exc.ArgumentError, ImportError, ValueError) as error:
            raise InvalidArgument(
                f"database is {_without_password(url)!r}: {_why(error)}; expected such as "
                "sqlite:///study.db, and a driver that is installed."
            ) from error
        if not new:
            self._check_there()
        # Whoever forgets a store leaves no connection open, of which Python 3.13 warns.
        weakref.finalize(self, self._engine.dispose)
        self.url = self._engine.url.render_as_string(hide_password=True)
        if self._engine.dialect.name == "sqlite":
            sql.event.listen(self._engine, "connect", _durable if new else _patient)
        self._tables()
        self.password: str | None = None
        with self._begun() as connection:
            if new:
                self._metadata.create_all(connection)
            kept: dict[str, Any] = {}
            if sql.inspect(connection).has_table(self._study.name):
                kept |= connection.execute(sql.select(self._study)).mappings().first() or {}
            if not kept and not new:
                raise InvalidArgument(f"{self.url} holds no study; give the database of this one.")
            if not kept:
                self.password = secrets.token_urlsafe(SECRET)
                kept = self._first(study, self.password)
                connection.execute(sql.insert(self._study).values(kept))
            elif new:  # what cannot be written is refused before anybody comes
                same = {"version": kept["version"]}
                connection.execute(sql.update(self._study).values(same))
        if kept["version"] != VERSION or kept["digest"] != study.digest():
            raise InvalidArgument(
                f"{self.url} holds the answers to another study, {kept['title']!r}, or to other "
                "settings of it; give another database."
            )
        with self._as_written():
            self.token = str(kept["token"])
            self._salt, self._hash = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["password"])

    def _check_there(self) -> None:
        """See that a database that is a file is there, for SQLite makes one where there is none.

        Raises:
            InvalidArgument: it is not.
        """
        url = self._engine.url
        path = url.database or ""
        own = url.get_backend_name() == "sqlite" and path and not path.startswith(("file:", ":"))
        if own and not Path(path).exists():
            raise InvalidArgument(f"there is no {path}; give the database of this study.")

    def _tables(self) -> None:
        sql = self._sql
        self._metadata = sql.MetaData()
        self._study = sql.Table(
            "study",
            self._metadata,
            sql.Column("version", sql.Integer, primary_key=True),
            sql.Column("digest", sql.String(64), nullable=False),
            sql.Column("title", sql.Text, nullable=False),
            sql.Column("settings", sql.Text, nullable=False),
            sql.Column("token", sql.String(32), nullable=False),
            sql.Column("salt", sql.String(64), nullable=False),
            sql.Column("password", sql.String(128), nullable=False),
        )
        self._participants = sql.Table(
            "participants",
            self._metadata,
            sql.Column("number", sql.Integer, primary_key=True, autoincrement=False),
            sql.Column("secret", sql.String(32), nullable=False, unique=True),
            sql.Column("began", sql.Float, nullable=False),
        )
        self._answers = sql.Table(
            "answers",
            self._metadata,
            sql.Column("participant", sql.ForeignKey("participants.number"), primary_key=True),
            sql.Column("step", sql.Integer, primary_key=True, autoincrement=False),
            sql.Column("body", sql.Text, nullable=False),
            sql.Column("at", sql.Float, nullable=False),
        )

    def renew_password(self) -> None:
        """Make another password in place of the one that was.

        Raises:
            StoreError: see `StoreError`.
        """
        self.password = secrets.token_urlsafe(SECRET)
        row = _hash_of(self.password)
        with self._begun() as connection:
            connection.execute(self._sql.update(self._study).values(row))
        self._salt, self._hash = bytes.fromhex(row["salt"]), bytes.fromhex(row["password"])

    def _first(self, study: Study, password: str) -> dict[str, Any]:
        return {
            "version": VERSION,
            "digest": study.digest(),
            "title": study.title,
            "settings": json.dumps(study.to_json()),
            "token": secrets.token_urlsafe(SECRET),
            **_hash_of(password),
        }

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        """A transaction, committed at the end of the block.

        Raises:
            StoreError: the database does not take it; nothing of it is kept.
        """
        sql = self._sql
        try:
            with self._engine.begin() as connection:
                yield connection
        except sql.exc.IntegrityError:
            raise
        except sql.exc.DBAPIError as error:
            why = _why(error.orig)
            raise StoreError(f"{self.url}: {why}; what was kept before stays.") from error
        except UnicodeDecodeError as error:  # a message of SQLite's may quote what is no text
            raise self._damaged(error) from error

    @contextmanager
    def _as_written(self) -> Iterator[None]:
        """Read what the database keeps.

        Raises:
            StoreError: it is nothing that was written here.
        """
        try:
            yield
        except (OverflowError, RecursionError, TypeError, ValueError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> StoreError:
        return StoreError(f"{self.url} is damaged ({cause(error)}); take an earlier copy of it.")

    def admits(self, password: str) -> bool:
        """Whether it is the experimenter's."""
        return compare_digest(_hashed(password, self._salt), self._hash)

    def begin(self, most: int) -> Participant:
        """Let somebody in.

        Args:
            most: how many are let in.

        Raises:
            Full: they are all here.
            StoreError: see `StoreError`.
        """
        sql = self._sql
        while True:
            count, number = self._places()
            if count >= most:
                raise Full(f"all {most} places of this study are taken.")
            found = Participant(number, secrets.token_urlsafe(SECRET), _now())
            try:
                with self._begun() as connection:
                    connection.execute(sql.insert(self._participants).values(vars(found)))
            except sql.exc.IntegrityError:  # somebody else was let in at the same moment
                continue
            return found

    def _places(self) -> tuple[int, int]:
        """How many are let in, and the next number: after the last, as somebody may be struck."""
        sql, number = self._sql, self._participants.c.number
        query = sql.select(sql.func.count(), sql.func.coalesce(sql.func.max(number) + 1, 0))
        with self._begun() as connection:
            count, after = connection.execute(query.select_from(self._participants)).one()
        return int(count), int(after)

    def find(self, secret: str) -> Participant | None:
        """Whose secret it is; None if nobody's."""
        table = self._participants
        return next(iter(self._people(table.c.secret == secret)), None)

    def participants(self) -> list[Participant]:
        """All of them, by number."""
        return self._people(self._sql.true())

    def _people(self, which: ColumnElement[bool]) -> list[Participant]:
        sql, table = self._sql, self._participants
        query = sql.select(table).where(which).order_by(table.c.number)
        with self._begun() as connection:
            rows = list(connection.execute(query).mappings())
        with self._as_written():
            return [
                Participant(_place(row["number"]), str(row["secret"]), float(row["began"]))
                for row in rows
            ]

    def keep(self, number: int, step: int, body: Any) -> float:
        """Write an answer; when this returns, it survives the end of this process.

        Returns:
            When it came.

        Raises:
            Taken: the step is answered.
            StoreError: see `StoreError`; where the connection broke it may be there all the same,
                and is `Taken` when it comes again.
        """
        sql, at = self._sql, _now()
        row = {"participant": number, "step": step, "body": json.dumps(body), "at": at}
        try:
            with self._begun() as connection:
                connection.execute(sql.insert(self._answers).values(row))
        except sql.exc.IntegrityError as error:
            raise Taken(f"step {step} is answered already.") from error
        return at

    def answers(self) -> dict[int, list[Answer]]:
        """What everybody answered, in order, by number."""
        found: dict[int, list[Answer]] = {one.number: [] for one in self.participants()}
        for number, answer in self._read(None):
            if number in found:  # not of somebody who was struck by another program
                found[number].append(answer)
        return found

    def answers_of(self, number: int) -> list[Answer]:
        """What one participant answered, in order."""
        return [answer for _, answer in self._read(number)]

    def _read(self, number: int | None) -> list[tuple[int, Answer]]:
        sql, table = self._sql, self._answers
        query = sql.select(table).order_by(table.c.participant, table.c.step)
        if number is not None:
            query = query.where(table.c.participant == number)
        with self._begun() as connection:
            rows = list(connection.execute(query).mappings())
        with self._as_written():
            return [
                (
                    _place(row["participant"]),
                    Answer(_place(row["step"]), json.loads(row["body"]), float(row["at"])),
                )
                for row in rows
            ]

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _why(error: BaseException | None) -> str:
    """What a database says, in one line."""
    return " ".join(str(error).split())


def _place(kept: Any) -> int:
    """A participant's number, or a step's; SQLite keeps anything in any column."""
    number = int(kept)
    if number != kept or number < 0:
        raise ValueError(f"{str(kept)[:20]!r} is no number of a participant or a step")
    return number


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/@]*:)[^/]*@", r"\1***@", url)


def _durable(connection: Any, record: Any) -> None:
    """Readers do not wait for the writer, and what is committed survives the server's end.

    A power cut may cost the last moments, and nothing that was before: syncing each answer would
    make twenty participants wait for one another.
    """
    _patient(connection, record)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _patient(connection: Any, record: Any) -> None:
    """Wait for whoever writes; change nothing of the file."""
    connection.execute("PRAGMA busy_timeout=10000")


def _hash_of(password: str) -> dict[str, str]:
    """What is kept of a password."""
    salt = secrets.token_bytes(SECRET)
    return {"salt": salt.hex(), "password": _hashed(password, salt).hex()}


def _hashed(password: str, salt: bytes) -> bytes:
    return scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


def _now() -> float:
    return datetime.now(UTC).timestamp()
