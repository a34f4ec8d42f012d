"""One owner a folder: who writes into it holds a lock, which ends with the process.

with owned(Path("runs/barrier")):
    ...                                 # a second process is refused in one line meanwhile
"""

from __future__ import annotations

import json
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from ...core.errors import RunFolderError
from ...core.files import PARTIAL, holding, read_json, writing

try:
    import fcntl
except ImportError:  # no such locks on Windows; there nothing keeps a second process out
    fcntl = None  # type: ignore[assignment]

LOCK = ".scg-lock"
_LONGEST = 4096  # bytes of a lock's text: more is not ours

_held: dict[tuple[int, int], int] = {}  # the folders that this process owns, by their thread


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Own a folder: make it if it is not there, and keep every other process and thread out.

    Who owns it already may own it again. What a process that was killed was writing is deleted. A
    folder that was made and into which nothing was written goes again.

    Raises:
        RunFolderError: another process owns it, which is named, or its lock is a link.
        CannotWrite: it cannot be made or locked.
    """
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        found = folder.stat()
    key = found.st_dev, found.st_ino
    if _held.get(key) == threading.get_ident():
        yield
        return
    path = folder / LOCK
    if path.is_symlink():
        raise RunFolderError(f"{path} is a link, which a lock never is; delete it.")
    try:
        with writing(path):
            number = _lock(path, folder)
    except BaseException:
        _remove(made)
        raise
    _held[key] = threading.get_ident()
    try:
        for rest in folder.glob(f"{PARTIAL}*"):
            with suppress(OSError):
                rest.unlink()
        with holding(folder):
            yield
    finally:
        del _held[key]
        with suppress(OSError):
            path.unlink()  # while it is locked: whoever waits for it sees that it is gone
        os.close(number)
        _remove(made)


def _remove(made: list[Path]) -> None:
    """Remove those folders, the innermost first, into which nothing was written."""
    with suppress(OSError):
        for one in made:
            one.rmdir()


def _lock(path: Path, folder: Path) -> int:
    """The descriptor of the lock file, which is locked as long as that is open."""
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        try:
            if fcntl is not None:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(number), path.stat()):
                os.ftruncate(number, 0)
                os.write(number, json.dumps(_myself()).encode())
                return number
        except BlockingIOError:
            owner = _owner(number)
            os.close(number)
            raise RunFolderError(
                f"{folder} is in use by {owner}; wait until that has ended, or choose another "
                "`out`."
            ) from None
        except BaseException:
            os.close(number)
            path.unlink(missing_ok=True)  # nobody else has it
            raise
        os.close(number)  # its owner has just ended and deleted it


def _myself() -> dict[str, Any]:
    began = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"process": os.getpid(), "machine": platform.node(), "since": began}


def _owner(number: int) -> str:
    """Who holds a lock, in words."""
    try:
        kept = read_json(os.pread(number, _LONGEST, 0).decode())
        return f"process {kept['process']} on {kept['machine']} since {kept['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
