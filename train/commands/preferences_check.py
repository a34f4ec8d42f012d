"""What comparisons are fit for, before anything is learned of them.

Says whether the values of outcomes follow from how pairs came about, by which adjustment, and
under what assumptions; what data would help where they do not, and what the values lie between
then, whatever pairs were chosen by; and what else a reader should know.

Example:
  scg preferences check runs/people/comparisons.jsonl
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...core.scenario import make_scenario
from ..cli.command import Command
from ..preference.bounds import CONFIDENCE
from ..preference.check import check
from ..preference.files import read_comparisons
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class PreferencesCheck(Command):
    """Look at comparisons.

    Attributes:
        data: the file of comparisons, JSONL or Parquet.
        game: the game that the episodes are of; any if None.
    """

    positional = "data"

    data: Path
    game: str | None = None

    def run(self) -> None:
        """Look, and print what was found."""
        found = check(read_comparisons(self.data), outcomes_of(self.game))
        if self.json:
            print_json(found.to_json())
            return
        say(f"{found.comparisons} comparisons of {found.people} people")
        for fault in found.faults:
            say(f"  fault            {fault}")
        if found.faults:
            return
        design = found.identification
        by = ", ".join(design.adjustments)
        say(f"  identified       {f'yes, by {by}' if design.identified else 'no'}: {design.why}")
        if design.wanted:
            say(f"  what would help  {design.wanted}")
        for name, what in design.assumed.items():
            say(f"  {name:<16} {what}")
        for outcome, ends in found.bounds.items():
            say(
                f"  {outcome:<16} between {ends['surely_low']:.4f} and {ends['surely_high']:.4f}, "
                f"with {CONFIDENCE:.0%} confidence"
            )
        for note in found.notes:
            say(f"  note             {note}")


def outcomes_of(game: str | None) -> tuple[str, ...] | None:
    """The outcomes of a game, if one is named."""
    return None if game is None else tuple(make_scenario(game).problem().outcomes)
