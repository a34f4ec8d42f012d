"""Write what a study has collected as tables, with a codebook and without a word on who took part.

Comparisons are written as `scg preferences` reads them, too: their pairs are randomised.

Examples:
  scg study export study.yaml --out runs/study
  scg study export study.yaml --format parquet --out runs/study
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ...core.errors import InvalidArgument, UnknownName
from ...core.extras import require
from ..cli.command import Run
from ..study.export import FORMATS, export
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class StudyExport(Run):
    """Write tables.

    Attributes:
        file: the study's file.
        database: address of the answers, as SQLAlchemy has it; FILE.db in this folder if None.
        format: of the tables.
    """

    positional = "file"
    listed: ClassVar = {"format": FORMATS}

    file: Path
    database: str | None = None
    format: str = "csv"

    def run(self) -> None:
        """Write them, and say where they are."""
        require("a study", "sqlalchemy", extra="play")
        from ._study import opened

        if self.format not in FORMATS:
            raise UnknownName("format", self.format, FORMATS)
        if self.out is None:
            raise InvalidArgument("out is None; give a folder for the tables.")
        _, store, games = opened(self.file, self.database, new=False)
        written = export(store, games, self.out, self.format)
        if self.json:
            print_json({"files": [str(path) for path in written]})
            return
        for path in written:
            say(str(path))
