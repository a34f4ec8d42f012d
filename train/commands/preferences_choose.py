"""The pairs of episodes to show next: those whose answers would most change the commitment.

What a pair is worth is how much one answer raises the expected value of the commitment that is then
chosen. It depends on what has been answered so far, and on what the game's commitments come to; not
on who is asked next. A line for each pair goes to --out, to which a person and what it preferred
are added.

Examples:
  scg preferences choose household --out runs/first
  scg preferences choose household --data runs/people/comparisons.jsonl --number 10 --out runs/next
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from ...core.files import write_text
from ..cli.command import SeededRun
from ..preference.choose import CHOSEN, choose
from ..preference.commitments import commitments_of
from ..preference.files import read_comparisons
from ..preference.model import LINEAR
from ._printing import print_json, say

PAIRS = "pairs.jsonl"


@dataclass(frozen=True, kw_only=True)
class PreferencesChoose(SeededRun):
    """Choose pairs.

    Attributes:
        game: the game, of finitely many commitments and exact answers.
        data: the file of comparisons so far, JSONL or Parquet; nobody was asked yet if None.
        model: the model.
        number: the pairs, to be shown before there are answers.
    """

    positional = "game"
    listed: ClassVar = {"model": LINEAR}

    game: str
    data: Path | None = None
    model: str = "features"
    number: int = 1

    def run(self) -> None:
        """Choose, write and print."""
        commitments = commitments_of(self.game)
        data = None if self.data is None else read_comparisons(self.data)
        found = choose(commitments, data, self.model, number=self.number, seed=self.seed)
        lines = [
            {
                "first": {"outcome": one.first},
                "second": {"outcome": one.second},
                "pair": {"how": CHOSEN.how, "by": list(CHOSEN.by or ())},
            }
            for one in found.questions
        ]
        if self.out is not None:
            self.keep(self.out)
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            write_text(self.out / PAIRS, text)
        leading = commitments.names[found.leading]
        other = None if found.challenger is None else commitments.names[found.challenger]
        if self.json:
            beside = {"lead": found.lead, "spread": found.spread}
            pairs = [asdict(one) for one in found.questions]
            print_json({"pairs": pairs, "leading": leading, "challenger": other, **beside})
            return
        if data is None:
            say(f"{self.game}: nobody was asked yet")
        else:
            say(f"{self.game}: after {len(data.rows)} comparisons {leading} is best")
        if data is not None and other is not None:
            say(
                f"  challenger       {other}, behind by {found.lead:.4f}, give or take "
                f"{found.spread:.4f}"
            )
        for one in found.questions:
            say(f"  ask              {one.first} beside {one.second}: worth {one.worth:.2e}")
        where = "nowhere; --out DIR keeps them" if self.out is None else self.out / PAIRS
        say(f"  written to       {where}")
