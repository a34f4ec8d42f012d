"""A run folder: what a search writes, never over another run, never half, and by one owner.

DIR/config.yaml      the settings             DIR/versions.json  what it ran on
DIR/metrics.csv      a row for each update    DIR/tensorboard/   the same as scalars
DIR/checkpoint.npz   where `--resume` goes on DIR/model.zip      the learned model
DIR/summary.json     the result               pictures and videos beside it
DIR/report.html      all of it in one page
DIR/findings.npz     the answers that it is made of
DIR/recommended/     the model whose answer to the recommended pre-policy is reported, if another
DIR/episodes.jsonl   what was said            DIR/spending.json  what language models used so far
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

from ...core.checkpoint import StateDict, read_state, write_state
from ...core.checks import check_path
from ...core.errors import RunFolderError, ScgError
from ...core.extras import require
from ...core.files import (
    PARTIAL,
    cause,
    check_text,
    read_json,
    read_sealed_json,
    replacing,
    sealed_text,
    write_text,
    writing,
)
from ...core.problem import CommitmentProblem
from ...core.registry import is_file
from ..page.page import PAGE
from .config import RunConfig, config_text, read_config
from .interrupt import how_to_resume
from .owner import owned

OwnConfig = TypeVar("OwnConfig", bound=RunConfig)

CONFIG, SUMMARY, CHECKPOINT, LAYOUT = "config.yaml", "summary.json", "checkpoint.npz", "layout"
FINDINGS, VERSIONS = "findings.npz", "versions.json"
_FORMER_CHECKPOINT = "checkpoint"  # a folder, with pickles
SPENDING = "spending.json"
_LAYOUT_LINE = "# layout/"
# What a run writes at the top of its folder; `--force` deletes these and nothing else.
_OURS = (
    CONFIG,
    SUMMARY,
    FINDINGS,
    CHECKPOINT,
    LAYOUT,
    f"{CHECKPOINT}.partial",  # of earlier versions, as the next
    _FORMER_CHECKPOINT,
    VERSIONS,
    "metrics.csv",
    "tensorboard",
    "model.zip",
    "models",
    "recommended",
    "episodes.jsonl",
    SPENDING,
    "effect.png",
    "learning.png",
    "before.mp4",
    "after.mp4",
    "before_after.gif",
    PAGE,
)
_NEEDED = ("tensorboard", "matplotlib", "imageio", "imageio_ffmpeg", "jinja2", "markdown")
_PACKAGES = (
    "scg-envs",
    "gymnasium",
    "minigrid",
    "numba",
    "numpy",
    "openai",
    "pettingzoo",
    "stable-baselines3",
    "torch",
)


def write_json(path: Path, value: Any) -> None:
    """Write JSON so that a reader finds the old file or the new one, never half of it.

    Raises:
        CannotWrite: it cannot be written; what was there stays.
    """
    write_text(path, json.dumps(value, indent=2) + "\n")


class RunFolder:
    """One folder that holds one run.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = check_path("out", path)

    def owned(self) -> AbstractContextManager[None]:
        """Own the folder, which is made if need be, and keep everybody else out (`owner.owned`)."""
        return owned(self.path)

    def create(self, config: RunConfig, problem: CommitmentProblem, *, force: bool = False) -> None:
        """Begin a run: make the folder and write the settings and versions; of who owns it.

        A layout that is a file is copied, so that the run can be gone on with wherever the file
        is by then.

        Args:
            config: the settings; they are written with what their defaults stand for.
            problem: what they stand for.
            force: whether a run that the folder holds is deleted.

        Raises:
            RunFolderError: the folder holds a run and `force` is not set, or holds files that a
                run would overwrite and that are not a run's, or links, or cannot be written.
            MissingExtra: what draws, records or logs is not installed; nothing is written then.
        """
        require("a run folder", *_NEEDED)
        self.check_links()
        there = [path.name for path in self._ours() if path.exists()]
        begun = [] if self.holds_run else [name for name in there if self._is_begun(name, problem)]
        taken = [name for name in there if name not in begun]
        if taken and not self.holds_run:
            raise RunFolderError(
                f"{self.path} holds {taken[0]!r} and no run; a run would overwrite it, so choose "
                "another `out`."
            )
        if taken and not force:
            raise RunFolderError(
                f"{self.path} already holds a run; choose another `out`, go on with it by "
                "`resume`, or delete it by `force=True`."
            )
        with writing(self.path):
            for name in sorted(there, key=lambda name: name == CONFIG):  # last: it says whose it is
                self._delete(self.path / name)
        if problem.layout_file is not None:
            with replacing(self.path / LAYOUT / Path(problem.layout_file).name) as partial:
                shutil.copyfile(problem.layout_file, partial)
        write_json(self.path / VERSIONS, _versions())
        self.write_config(config.stated(problem))

    def _is_begun(self, name: str, problem: CommitmentProblem) -> bool:
        """Whether this run wrote it before, and was killed before it wrote its settings."""
        if name == VERSIONS:
            return read_versions(self.path) == _versions()
        file, folder = problem.layout_file, self.path / LAYOUT
        if name != LAYOUT or file is None or not folder.is_dir():
            return False
        kept = [path for path in folder.iterdir() if not path.name.startswith(PARTIAL)]
        return not kept or (
            [path.name for path in kept] == [Path(file).name]
            and kept[0].is_file()
            and kept[0].read_bytes() == Path(file).read_bytes()
        )

    def check_links(self) -> None:
        """See that nothing that a run writes is a link, which may lead out of the folder.

        A pipe or a device is refused as well: whoever reads it may wait for ever.

        Raises:
            RunFolderError: something is.
        """
        for path in self._ours():
            for one in (path, *path.rglob("*")):
                if one.exists() and not (one.is_file() or one.is_dir()):
                    raise RunFolderError(f"{one} is no file; delete it, or choose another `out`.")
                if one.is_symlink():
                    raise RunFolderError(
                        f"{one} is a link, and a run writes inside its folder alone; delete the "
                        "link, or choose another `out`."
                    )

    def _ours(self) -> Iterator[Path]:
        """What a run writes at the top of its folder, whether it is there or not."""
        yield from (self.path / name for name in _OURS)
        yield from sorted(self.path.glob("model_*.zip"))

    @property
    def holds_run(self) -> bool:
        """Whether the folder's settings are those of a run."""
        try:
            self.read_config()
        except RunFolderError:
            return False
        return True

    def read_config(self) -> RunConfig:
        """The settings of the run that the folder holds.

        Raises:
            RunFolderError: it holds none, or its settings cannot be read.
        """
        try:
            self._check_config()
            return read_config(self.path / CONFIG)
        except (FileNotFoundError, NotADirectoryError):
            raise RunFolderError(
                f"{self.path} holds no run; check the path (a search writes one into its `out`)."
            ) from None
        except OSError as error:
            raise RunFolderError(f"{self.path / CONFIG} cannot be read: {cause(error)}.") from error
        except (TypeError, ValueError, ScgError) as error:
            why = str(error).rstrip(".")
            raise RunFolderError(f"{self.path / CONFIG} is no run's: {why}.") from error

    def _check_config(self) -> None:
        """See whether settings and layout are as they were written, where they are sealed.

        Raises:
            OSError: they cannot be read.
            ValueError: they are not as they were written.
        """
        path = self.path / CONFIG
        if path.is_fifo():  # whose reader would wait for ever
            raise ValueError("it is no file")
        text = path.read_text(encoding="utf-8")
        check_text(text)
        for line in text.splitlines():
            name, colon, kept = line.removeprefix(_LAYOUT_LINE).rpartition(" sha256 ")
            if line.startswith(_LAYOUT_LINE) and colon:
                copy = self.path / LAYOUT / Path(read_json(name)).name  # nothing outside of it
                if not copy.is_file():
                    raise ValueError(f"its layout or game {copy} is missing")
                if hashlib.sha256(copy.read_bytes()).hexdigest() != kept:
                    raise ValueError(f"its layout or game {copy} is not as it was written")

    def write_config(self, config: RunConfig) -> None:
        """Write the settings, sealed, with the digest of the layout or game that was a file."""
        text = config_text(config)
        for path in sorted((self.path / LAYOUT).glob("*")):
            kept = hashlib.sha256(path.read_bytes()).hexdigest()
            text += f"{_LAYOUT_LINE}{json.dumps(path.name)} sha256 {kept}\n"
        write_text(self.path / CONFIG, sealed_text(text))

    def read_own_config(self) -> RunConfig:
        """The settings with the run's own copy of its layout or game, if that was a file."""
        return self.own(self.read_config())

    def own(self, config: OwnConfig) -> OwnConfig:
        """The settings with the run's own copy of its layout or game, if that was a file."""
        copies = sorted((self.path / LAYOUT).glob("*"))
        if not copies:
            return config
        named = Path(config.game if is_file(config.game) else config.layout or "").name
        own = str(next((copy for copy in copies if copy.name == named), copies[0]))
        return replace(config, game=own) if is_file(config.game) else replace(config, layout=own)

    def read_summary(self) -> dict[str, Any]:
        """The result of the run.

        Raises:
            RunFolderError: the run has not ended, or its summary cannot be read.
        """
        try:
            return read_sealed_json(self.path / SUMMARY)
        except FileNotFoundError:
            raise RunFolderError(
                f"the run in {self.path} has not ended; go on with it by "
                f"{how_to_resume(self.path)}."
            ) from None
        except ValueError as error:
            raise RunFolderError(f"{self.path / SUMMARY} cannot be read: {error}.") from error

    def read_findings(self) -> StateDict | None:
        """What was found and answered at the run's end; None if that is not kept.

        Raises:
            RunFolderError: it is damaged.
        """
        path = self.path / FINDINGS
        try:
            return read_state(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise RunFolderError(
                f"{path} cannot be read ({cause(error)}); begin the run anew in another `out`."
            ) from error

    def check_unfinished(self) -> None:
        """See whether the run can be gone on with; one that a cap or its server has stopped can.

        Raises:
            RunFolderError: it has ended.
        """
        if (self.path / SUMMARY).exists() and self.read_summary().get("stopped") is None:
            raise RunFolderError(
                f"the run in {self.path} has ended; its result is in {self.path / SUMMARY}."
            )

    def save_checkpoint(self, state: StateDict) -> None:
        """Write a checkpoint in the place of the one before."""
        write_state(self.path / CHECKPOINT, state)

    def load_checkpoint(self) -> StateDict | None:
        """The state of the last checkpoint, or None before the first.

        Raises:
            RunFolderError: the file is damaged, or of a version whose checkpoints were folders.
        """
        path = self.path / CHECKPOINT
        if (self.path / _FORMER_CHECKPOINT).exists():
            raise RunFolderError(
                f"{self.path / _FORMER_CHECKPOINT} is of an earlier version, which this one does "
                "not read; start the run anew in another `out`, or here by `force=True`."
            )
        try:
            return read_state(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            why = cause(error)
            raise RunFolderError(
                f"the checkpoint {path} cannot be read ({why}); start the run anew in another "
                "`out`, or here by `force=True`."
            ) from error

    @staticmethod
    def _delete(path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
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


def read_versions(folder: Path) -> dict[str, Any]:
    """What a run ran on, of which nothing is known where that is not kept."""
    try:
        versions = read_json((folder / VERSIONS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return versions if isinstance(versions, dict) else {}


def check_no_run(folder: Path) -> None:
    """Raise `RunFolderError` if a folder holds a run, whose pictures a command would overwrite."""
    if RunFolder(folder).holds_run:
        raise RunFolderError(f"{folder} holds a run; choose another `out`.")
