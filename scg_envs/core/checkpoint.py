"""State that can be kept: JSON types and arrays, in a file that nothing is run to read.

A *state* is a tree of dictionaries with string keys, lists, numbers, strings, booleans, None and
numpy arrays. Objects that can be kept have `state_dict`, which returns one, and `load_state_dict`,
which goes on from it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import IO, Any, TypeAlias
from zipfile import ZIP_STORED, ZipFile

import numpy as np

from .files import check_zip, replacing, seal_zip

StateDict: TypeAlias = dict[str, Any]

LARGEST = 2**26
"""Bytes of the arrays of a file that somebody gives; more are no network of ours."""

_ARRAY = "array:"  # begins the string that stands in the JSON for an array
_TEXT = "text:"  # begins every other string, so that none is taken for one
_TREE = "tree"


def write_state(path: Path, state: StateDict) -> None:
    """Write a state as numpy's `.npz`: the arrays, and a JSON text that says where each belongs.

    The file is sealed, and is there whole or not at all (`scg_envs.core.files`).

    Args:
        path: the file, with its suffix.
        state: what to keep.

    Raises:
        TypeError: it holds what is no part of a state.
        CannotWrite: the file cannot be written; an older one stays.
    """
    with replacing(path) as partial:
        with partial.open("wb") as file:
            _save(file, state)
        seal_zip(partial)


def read_state(path: Path) -> StateDict:
    """The state that `write_state` wrote; nothing in the file is run.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is none of these files, or damaged, or of a newer version.
    """
    check_zip(path)
    try:
        with ZipFile(path) as archive:
            if any(part.compress_type != ZIP_STORED for part in archive.infolist()):
                raise ValueError("its parts are compressed, which may unpack to anything")
            if sum(part.file_size for part in archive.infolist()) > path.stat().st_size:
                raise ValueError("its parts are longer than it is")
        state = _load(path)
    except Exception as error:  # zipfile, zlib, json, numpy: whatever damage makes them raise
        # Its own words would not help: numpy's advise to load pickles.
        raise ValueError(f"it is damaged, or no kept state ({type(error).__name__})") from error
    return state


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` of whoever, by name; nothing in the file is run.

    Raises:
        OSError: it cannot be read.
        ValueError: it is none, damaged, or larger than `LARGEST` bytes when unpacked.
    """
    try:
        with ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                raise ValueError(f"it unpacks to more than {LARGEST:,} bytes")
        with np.load(path, allow_pickle=False) as read:
            return dict(read)
    except OSError:
        raise
    except Exception as error:  # zipfile, zlib, numpy: whatever damage makes them raise
        why = str(error) if type(error) is ValueError else type(error).__name__
        raise ValueError(f"it is damaged, or no .npz file of numbers ({why})") from error


def state_text(state: StateDict) -> str:
    """A state as a text, for jobs, which are JSON; `read_state_text` reads it.

    Raises:
        TypeError: it holds what is no part of a state.
    """
    written = io.BytesIO()
    _save(written, state)
    return base64.b64encode(written.getvalue()).decode()


def read_state_text(text: str) -> StateDict:
    """The state that `state_text` made a text of."""
    return _load(io.BytesIO(base64.b64decode(text)))


def _save(file: IO[bytes], state: StateDict) -> None:
    arrays: dict[str, np.ndarray] = {}
    tree = json.dumps(_packed(state, arrays))
    np.savez(file, **{_TREE: np.array(tree)}, **arrays)  # type: ignore[arg-type]


def _load(file: Path | IO[bytes]) -> StateDict:
    with np.load(file, allow_pickle=False) as read:
        state: StateDict = _unpacked(json.loads(read[_TREE].item()), read)
    return state


def _packed(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("arrays of objects cannot be kept")
        name = f"a{len(arrays)}"
        arrays[name] = value
        return _ARRAY + name
    if isinstance(value, str):
        return _TEXT + value
    if isinstance(value, dict):
        if any(not isinstance(key, str) for key in value):
            raise TypeError(f"keys of a state are strings; got {list(value)}")
        return {key: _packed(part, arrays) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_packed(part, arrays) for part in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _unpacked(value: Any, arrays: Any) -> Any:
    if isinstance(value, str):
        kind = next(kind for kind in (_ARRAY, _TEXT) if value.startswith(kind))
        rest = value.removeprefix(kind)
        return arrays[rest] if kind == _ARRAY else rest
    if isinstance(value, dict):
        return {key: _unpacked(part, arrays) for key, part in value.items()}
    if isinstance(value, list):
        return [_unpacked(part, arrays) for part in value]
    return value


def snapshot(value: Any) -> Any:
    """What to keep of an attribute: a copy of each array, in lists, tuples and dictionaries too."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return [snapshot(part) for part in value]
    if isinstance(value, dict):
        return {key: snapshot(part) for key, part in value.items()}
    return value


def restored(current: Any, kept: Any) -> Any:
    """What an attribute is set to; arrays of the same shape are written in place.

    Who reads an array by another name, as kernels' arguments do, goes on reading the same one.
    """
    if isinstance(current, tuple) and isinstance(kept, list):
        parts = [restored(one, two) for one, two in zip(current, kept, strict=True)]
        return current._make(parts) if hasattr(current, "_make") else tuple(parts)
    if isinstance(current, np.ndarray) and isinstance(kept, np.ndarray):
        if current.shape == kept.shape and current.dtype == kept.dtype:
            current[...] = kept
            return current
        return kept.copy()
    return kept


def digest(state: StateDict) -> str:
    """64 hexadecimal digits: SHA-256 of a state, whatever the order of its keys."""
    arrays: dict[str, np.ndarray] = {}
    tree = json.dumps(_packed(_sorted(state), arrays), sort_keys=True)
    hashed = hashlib.sha256(tree.encode())
    for array in arrays.values():
        hashed.update(f"{array.dtype.str}{array.shape}".encode())
        hashed.update(np.ascontiguousarray(array).tobytes())
    return hashed.hexdigest()


def _sorted(value: Any) -> Any:
    """The same state with its keys in order, by which arrays are numbered."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_sorted(part) for part in value]
    return value
