"""Learn what people want from comparisons of finished episodes.

The value of an outcome is how often a person prefers it to another one, drawn uniformly: a number
from 0 to 1, with an interval. It is adjusted for how pairs came about, as far as the file says it;
what the file does not allow is refused, and `--adjust none` supposes that pairs were randomised.

Examples:
  scg preferences fit runs/people/comparisons.jsonl --out runs/learned
  scg preferences fit DATA --model pairs --adjust doubly_robust --out runs/learned
  scg preferences fit DATA --types 2 --game household --out runs/learned
  scg search household --desirable learned:runs/learned --risk lower
  scg search household --desirable learned:runs/learned/type-1
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from ...core.pre_policy import Finite
from ...core.scenario import make_scenario
from ..command import SeededRun
from ..preference.check import check
from ..preference.comparisons import read_comparisons
from ..preference.learned import LEARNED, Learned, learn, of_type
from ..preference.model import MODELS
from ..preference.types import find_types
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
        game: the game that the episodes are of, whose best commitments are shown; any if None.
        types: the types of people, each with values of its own; not told apart if None.
    """

    positional = "data"
    listed: ClassVar = {"model": MODELS, "adjust": ADJUSTMENTS}

    data: Path
    model: str = "features"
    adjust: str | None = None
    game: str | None = None
    types: int | None = None

    def run(self) -> None:
        """Learn, write and print."""
        data = read_comparisons(self.data)
        found = learn(
            data, self.model, self.adjust, outcomes=outcomes_of(self.game), seed=self.seed
        )
        apart = (
            None if self.types is None else find_types(data, self.types, self.model, seed=self.seed)
        )
        each = [] if apart is None else [of_type(found, apart, k) for k in range(len(apart.shares))]
        if self.out is not None:
            self.keep(self.out)
            found.write(self.out)
            for number, one in enumerate(each, start=1):
                one.write(self.out / f"type-{number}")
        truth = self._truth()
        notes = check(data).notes
        if self.json:
            beside = {"truth": truth, "types": [one.to_json() for one in each], "notes": notes}
            print_json(found.to_json() | {name: one for name, one in beside.items() if one})
            return
        asked = f"{found.comparisons} comparisons of {found.people} people"
        say(f"{asked}: model {found.model}, adjusted by {found.adjust}")
        if found.identified:
            say(f"  identified       under what is assumed: {found.why}")
        else:
            say("  not identified   as if pairs had been randomised, and they were not")
        for outcome in ranked(found.values):
            value = found.values[outcome]
            known = (
                "" if truth is None or outcome not in truth else f", {truth[outcome]:.4f} in truth"
            )
            say(
                f"  {outcome:<16} {value:.4f} ({LEVEL:.0%} interval {found.low[outcome]:.4f} to "
                f"{found.high[outcome]:.4f}){known}"
            )
        for cue, moves in found.cues.items():
            low, high = found.cue_limits[cue]
            sways = "" if low <= 0 <= high else ", which sways people and is not what is wanted"
            say(
                f"  cue {cue:<12} {moves:+.3f} log odds a standard deviation ({low:+.3f} to "
                f"{high:+.3f}){sways}"
            )
        if found.cues:
            say(
                f"  without cues     values would differ by {found.ignoring_cues:.3f} at most "
                "(model outcomes)"
            )
        for note in notes:
            say(f"  note             {note}")
        if found.held_out is not None:
            losses = ", ".join(
                f"{loss:.3f} of {how} pairs" for how, loss in found.held_out.items() if loss
            )
            say(f"  held-out loss    {losses}; {np.log(2):.3f} is a coin's")
        say(f"  first or second  {found.side:+.3f} log odds for the first")
        if found.effective is not None:
            say(
                f"  weights          {found.effective:.0f} comparisons' worth, the least chance of "
                f"a pair {found.least_propensity:.4f}"
            )
        if self.game is not None:
            say(f"  best commitment  {best_commitment(self.game, found)}")
        for number, one in enumerate(each, start=1):
            assert apart is not None
            values = ", ".join(f"{y} {one.values[y]:.3f}" for y in ranked(one.values))
            say(f"  type {number:<12}{apart.shares[number - 1]:.0%} of people: {values}")
            if self.game is not None:
                say(f"    best for them  {best_commitment(self.game, one)}")
        if apart is not None:
            alone = find_types(data, 1, self.model, resamples=0).bic
            say(
                f"  BIC              {apart.bic:.1f}, of one type {alone:.1f}: the smaller the "
                "better"
            )
            if apart.thinnest < 10:
                say(
                    f"  note             some pair was compared {apart.thinnest:.1f} times by one "
                    "type: what it wants there is hardly known"
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


def ranked(values: Mapping[str, float]) -> list[str]:
    """The outcomes, the greatest value first."""
    return sorted(values, key=lambda outcome: -values[outcome])


def best_commitment(game: str, learned: Learned) -> str:
    """What makes the expected value greatest, exactly, in words; a continuum is to be searched."""
    problem = learned.desirable().problem(lambda y: make_scenario(game, desirable=y).problem())
    space = problem.pre_policies
    if not isinstance(space, Finite):
        return "of a continuum; search it"
    p = problem.solver.p(np.arange(space.size))
    point = int(np.nanargmax(p))
    return f"{problem.committed} {space.describe(point)}: expected value {p[point]:.4f}"
