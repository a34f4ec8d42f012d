"""Score proposers of commitments, or given commitments, on a fixed suite with exact bounds.

Every scenario of a suite is a game with the followers that a commitment is found against and types
of followers that it is then judged by besides. A score is 0 for no intervention and 1 for the exact
best commitment. What was cut short goes on by the same words. Tables (Markdown, CSV), marl-eval's
JSON and pictures are written into the folder.

Examples:
  scg benchmark --suite commit-v1-quick --out runs/quick      all that is shipped
  scg benchmark --proposer my_module:MyProposer --out runs/mine
  scg benchmark --proposer random --proposer cmaes --responder ppo --workers 4 --out runs/ppo
  scg benchmark --commitments mine.yaml --out runs/given      labels by scenario; nothing searched
  scg benchmark --suite my_suite.yaml --out runs/own          a suite of your own
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ClassVar

from ...core.errors import RunFolderError
from ..benchmark import planned, read_commitments, read_suite, run_benchmark
from ..benchmark.report import report
from ..benchmark.suite import SUITES
from ..cli.command import Command
from ._backends import Where
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Benchmark(Command):
    """Run a benchmark, or go on with it.

    Attributes:
        suite: the suite, or a suite's YAML file.
        proposer: a proposer of the suite, a meta pre-policy, or a class of yours as module:Class,
            again for each; all of the suite if None.
        commitments: a YAML file of commitments by scenario, which are judged beside what is
            proposed; none if None.
        responder: a responder of the suite, or of all, that answers in the searches, again for
            each; computed answers of the suite's followers if None.
        seeds: the number of paired seeds; the suite's if None.
        out: the folder of runs and tables; benchmark/ and the suite's name if None.
        force: deletion of what the folder holds.
        trust: calls of the functions that a suite's file names, as module:function.
        where: where searches run.
    """

    listed: ClassVar = {"suite": SUITES}

    suite: str = "commit-v1"
    proposer: tuple[str, ...] = ()
    commitments: Path | None = None
    responder: tuple[str, ...] = ()
    seeds: int | None = None
    out: Path | None = None
    force: bool = False
    trust: bool = False
    where: Where = field(default_factory=Where)

    def run(self) -> None:
        """Run what is missing, and print the tables."""
        benchmark = planned(
            read_suite(self.suite, trust=self.trust),
            proposers=self.proposer,
            responders=self.responder,
            commitments=None if self.commitments is None else read_commitments(self.commitments),
            seeds=self.seeds,
        )
        out = Path("benchmark") / benchmark.suite.name if self.out is None else self.out
        with self.where.opened() as backend:
            done = run_benchmark(benchmark, out, backend=backend, force=self.force, progress=True)
        found = report(done)
        if self.json:
            print_json(asdict(found.tables))
        else:
            say(found.text, "", *found.paths)
        failed = [row for row in found.tables.runs if row["error"]]
        if failed:
            raise RunFolderError(
                f"{len(failed)} rows failed, {failed[0]['proposer']} in {failed[0]['scenario']} "
                f"with: {failed[0]['error'].rstrip('.')}. The same words try them again."
            )
