"""Files that are there whole or not at all, and that show whether they are as they were written.

    with replacing(path) as partial:      # beside, synced, renamed
        figure.savefig(partial)

A *seal* says the version of the format and the SHA-256 of all the rest: a text's first line, a zip
file's comment, or the `seal` of a JSON object. Files from before there were seals have none, and
are read unchecked.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from .errors import CannotWrite, one_line
from .text import shown

FORMAT = 1
"""The version of all that is sealed; counted up where an older one cannot be read any more."""

PARTIAL = ".partial-"
"""Begins the names of files that are being written."""

SEALED = "seal"
"""The key of the seal in a JSON object."""

_SEAL = re.compile(rb"scg-envs (\d+) sha256 ([0-9a-f]{64})\Z")
_DEEPEST = 100  # levels of JSON of whoever
_LONGEST_SEAL = 128  # bytes, with room for the digits of the version


def cause(error: Exception) -> str:
    """Why a file could not be read or written, without the file's name."""
    strerror = getattr(error, "strerror", None)
    return shown(str(strerror)) if strerror else one_line(error)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Name the path and the cause where writing to it fails.

    Raises:
        CannotWrite: a full disk, a folder that is read-only or gone, a file too large, ...
    """
    try:
        yield
    except OSError as error:  # a program's broken pipe among them, which is no `scg ... | head`
        raise CannotWrite(
            f"{path} cannot be written ({cause(error)}); mend that, or choose another `out`."
        ) from error


_held: dict[Path, tuple[int, int]] = {}  # folders that are written into, as they were then


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Write below a folder as long as it is the one that it was at the beginning of the block.

    If it is moved or deleted meanwhile, `replacing` makes none anew in its place.
    """
    whole, found = folder.absolute(), folder.stat()
    _held[whole] = found.st_dev, found.st_ino
    try:
        yield
    finally:
        _held.pop(whole, None)


def _check_held(path: Path) -> None:
    """See that the folders above a path that are held are those that they were.

    Raises:
        CannotWrite: one has been moved or deleted.
    """
    for folder, key in list(_held.items()):
        if folder in path.parents:
            try:
                found = folder.stat()
            except FileNotFoundError:
                found = None
            if found is None or (found.st_dev, found.st_ino) != key:
                raise CannotWrite(
                    f"{folder} was moved or deleted while it was written into; move it back, or go "
                    "on with it under its new name."
                )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file so that a reader, and whoever comes after a crash, finds the old or the new one.

    Links are replaced, not followed; the folder is made if need be.

    Yields:
        The path to write to: in the same folder, absolute, with the same suffix.

    Raises:
        CannotWrite: it cannot be written; what was there stays.
    """
    whole = path.absolute()  # a program that is given it takes no name such as -x for an option
    partial = whole.with_name(f"{PARTIAL}{secrets.token_hex(4)}{path.suffix}")
    with writing(path):
        _check_held(whole)
        try:
            whole.parent.mkdir(parents=True, exist_ok=True)
            yield partial
            _sync(partial)
            os.replace(partial, whole)
            _sync(whole.parent)
        finally:
            partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write text, as `replacing` does."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def sealed_text(text: str) -> str:
    """A text behind its seal, which a `#` makes a comment."""
    return f"# {_seal_of(text.encode())}\n{text}"


def check_text(text: str) -> None:
    """See whether a text is as `sealed_text` made it, if it has a seal.

    Raises:
        ValueError: it is not; the message says so without naming a file.
    """
    first, _, rest = text.partition("\n")
    found = _SEAL.search(first.encode())
    if found is not None:
        _check(found, rest.encode())


def sealed_json(value: dict[str, Any]) -> str:
    """A JSON object with its seal, as text."""
    return json.dumps({**value, SEALED: _seal_of(_canonical(value))}, indent=2) + "\n"


def write_sealed_json(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON object with its seal, as `replacing` does; `read_sealed_json` reads it.

    Raises:
        CannotWrite: it cannot be written; what was there stays.
    """
    write_text(path, sealed_json(value))


def names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, as `object_pairs_hook`.

    Raises:
        ValueError: a name is given twice, so that nobody knows which value was meant.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} is given twice")
        found[name] = value
    return found


def read_json(text: str) -> Any:
    """What a JSON text of whoever says.

    Raises:
        ValueError: it is none, is nested too deeply to be shown in a message, has a number of more
            digits than Python converts, or gives a name twice.
    """
    try:
        value = json.loads(text, object_pairs_hook=names_once)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level = [value]
    for _ in range(_DEEPEST):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return value
    raise ValueError("it is nested too deeply")


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def read_sealed_json(path: Path) -> dict[str, Any]:
    """A JSON object without its seal, which is checked if it has one.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged, or no JSON object.
    """
    value = read_json(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")
    found = _SEAL.search(str(value.pop(SEALED, "")).encode())
    if found is not None:
        _check(found, _canonical(value))
    return value


def _canonical(value: dict[str, Any]) -> bytes:
    plain = json.loads(json.dumps(value))
    return json.dumps(plain, sort_keys=True).encode()


def seal_zip(path: Path) -> None:
    """Seal a zip file, by its comment."""
    with ZipFile(path, "a") as archive:
        archive.comment = _seal_of(b"").encode()
    content = path.read_bytes()
    start = content[: -len(_seal_of(b""))]
    with path.open("r+b") as file:
        file.seek(len(start))
        file.write(_seal_of(start).encode())


def check_zip(path: Path) -> None:
    """See whether a zip file is as `seal_zip` left it, or whole if it has no seal.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged; the message says so without naming the file.
    """
    content = path.read_bytes()
    found = _SEAL.search(content[-_LONGEST_SEAL:])
    if found is not None:
        _check(found, content[: len(content) - len(found[0])])
        return
    try:
        with ZipFile(path) as archive:
            broken = archive.testzip()
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ValueError(f"it is damaged, or no zip file ({one_line(error)})") from error
    if broken is not None:
        raise ValueError(f"it is damaged: its part {broken!r} is not as it was written")


def _seal_of(content: bytes) -> str:
    return f"scg-envs {FORMAT} sha256 {hashlib.sha256(content).hexdigest()}"


def _check(found: re.Match[bytes], content: bytes) -> None:
    """Compare a seal with what it is of."""
    if int(found[1]) > FORMAT:
        raise ValueError(f"it is of format {int(found[1])}, of a newer version of scg-envs")
    if hashlib.sha256(content).hexdigest().encode() != found[2]:
        raise ValueError("it is damaged: it is not as it was written")


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
