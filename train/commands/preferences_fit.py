"""Learn what people want from comparisons of finished episodes.

The value of an outcome is how often a person prefers it to another one, drawn uniformly: a number
from 0 to 1, with an interval. It is adjusted for how pairs came about, as far as the file says it;
what the file does not allow is refused, and `--adjust none` supposes that pairs were randomised.

Examples:
  scg preferences fit runs/people/comparisons.jsonl --out runs/learned
  scg preferences fit DATA --model pairs --adjust doubly_robust --out runs/learned
  scg search household --desirable learned:runs/learned --risk lower
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..command import SeededRun
from ..preference.comparisons import read_comparisons
from ..preference.learned import LEARNED, learn
from ..preference.model import MODELS
from ..preference.values import ADJUSTMENTS, LEVEL
from ._printing import print_json, say
from .preferences_check import outcomes_of
from .preferences_simulate import TRUTH


@dataclass(frozen=True, kw_only=True)
class PreferencesFit(SeededRun):
    """Learn values.

    Attributes:
        data: the file of comparisons, JSONL or Parquet.
        model: the model.
        adjust: the adjustment; one that identifies the values if None.
        game: the game that the episodes are of; any if None.
    """

    positional = "data"
    listed: ClassVar = {"model": MODELS, "adjust": ADJUSTMENTS}

    data: Path
    model: str = "features"
    adjust: str | None = None
    game: str | None = None

    def run(self) -> None:
        """Learn, write and print."""
        data = read_comparisons(self.data)
        found = learn(
            data, self.model, self.adjust, outcomes=outcomes_of(self.game), seed=self.seed
        )
        if self.out is not None:
            self.keep(self.out)
            found.write(self.out)
        truth = self._truth()
        if self.json:
            print_json(found.to_json() | ({} if truth is None else {"truth": truth}))
            return
        asked = f"{found.comparisons} comparisons of {found.people} people"
        say(f"{asked}: model {found.model}, adjusted by {found.adjust}")
        if found.identified:
            say(f"  identified       under what is assumed: {found.why}")
        else:
            say("  not identified   as if pairs had been randomised, and they were not")
        for outcome, value in sorted(found.values.items(), key=lambda item: -item[1]):
            known = (
                "" if truth is None or outcome not in truth else f", {truth[outcome]:.4f} in truth"
            )
            say(
                f"  {outcome:<16} {value:.4f} ({LEVEL:.0%} interval {found.low[outcome]:.4f} to "
                f"{found.high[outcome]:.4f}){known}"
            )
        for cue, moves in found.cues.items():
            say(f"  cue {cue:<12} {moves:+.3f} log odds a standard deviation")
        say(f"  first or second  {found.side:+.3f} log odds for the first")
        if found.effective is not None:
            say(
                f"  weights          {found.effective:.0f} comparisons' worth, the least chance of "
                f"a pair {found.least_propensity:.4f}"
            )
        where = "nowhere; --out DIR keeps it" if self.out is None else self.out / LEARNED
        say(f"  written to       {where}")

    def _truth(self) -> dict[str, float] | None:
        """What simulated people have in truth, where that lies beside what they said."""
        try:
            truth: dict[str, float] = json.loads((self.data.parent / TRUTH).read_text("utf-8"))
            return {name: float(value) for name, value in truth.items()}
        except (AttributeError, OSError, TypeError, ValueError):
            return None
