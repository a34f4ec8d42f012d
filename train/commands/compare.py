"""Put finished searches side by side: what each found, how far to trust it, and what it took.

Runs that ask different things are shown as well, and what they ask differently is said. Nothing is
played again; numbers are those of each run's summary.json, exact ones first.

Examples:
  scg compare runs/exact runs/ppo
  scg compare runs/ppo runs/dqn --page comparison.html    one page that is read offline
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..cli.command import Command
from ..page.compare import COLUMNS, write_comparison
from ..report.compare import Comparison, compare
from ..sweep.text import markdown
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Compare(Command):
    """Compare runs.

    Attributes:
        folders: the run folders of finished searches, two or more.
        page: the page to write, as HTML; none if None.
    """

    positional = "folders"

    folders: tuple[Path, ...]
    page: Path | None = None

    def run(self) -> None:
        """Print the runs side by side, and write the page if one is named."""
        found = compare(self.folders)
        if self.page is not None:
            write_comparison(self.page, found)
        if self.json:
            print_json({"differ": list(found.differ), "runs": found.rows()})
            return
        say(*_lines(found))
        if self.page is not None:
            say(f"  written to       {self.page}")


def _lines(found: Comparison) -> list[str]:
    lines = [markdown(found.rows(), COLUMNS)]
    for run in found.runs:
        settings = ", ".join(f"{name} {value}" for name, value in run.settings.items())
        lines.append(f"  {run.folder}: {settings or 'the same settings as the others'}")
    if found.differ:
        lines.append(f"  not the same question: they differ in {', '.join(found.differ)}")
    return lines
