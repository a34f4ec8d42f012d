"""Run a sweep: what is missing, wherever there is room, and keep each run as it ends.

DIR/sweep.yaml        the settings            DIR/digests.json   of rules and payoffs, by scenario
DIR/runs/NAME/        a run folder of each    DIR/runs.csv       a row for each run
DIR/table.csv, .md    over seeds              DIR/scores.png, profiles.png
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.backends import Backend, Job, Serial
from ...core.checks import check_path
from ...core.errors import RunFolderError, WorkerLost
from ...core.files import cause, read_sealed_json, write_sealed_json, write_text, writing
from ...core.record_form import read_record
from ...core.state_form import Named, Text, check
from ..run.folder import SUMMARY, RunFolder
from ..run.interrupt import stop_on_interrupt
from ..run.owner import owned
from ..run.settings_file import yaml_text
from ..run.unplaced import said, unplaced
from ..search.result import SearchResult
from .job import keep, run_there
from .plan import Planned, Sweep
from .progress import Progress
from .score import numbers_of

DIGESTS, RUNS = "digests.json", "runs"


@dataclass
class Swept:
    """A finished sweep.

    Attributes:
        sweep: what was to be run.
        folder: where its runs are.
        summaries: of each run, `summary.json`.
        failed: what ended the others, in a line each, by name.
    """

    sweep: Sweep
    folder: Path
    summaries: dict[str, dict[str, Any]]
    failed: dict[str, str] = field(default_factory=dict)

    def said(self, one: Planned) -> str:
        """What came of a run, in words."""
        if one.name in self.failed:
            return f"failed: {self.failed[one.name]}"
        after, _, _ = numbers_of(self.summaries[one.name])
        found = self.summaries[one.name]["pre_policy"]
        return found if after is None else f"{found}, {after:.4g} exactly"


class SweepInterrupted(KeyboardInterrupt):
    """Ctrl-C ended a sweep; the runs that had ended are kept."""

    def __init__(self, swept: Swept) -> None:
        """Say how many runs are kept, of how many, and where."""
        kept, of = len(swept.summaries), len(swept.sweep.runs)
        super().__init__(
            f"stopped; {kept} of {of} runs are kept in {swept.folder}: the same words go on with it"
        )


def run_sweep(
    sweep: Sweep,
    out: str | Path,
    *,
    backend: Backend | None = None,
    force: bool = False,
    progress: bool = False,
) -> Swept:
    """Run what a folder does not hold yet of a sweep.

    The first Ctrl-C lets the runs under way end and begins no others, the second drops them.

    Args:
        sweep: what to run.
        out: its folder; runs that are there already, of the same settings, are not run again.
        backend: where runs go; here, one after another, if None.
        force: whether the runs that the folder holds are deleted.
        progress: whether the course of it is shown on standard error.

    Raises:
        RunFolderError: the folder holds runs of other settings, or of a scenario that is another
            game by now.
        SweepInterrupted: Ctrl-C.
    """
    folder = check_path("out", out)
    with owned(folder):
        return _owned(sweep, folder, backend or Serial(), force, progress)


def _owned(sweep: Sweep, folder: Path, backend: Backend, force: bool, progress: bool) -> Swept:
    """Run what is missing in a folder that is owned."""
    if force:
        shutil.rmtree(folder / RUNS, ignore_errors=True)
        (folder / DIGESTS).unlink(missing_ok=True)
    _begin(sweep, folder)
    swept = Swept(sweep, folder, finished(sweep, folder))
    missing = [one for one in sweep.runs if one.name not in swept.summaries]
    bar = Progress(sweep, swept.summaries, backend.workers, shown=progress)
    try:
        with bar, stop_on_interrupt() as stop:
            _run(swept, missing, backend, bar, lambda: stop.requested)
    except KeyboardInterrupt:
        raise SweepInterrupted(swept) from None
    if len(swept.summaries) + len(swept.failed) < len(sweep.runs):
        raise SweepInterrupted(swept)
    return swept


def _run(
    swept: Swept,
    missing: list[Planned],
    backend: Backend,
    bar: Progress,
    stopping: Callable[[], bool],
) -> None:
    """Run what is missing; a run that kills its workers is left out, and the rest goes on."""
    while missing and not stopping():
        sent: list[Planned] = []

        def jobs(missing: list[Planned] = missing, sent: list[Planned] = sent) -> Iterator[Job]:
            for one in missing:
                if stopping():
                    return
                sent.append(one)
                yield {"config": one.config.to_json(), "pictures": swept.sweep.pictures}

        try:
            for number, found in backend.completed(run_there, jobs()):
                one = sent[number]
                _keep(swept, one, found)
                bar.ended(one, found["seconds"], swept.said(one))
        except WorkerLost as error:
            if error.job is None:
                raise
            one = sent[error.job]
            swept.failed[one.name] = str(error)
            bar.ended(one, 0.0, swept.said(one))
        done = {*swept.summaries, *swept.failed}
        missing = [one for one in missing if one.name not in done]


def _keep(swept: Swept, one: Planned, found: dict[str, Any]) -> None:
    if "error" in found:
        swept.failed[one.name] = found["error"]
        return
    place = swept.folder / RUNS / one.name
    keep(found["files"], place)
    swept.summaries[one.name] = _summary(RunFolder(place))


def finished(sweep: Sweep, folder: Path) -> dict[str, dict[str, Any]]:
    """The summaries of those runs of a sweep that its folder holds.

    Raises:
        RunFolderError: one is of other settings, or cannot be read.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in sweep.runs:
        run = RunFolder((folder / RUNS / one.name).absolute())
        if not (run.path / SUMMARY).exists():
            continue
        run.check_links()
        kept = unplaced(run.read_own_config().to_json())
        for name, value in unplaced(one.config.to_json()).items():
            if value is not None and kept[name] != value:
                raise RunFolderError(
                    f"{run.path} was made with {name} {said(kept[name])}, and the sweep has "
                    f"{said(value)}; choose another `out`, or delete its runs by `force=True`."
                )
        found[one.name] = _summary(run)
    return found


def _summary(run: RunFolder) -> dict[str, Any]:
    """What a run came to.

    Raises:
        RunFolderError: it cannot be read, or says something else.
    """
    summary = run.read_summary()
    try:
        read_record(SearchResult, summary)
    except (TypeError, ValueError) as error:
        raise RunFolderError(
            f"{run.path / SUMMARY} is of another version or forged ({cause(error)}); delete the "
            f"folder {run.path}, and it is made anew."
        ) from error
    return summary


def _begin(sweep: Sweep, folder: Path) -> None:
    """Make the folder, and see that its runs are of the games that the scenarios are now."""
    digests: dict[str, str] = {}
    path = folder / DIGESTS
    if RunFolder(folder).holds_run:
        raise RunFolderError(f"{folder} holds a run; choose another `out`.")
    if path.exists():
        try:
            digests = read_sealed_json(path)
            check(digests, Named(Text()))
        except ValueError as error:
            raise RunFolderError(f"{path} cannot be read: {error}.") from error
    for name, digest in sweep.digests.items():
        if digests.get(name, digest) != digest:
            raise RunFolderError(
                f"{name} is another game than when the runs in {folder} were made; choose another "
                "`out`, or delete them by `force=True`."
            )
    with writing(folder):
        (folder / RUNS).mkdir(exist_ok=True)
    write_text(folder / f"{sweep.kind}.yaml", yaml_text(sweep.kind, sweep.settings))
    write_sealed_json(path, {**digests, **sweep.digests})
