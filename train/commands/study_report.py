"""What a study has found so far: P(Y=y) with the commitment and without, paired by person.

Beside it stands what is exact of best play; and what people wanted, which outcomes they liked
better, their regret, and a follower fitted to what they did under the commitment, which can be
committed against. What they did in each situation is in --json.

Examples:
  scg study report study.yaml
  scg study report study.yaml --json
  scg study report study.yaml --fit runs/follower.json
  scg search household --responder runs/follower.json
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...agents.populations.files import write_follower
from ...core.extras import require
from ..cli.command import Command
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class StudyReport(Command):
    """Look at what was found.

    Attributes:
        file: the study's file.
        database: address of the answers, as SQLAlchemy has it; FILE.db in this folder if None.
        fit: file, ending in .json, for the follower that is fitted to the answers, which
            scg search --responder takes; none is written if None.
    """

    positional = "file"

    file: Path
    database: str | None = None
    fit: Path | None = None

    def run(self) -> None:
        """Read the answers, and print what they say."""
        require("a study", "sqlalchemy", extra="play")
        from ..study.fit import fit_follower
        from ..study.report import report, text_of
        from ..study.tables import people_of
        from ._study import opened

        _, store, games = opened(self.file, self.database, new=False)
        people = people_of(store, games)
        if self.fit is not None:
            write_follower(self.fit, fit_follower(people, games))
        found = report(people, games)
        if self.json:
            print_json(found)
        else:
            say(text_of(found))
