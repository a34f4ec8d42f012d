"""Finished searches side by side: what each found, and in what they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.errors import InvalidArgument, RunFolderError
from ...core.files import cause
from ...core.record_form import read_record
from ..run.folder import LAYOUT, RunFolder
from ..search.result import SearchResult

_QUESTION = ("game", "layout", "options", "committed", "desirable", "ties", "objective")


@dataclass(frozen=True)
class Compared:
    """A run among others.

    Attributes:
        folder: its run folder.
        result: what it found.
        settings: in what its settings are other than those of some of the others.
    """

    folder: Path
    result: SearchResult
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """Runs side by side.

    Attributes:
        runs: in the order in which they were named.
        differ: what the runs ask differently, of game, settings, agent, outcome, ties and
            objective; their numbers answer one question only where it is empty.
    """

    runs: tuple[Compared, ...]
    differ: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """A row of JSON types for each run."""
        return [
            {
                "run": str(run.folder),
                "pre_policy": run.result.pre_policy,
                "p_before": run.result.p_before,
                "p_after_exact": run.result.p_after_exact,
                "p_after": run.result.p_after,
                "p_after_interval": run.result.p_after_interval,
                "causal_effect_exact": run.result.causal_effect_exact,
                "p_best_exact": run.result.p_best_exact,
                "trust": run.result.trust,
                "certified": run.result.certified,
                "regret_max": run.result.regret_max,
                "evaluations": run.result.evaluations,
                "env_steps": run.result.env_steps,
                "wall_seconds": run.result.wall_seconds,
                "settings": dict(run.settings),
            }
            for run in self.runs
        ]


def compare(folders: Sequence[Path]) -> Comparison:
    """Read finished searches of Algorithm 1; nothing is played and nothing that they name called.

    Args:
        folders: their run folders, two or more.

    Raises:
        InvalidArgument: fewer than two, or one of them twice.
        RunFolderError: a folder holds no finished search, or one in words.
    """
    if len(folders) < 2:
        raise InvalidArgument(f"{len(folders)} folder is named; name two or more to compare.")
    twice = [one for n, one in enumerate(folders) if one.resolve() in _resolved(folders[:n])]
    if twice:
        raise InvalidArgument(f"{twice[0]} is named twice; name each folder once.")
    read = [_read(folder) for folder in folders]
    settings = [config for _, config, _ in read]
    names = dict.fromkeys(name for config in settings for name in config)
    other = [name for name in names if len({_mark(one.get(name)) for one in settings}) > 1]
    asked = [{name: getattr(result, name) for name in _QUESTION} for result, _, _ in read]
    for one, (_, _, rules) in zip(asked, read, strict=True):
        one["rules"] = rules
    differ = [name for name in asked[0] if len({_mark(one[name]) for one in asked}) > 1]
    return Comparison(
        tuple(
            Compared(folder, result, {name: config.get(name) for name in other})
            for folder, (result, config, _) in zip(folders, read, strict=True)
        ),
        tuple(differ),
    )


def _resolved(folders: Sequence[Path]) -> set[Path]:
    return {folder.resolve() for folder in folders}


def _mark(value: Any) -> str:
    return repr(value)


def _read(path: Path) -> tuple[SearchResult, dict[str, Any], list[bytes]]:
    """A run's result, its settings, and the rules that were files of the user's."""
    folder = RunFolder(path)
    folder.check_links()
    config = folder.read_config().to_json()
    summary = folder.read_summary()
    try:
        result = read_record(SearchResult, summary)
    except (TypeError, ValueError) as error:
        why = "is a search in words" if "history" in summary else f"is of another version: {error}"
        raise RunFolderError(
            f"the run in {path} {why}; compare takes finished searches of Algorithm 1."
        ) from error
    try:
        rules = [one.read_bytes() for one in sorted((folder.path / LAYOUT).glob("*"))]
    except OSError as error:
        raise RunFolderError(f"{folder.path / LAYOUT} cannot be read: {cause(error)}.") from error
    return result, config, rules
