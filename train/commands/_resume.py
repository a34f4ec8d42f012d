"""Searches that can be gone on with: a resumed run keeps its settings, and refuses others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ...core.errors import InvalidArgument, RunFolderError
from ..cli.command import Run, checked
from ..run.config import COMMAND_OF
from ..run.folder import RunFolder


@dataclass(frozen=True, kw_only=True)
class Resumable(Run):
    """A search with a run folder.

    Attributes:
        out: the run folder: settings, report, pictures, videos, models; none if None.
        force: deletion of the run that the folder holds.
        resume: continuation of the interrupted run that the folder holds.
    """

    raised: ClassVar[tuple[str, ...]] = ()
    """Settings that a run which is gone on with may change."""

    out: Path | None = None
    force: bool = False
    resume: bool = False

    def __post_init__(self) -> None:
        """Check what is about the folder.

        Raises:
            InvalidArgument: no folder is named.
        """
        if self.force and self.out is None:
            raise InvalidArgument(
                "`force` deletes the run that `out` holds, and no `out` was given."
            )

    @classmethod
    def before(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of the run that is gone on with, or those of a file.

        Raises:
            InvalidArgument: both are named.
            RunFolderError: there is no such run, or no such file.
        """
        if not given.get("resume"):
            return super().before(given)
        if "config" in given:
            raise InvalidArgument("a resumed run has its settings; drop `config`, or `resume`.")
        if "out" not in given:
            raise RunFolderError("`resume` needs the run's folder; give it by --out DIR.")
        if given.get("force"):
            raise RunFolderError("`resume` goes on with a run and `force` deletes it; give one.")
        config = RunFolder(given["out"]).read_config()
        if (command := COMMAND_OF[type(config)]) != cls.name():
            raise RunFolderError(
                f"the run in {given['out']} is one of scg {command}; go on with it by that, or "
                "start another run in another `out`."
            )
        return checked(cls, config.to_json())

    @classmethod
    def check_given(cls, given: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """See that a resumed run gets no other settings than its own.

        Raises:
            RunFolderError: it gets one.
        """
        if not given.get("resume"):
            return
        kept = {**before, **before["options"]}
        for name, value in given.items():
            if name not in ("out", "resume", "json", *cls.raised) and value != kept.get(name):
                raise RunFolderError(
                    f"the run in {given['out']} was made with {name} {kept.get(name)!r}, and "
                    f"{value!r} was given; drop it, or start another run in another `out`."
                )
