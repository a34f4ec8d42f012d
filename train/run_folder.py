"""A run folder: what a search writes, never over another run, and never half a checkpoint.

DIR/config.json      the settings             DIR/versions.json  what it ran on
DIR/metrics.csv      a row for each update    DIR/tensorboard/   the same as scalars
DIR/checkpoint/      where `--resume` goes on DIR/model.zip      the learned model
DIR/summary.json     the result               pictures and videos beside it
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..errors import RunFolderError
from ..extras import require
from .config import SearchConfig

CONFIG, SUMMARY, CHECKPOINT = "config.json", "summary.json", "checkpoint"
# What a run writes at the top of its folder; `--force` deletes these and nothing else.
_OURS = (
    CONFIG,
    SUMMARY,
    CHECKPOINT,
    f"{CHECKPOINT}.new",
    f"{CHECKPOINT}.old",
    "versions.json",
    "metrics.csv",
    "tensorboard",
    "model.zip",
    "effect.png",
    "learning.png",
    "before.mp4",
    "after.mp4",
    "before_after.gif",
)
_PACKAGES = (
    "scg-envs",
    "gymnasium",
    "minigrid",
    "numba",
    "numpy",
    "pettingzoo",
    "stable-baselines3",
    "torch",
)


def write_json(path: Path, value: Any) -> None:
    """Write JSON so that a reader finds the old file or the new one, never half of it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, path)


class RunFolder:
    """One folder that holds one run.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def create(self, config: SearchConfig, *, force: bool = False) -> None:
        """Begin a run: make the folder and write the settings and versions.

        Raises:
            RunFolderError: the folder holds a run and `force` is not set, or cannot be written.
            MissingExtra: what draws, records or logs is not installed; nothing is written then.
        """
        require("a run folder", "tensorboard", "matplotlib", "imageio", "imageio_ffmpeg")
        if (self.path / CONFIG).exists():
            if not force:
                raise RunFolderError(
                    f"{self.path} already holds a run; choose another --out, go on with it by "
                    "--resume, or delete it by --force."
                )
            for name in _OURS:
                self._delete(self.path / name)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_json(self.path / CONFIG, config.to_json())
            write_json(self.path / "versions.json", _versions())
        except OSError as error:
            raise RunFolderError(
                f"{self.path} cannot be written: {error.strerror}; choose another --out."
            ) from error

    def read_config(self) -> SearchConfig:
        """The settings of the run that the folder holds.

        Raises:
            RunFolderError: it holds none, or its settings cannot be read.
        """
        try:
            return SearchConfig(**json.loads((self.path / CONFIG).read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise RunFolderError(
                f"{self.path} holds no run to go on with; start one without --resume."
            ) from None
        except (TypeError, json.JSONDecodeError) as error:
            raise RunFolderError(f"{self.path / CONFIG} cannot be read: {error}.") from error

    @property
    def finished(self) -> bool:
        """Whether the run has its summary."""
        return (self.path / SUMMARY).exists()

    def save_checkpoint(self, state: dict[str, Any], save: Callable[[Path], None]) -> None:
        """Write a checkpoint beside the old one, then put it in its place.

        Args:
            state: the search's state, as JSON types.
            save: writes the responder's files into a folder.
        """
        new, old = (self.path / f"{CHECKPOINT}.{end}" for end in ("new", "old"))
        self._delete(new)
        new.mkdir()
        save(new)
        write_json(new / "search.json", state)
        self._delete(old)
        current = self.path / CHECKPOINT
        if current.exists():
            current.rename(old)
        new.rename(current)
        self._delete(old)

    def load_checkpoint(self, load: Callable[[Path], None]) -> dict[str, Any] | None:
        """The state of the last whole checkpoint, or None before the first.

        Args:
            load: reads the responder's files from a folder.
        """
        for name in (CHECKPOINT, f"{CHECKPOINT}.old"):
            folder = self.path / name
            if (folder / "search.json").exists():
                load(folder)
                state: dict[str, Any] = json.loads((folder / "search.json").read_text())
                return state
        return None

    @staticmethod
    def _delete(path: Path) -> None:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _versions() -> dict[str, str]:
    """Python, the platform and the packages that decide a result."""
    versions = {"python": platform.python_version(), "machine": platform.machine()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
