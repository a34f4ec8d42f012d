"""Settings in a YAML file, which says whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .yaml_text import read_yaml_text

COMMAND = "command"  # the key that says which command's settings a file holds


def read_yaml(path: Path) -> tuple[str | None, dict[str, Any]]:
    """The command, if one is named, and settings, in a YAML file, or in JSON, which is YAML.

    Raises:
        FileNotFoundError, OSError: it is not there, or cannot be read.
        ValueError: it is no such file.
    """
    kept = read_yaml_text(path.read_text(encoding="utf-8"))
    if kept is None:
        raise ValueError("it is empty; expected settings by name")
    if not isinstance(kept, dict):
        raise ValueError(f"it holds {type(kept).__name__}, not settings by name")
    if kept.pop("words", None) is not None:
        raise ValueError("it is a search in words of an earlier version; begin it anew")
    return kept.pop(COMMAND, None), kept


def yaml_text(command: str, settings: Mapping[str, Any]) -> str:
    """A command's settings, as JSON types, for `read_yaml`."""
    import yaml

    text: str = yaml.safe_dump({COMMAND: command, **settings}, sort_keys=False, allow_unicode=True)
    return text
