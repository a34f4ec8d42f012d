"""Run a benchmark: search what is missing, then ask all followers about what was found.

DIR/benchmark.yaml    what is run          DIR/digests.json           of rules and payoffs
DIR/runs/NAME/        a run folder each    DIR/judged/SCENARIO/       answers of each type
DIR/table.md          and CSV, marl-eval JSON, pictures
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ...core.backends import Backend, Serial
from ...core.checks import check_path
from ..run.owner import owned
from ..sweep.run import Swept, run_sweep
from .judge import JUDGED, Judgements
from .plan import Benchmark, Recommendation


@dataclass
class Benched:
    """A finished benchmark.

    Attributes:
        benchmark: what was run.
        swept: its searches.
        recommended: what they found, and the commitments that were given.
        judgements: how all followers answer these.
    """

    benchmark: Benchmark
    swept: Swept
    recommended: tuple[Recommendation, ...]
    judgements: Judgements

    @property
    def folder(self) -> Path:
        """Where all is kept."""
        return self.swept.folder


def run_benchmark(
    benchmark: Benchmark,
    out: str | Path,
    *,
    backend: Backend | None = None,
    force: bool = False,
    progress: bool = False,
) -> Benched:
    """Run what a folder does not hold yet of a benchmark.

    Args:
        benchmark: what to run.
        out: its folder; what is there already, of the same settings, is not run again.
        backend: where searches run and followers answer; here, one after another, if None.
        force: whether what the folder holds is deleted.
        progress: whether the course of it is shown on standard error.

    Raises:
        RunFolderError: the folder holds runs of other settings, or of another game.
        SweepInterrupted: Ctrl-C.
    """
    folder = check_path("out", out)
    swept = run_sweep(benchmark.sweep, folder, backend=backend, force=force, progress=progress)
    recommended = tuple(
        Recommendation(
            one.name,
            one.scenario,
            one.responder,
            one.proposer,
            one.config.seed,
            swept.summaries[one.name]["pre_policy_point"],
        )
        for one in benchmark.sweep.runs
        if one.name in swept.summaries
    )
    with owned(folder):
        if force:
            shutil.rmtree(folder / JUDGED, ignore_errors=True)
        judgements = Judgements(benchmark, folder)
        judgements.ask(recommended + benchmark.given, backend or Serial())
    return Benched(benchmark, swept, recommended + benchmark.given, judgements)
