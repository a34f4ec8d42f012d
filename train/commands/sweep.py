"""Search scenarios by responders by proposers by seeds, and say what they come to over seeds.

FILE is YAML: lists of scenarios, responders and proposers, each with any settings of scg search,
and seeds (10 if none are said). Every run is a run folder of its own, kept as it ends: what Ctrl-C
or a failure has cut short goes on by the same words, and a sweep to which something is added runs
that alone. At the end there are tables (runs.csv, cells.csv, methods.csv, comparisons.csv,
table.md) and pictures (scores.png, profiles.png).

  scenarios:
    - barrier
    - {game: barrier, layout: contested}
    - stag_hunt
  responders:
    - exact
    - {responder: ppo, steps: 300000}
  proposers: [categorical, random]
  seeds: 10
  settings: {evaluations: 256, batch: 16}     for entries that say nothing else
  pictures: false                             pictures and videos of each run; scg report makes them

Examples:
  scg sweep sweep.yaml                        into sweep/, beside the file
  scg sweep sweep.yaml --workers 4 --out runs/sweep
  scg sweep sweep.yaml --backend ray --address auto
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from ...core.errors import RunFolderError
from ..cli.command import Command
from ..sweep import read_sweep, run_sweep
from ..sweep.report import report
from ._backends import Where
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Sweep(Command):
    """Run a sweep, or go on with it.

    Attributes:
        file: the sweep's YAML file.
        out: the folder of runs and tables; beside the file, named as it is if None.
        force: deletion of the runs that the folder holds.
        trust: calls of the functions that the file names, as module:function.
        where: where runs go.
    """

    positional = "file"

    file: Path
    out: Path | None = None
    force: bool = False
    trust: bool = False
    where: Where = field(default_factory=Where)

    def run(self) -> None:
        """Run what is missing, and print the tables."""
        sweep = read_sweep(self.file, trust=self.trust)
        out = self.file.with_suffix("") if self.out is None else self.out
        if out == self.file:
            raise RunFolderError(f"{self.file} is the sweep's file; name its folder by `out`.")
        with self.where.opened() as backend:
            swept = run_sweep(sweep, out, backend=backend, force=self.force, progress=True)
        found = report(swept)
        if self.json:
            print_json(asdict(found.tables) | {"failed": swept.failed})
        else:
            say(found.text, "", *found.paths)
        if swept.failed:
            name, why = next(iter(swept.failed.items()))
            raise RunFolderError(
                f"{len(swept.failed)} of {len(sweep.runs)} runs failed, {name} with: "
                f"{why.rstrip('.')}. The same words run them again."
            )
