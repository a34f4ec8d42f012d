"""Settings as they are wherever a suite's or a user's own files lie."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FILES = ("game", "layout")  # whose values may be the whole paths of files
_DIGITS = 12  # of a file's hash


def unplaced(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with what a game's or layout's file holds in place of where it lies.

    Args:
        settings: a scenario's or a search's, as JSON.

    Raises:
        OSError: a file cannot be read.
    """
    return {name: _held(value) if name in _FILES else value for name, value in settings.items()}


def said(value: Any) -> str:
    """A value of `unplaced` in a message."""
    if isinstance(value, dict) and {*value} == {"file", "sha256"}:
        return f"{value['file']!r} of SHA-256 {value['sha256'][:_DIGITS]}"
    return repr(value)


def _held(value: Any) -> Any:
    """The name and digest of a file that is named by its whole path; other values as they are.

    Lines may end as a checkout on another system ends them.
    """
    if not isinstance(value, str) or not Path(value).is_absolute():
        return value
    content = Path(value).read_bytes().replace(b"\r\n", b"\n")
    return {"file": Path(value).name, "sha256": hashlib.sha256(content).hexdigest()}
