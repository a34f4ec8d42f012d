"""The settings of a run, of either algorithm, in the file of its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from ..search.config import SearchConfig
from ..verbal.config import TalkConfig
from .settings_file import read_yaml, yaml_text

RunConfig: TypeAlias = SearchConfig | TalkConfig
_RUNS: dict[str, type[RunConfig]] = {"search": SearchConfig, "talk": TalkConfig}
COMMAND_OF = {kind: command for command, kind in _RUNS.items()}


def read_config(path: Path) -> RunConfig:
    """The settings of a search, of either algorithm, in a file.

    Raises:
        FileNotFoundError, OSError: it is not there, or cannot be read.
        ValueError: it is no such file.
        ScgError: settings that cannot be.
    """
    command, kept = read_yaml(path)
    command = "search" if command is None else command  # earlier versions named none
    if command not in _RUNS:
        raise ValueError(f"it is of {command!r}, which is no search")
    return _RUNS[command].from_json(kept)


def config_text(config: RunConfig) -> str:
    """The settings of a search, for `read_config`."""
    return yaml_text(COMMAND_OF[type(config)], config.to_json())
