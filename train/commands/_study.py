"""What the commands of studies do alike."""

from __future__ import annotations

from pathlib import Path

from ...core.errors import InvalidArgument
from ..study.games import Games
from ..study.plan import Study, read_study
from ..study.store import Store

NEEDED = ("starlette", "uvicorn", "websockets", "jinja2", "markdown", "sqlalchemy")


def opened(file: Path, database: str | None, *, new: bool = True) -> tuple[Study, Store, Games]:
    """A study, its database and what is played.

    Args:
        file: the study's.
        database: its address; FILE.db in this folder if None.
        new: whether the study may begin in the database, and go on; if not, it is only read.

    Raises:
        InvalidArgument: one of them cannot be.
        StoreError: the database cannot be read or written.
    """
    games = Games(read_study(file))
    study = games.study
    path = Path(f"{file.stem}.db")
    if not new and database is None and not path.exists():  # sooner than an address would say it
        raise InvalidArgument(
            f"there is no {path} in this folder; give the study's `database`, or run the study."
        )
    address = f"sqlite:///{path}" if database is None else database
    return study, Store(address, study, new=new), games
