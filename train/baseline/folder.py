"""Baselines on disk: `baseline.json`, and beside it `seedN/` of each seed.

`seedN/` holds `AGENT.zip` of each learner and, written last, `seed.json`: the settings, and what
was reached. So whatever has a `seed.json` is finished, and a baseline that was stopped goes on
after it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...core.checks import check_path
from ...core.errors import RunFolderError
from ...core.files import cause, read_sealed_json, write_sealed_json, writing
from ...core.problem import CommitmentProblem
from ...core.record_form import read_record
from ...core.relations import OPTIONS
from ...games.external.loading import parse_kwargs
from ..run.folder import check_no_run
from .reached import Baseline, Reached

FILE = "baseline.json"
SEED_FILE = "seed.json"

# Settings of commitments, of answers to them and of reports: the bare game is the same without.
NOT_THE_GAMES = (
    "pre_policy",
    "selection",
    *OPTIONS,
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


def begin_folder(folder: Path, *, force: bool, resume: bool) -> None:
    """Make a folder for a baseline.

    Args:
        folder: the folder.
        force: delete the baseline that it holds, finished or not.
        resume: keep what it holds, to go on with.

    Raises:
        RunFolderError: it holds a run; or a baseline, and neither is set; or links.
    """
    check_no_run(folder)
    for path in (folder / FILE, *folder.glob("seed*"), *folder.glob("seed*/*")):
        if path.is_symlink():
            raise RunFolderError(
                f"{path} is a link, and a baseline writes inside its folder alone; delete the "
                "link, or choose another folder."
            )
    kept = [path.parent for path in folder.glob(f"seed*/{SEED_FILE}")]
    if resume and not kept:
        raise RunFolderError(
            f"{folder} holds no finished seed of a baseline to go on after; start it anew without "
            "resuming."
        )
    if force:
        with writing(folder):
            for path in kept:
                shutil.rmtree(path)
            (folder / FILE).unlink(missing_ok=True)
    elif not resume and (kept or (folder / FILE).exists()):
        raise RunFolderError(
            f"{folder} already holds a baseline (finished seeds: {len(kept)}); choose another "
            "folder, go on by `resume=True`, or delete it by `force=True`."
        )


def write_seed(folder: Path, seed: int, settings: Mapping[str, Any], reached: Reached) -> None:
    """Write `seedN/seed.json`: the seed is finished."""
    written = {"settings": dict(settings), "reached": asdict(reached)}
    write_sealed_json(folder / f"seed{seed}" / SEED_FILE, written)


def read_seed(folder: Path, seed: int, settings: Mapping[str, Any]) -> Reached | None:
    """What a finished seed reached; None if it is not finished.

    Raises:
        RunFolderError: it was trained with other settings, or cannot be read.
    """
    path = folder / f"seed{seed}" / SEED_FILE
    try:
        written = read_sealed_json(path)
        kept, reached = dict(written["settings"]), read_record(Reached, written["reached"])
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise RunFolderError(
            f"{path} cannot be read ({cause(error)}); delete the folder {path.parent}, and its "
            "seed is trained anew."
        ) from error
    for name, value in settings.items():
        if kept.get(name) != value:
            raise RunFolderError(
                f"seed {seed} in {folder} was trained with {name} {kept.get(name)!r}, and "
                f"{value!r} came; give the same settings, or another folder."
            )
    return reached


def write_baseline(folder: Path, baseline: Baseline) -> None:
    """Write `baseline.json`."""
    write_sealed_json(folder / FILE, baseline.to_json())


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
        baseline = read_record(Baseline, read_sealed_json(path))
        if not len(baseline.seeds) == len(baseline.p_per_seed) == len(baseline.p_sampled_per_seed):
            raise ValueError("it has not a P of each seed")
    except FileNotFoundError:
        raise RunFolderError(
            f"{folder} holds no baseline; make one there, by scg train-baseline {problem.game}."
        ) from None
    except (OSError, TypeError, ValueError) as error:
        raise RunFolderError(f"{path} is no baseline: {cause(error)}.") from error
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
