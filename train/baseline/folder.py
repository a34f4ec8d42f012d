"""Baselines on disk: `baseline.json`, and `seedN/AGENT.zip` beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...checks import check_path
from ...errors import RunFolderError
from ...external.loading import parse_kwargs
from ...problem import CommitmentProblem
from ..run_folder import check_no_run, write_json
from .measure import Baseline

FILE = "baseline.json"

# Settings of commitments, of answers to them and of reports: the bare game is the same without.
NOT_THE_GAMES = (
    "pre_policy",
    "selection",
    "epsilon",
    "rate",
    "risk_aversion",
    "trials",
    "credibility",
    "observability",
)


def game_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those settings that make the bare game what it is."""
    own = {name: value for name, value in options.items() if name not in NOT_THE_GAMES}
    if "kwargs" in own:
        own["kwargs"] = parse_kwargs(own["kwargs"])
    return own


def begin_folder(folder: Path, *, force: bool) -> None:
    """Make a folder for a baseline.

    Raises:
        RunFolderError: it holds a run, or a baseline and `force` is not set.
    """
    check_no_run(folder)
    if (folder / FILE).exists():
        if not force:
            raise RunFolderError(
                f"{folder} already holds a baseline; choose another --out, or delete it by --force."
            )
        for seed in json.loads((folder / FILE).read_text(encoding="utf-8")).get("seeds", ()):
            shutil.rmtree(folder / f"seed{seed}", ignore_errors=True)
        (folder / FILE).unlink()
    folder.mkdir(parents=True, exist_ok=True)


def write_baseline(folder: Path, baseline: Baseline) -> None:
    """Write `baseline.json`."""
    write_json(folder / FILE, baseline.to_json())


def read_baseline(
    folder: str | Path, problem: CommitmentProblem, options: Mapping[str, Any]
) -> Baseline:
    """The baseline that a folder holds, if it is of a problem's game and desirable outcome.

    Args:
        folder: as `scg train-baseline --out` wrote it.
        problem: the problem that it shall stand beside.
        options: the game's own settings.

    Raises:
        RunFolderError: there is none, or it cannot be read, or it is of something else.
    """
    path = check_path("baseline", folder) / FILE
    try:
        baseline = Baseline(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RunFolderError(
            f"{folder} holds no baseline; make one by scg train-baseline {problem.game} "
            f"--out {folder}."
        ) from None
    except (OSError, TypeError, ValueError) as error:
        raise RunFolderError(f"{path} is no baseline: {error}.") from error
    asked = {
        "game": problem.game,
        "layout": problem.layout or None,
        "desirable": problem.desirable,
        "options": game_options(options),
    }
    for name, value in asked.items():
        kept = getattr(baseline, name)
        if kept != value:
            raise RunFolderError(
                f"the baseline in {folder} was trained with {name} {kept!r}, and the search's is "
                f"{value!r}; train another by scg train-baseline."
            )
    return baseline
