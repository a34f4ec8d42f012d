"""Files of every format that is read, changed at random: a value, or one of our errors in a line.

What a stranger sends is mostly a whole file with a few wrong places; so each of these begins as a
file of ours, without its seal, and is cut, doubled, flipped, or given what Python, JSON and YAML
trip over.
"""

from __future__ import annotations

import io
import random
import shutil
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np

from scg_envs.core.errors import ScgError

_DEEP, _READ = 3000, 900  # deeper than Python reads JSON, and just not
_TOKENS: tuple[bytes, ...] = (
    *(b"0", b"-1", b"1e308", b"-1e999", b"9" * 5000, b"1/0", b"nan", b"Infinity", b"null", b"true"),
    *(b"[", b"]", b"{", b"}", b'"', b"'", b":", b",", b"\n", b"\r", b"\t", b" ", b"#", b"\x00"),
    *(b"\xff", b"\xed\xa0\x80", "\u202e".encode(), b"\x1b[2J", "٣".encode(), b"\\ud800", b"\\"),
    *(b"[" * _DEEP, b'{"a":' * _DEEP, b"&a [*a]", b"*a", b"!!python/name:os.system", b"<<: *a"),
    *(b"[" * _READ + b"]" * _READ, b'{"a":' * _READ + b"0" + b"}" * _READ),
    *(b"x" * 10_000, b"{}", b"[]", b"- ", b"? ", b"---\n", b"1_000", b"0x10", b"1e400", b"~"),
)


def mutated(content: bytes, draw: random.Random) -> bytes:
    """A file's content with one to four changes."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        start = draw.randrange(len(content) + 1)
        end = min(len(content), start + draw.choice((0, 1, 1, 2, 8, 64)))
        which = draw.randrange(7)
        if which == 0 and content:  # a bit
            place = draw.randrange(len(content))
            flipped = content[place] ^ (1 << draw.randrange(8))
            content = content[:place] + bytes([flipped]) + content[place + 1 :]
        elif which == 1:  # cut
            content = content[:start]
        elif which == 2:  # a piece lost
            content = content[:start] + content[end:]
        elif which == 3:  # a piece twice
            content = content[:end] + content[start:]
        elif which == 4:  # a piece of elsewhere
            place = draw.randrange(len(content) + 1)
            content = content[:start] + content[place : place + 16] + content[end:]
        else:
            content = content[:start] + draw.choice(_TOKENS) + content[end:]
    return content


def mutated_arrays(content: bytes, draw: random.Random) -> bytes:
    """An `.npz` with one array, or the text in one, changed; it is whole and has no seal."""
    with np.load(io.BytesIO(content)) as read:
        arrays = dict(read)
    name = draw.choice(sorted(arrays))
    array = arrays[name]
    if array.dtype.kind == "U":
        text = mutated(array.item().encode(), draw).decode("utf-8", "replace")
        arrays[name] = np.array(text.replace("\x00", "0"))
    else:
        changes: tuple[Callable[[], Any], ...] = (
            lambda: array[..., None],
            lambda: array.ravel()[:-1],
            lambda: array.astype(str),
            lambda: np.full(array.shape, np.nan),
            lambda: np.full(array.shape, -1),
            lambda: np.full(array.shape, 2**62),
            lambda: array.astype(np.complex128),
            lambda: np.zeros((0, 3)),
            lambda: arrays[draw.choice(sorted(arrays))],
        )
        arrays[name] = draw.choice(changes)()
    if draw.random() < 0.05:
        del arrays[name]
    written = io.BytesIO()
    np.savez(written, **arrays)
    return written.getvalue()


def mutated_parts(content: bytes, draw: random.Random) -> bytes:
    """A zip file with one part changed; it is whole."""
    with ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(parts))
    parts[name] = mutated(parts[name], draw)
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


@dataclass(frozen=True)
class Format:
    """A format of files.

    Attributes:
        make: makes valid files of it in a folder, and returns the one that is changed.
        read: reads the changed file.
        change: changes its content.
        writes: whether reading may write into the file's folder, which is made anew then.
    """

    make: Callable[[Path], Path]
    read: Callable[[Path], Any]
    change: Callable[[bytes, random.Random], bytes] = mutated
    writes: bool = False


def check_format(name: str, made: Format, folder: Path, times: int, seed: int = 0) -> Counter[str]:
    """Read so many changed files of a format.

    Args:
        name: what the format is called.
        made: the format.
        folder: where to work, which is made; files that broke a reader are left there.
        times: how many files.
        seed: of the changes.

    Returns:
        How many were values, how many one of our errors, and each other exception.
    """
    counted, draw = Counter[str](), random.Random(f"{name} {seed}")
    folder.mkdir(parents=True)
    path = made.make(folder)
    content = path.read_bytes()
    kept = folder / "kept"
    if made.writes:
        shutil.copytree(path.parent, kept)
    made.read(path)
    for _ in range(times):
        if made.writes:
            shutil.rmtree(path.parent)
            shutil.copytree(kept, path.parent)
        changed = made.change(content, draw)
        path.write_bytes(changed)
        came = _came(made.read, path)
        if came not in GOOD and not counted[came]:
            (folder / f"wrong-{len(counted)}").write_bytes(changed)
        counted[came] += 1
    return counted


GOOD = ("values", "our errors")


def _came(read: Callable[[Path], Any], path: Path) -> str:
    said = io.StringIO()
    try:
        with warnings.catch_warnings(), redirect_stdout(said), redirect_stderr(said):
            warnings.simplefilter("ignore")
            read(path)
    except ScgError as error:
        return "our errors" if str(error).isprintable() else "not one line"
    except Exception as error:  # what is looked for
        return f"{type(error).__name__}: {str(error)[:120]}"
    return "values"
