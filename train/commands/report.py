"""Make the report of a finished search anew from its run folder alone.

Nobody is asked again: the numbers are those that were kept, so that summary.json comes out as it
was; pictures are drawn anew, and videos are played by the models that were kept.

Examples:
  scg report runs/ppo
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..command import Command
from ..report import rebuild
from ._describe import describe
from ._printing import print_json


@dataclass(frozen=True, kw_only=True)
class Report(Command):
    """Make a report anew.

    Attributes:
        folder: the run folder of a finished search.
    """

    positional = "folder"

    folder: Path

    def run(self) -> None:
        """Write the report anew and print its summary."""
        result = rebuild(self.folder)
        if self.json:
            print_json(result.to_json())
        else:
            print(describe(result, self.folder))
