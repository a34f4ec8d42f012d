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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...core.desirable import Desirable
from ...core.errors import InvalidArgument
from ...core.files import cause, read_sealed_json
from ...core.pre_policy import Finite
from ...core.scenario import make_scenario
from ...core.state_form import Named, Real
from ...core.state_form import check as check_form
from ..cli.command import SeededRun
from ..preference.check import check
from ..preference.comparisons import Comparisons
from ..preference.files import read_comparisons
from ..preference.invariance import LEVEL as INVARIANT
from ..preference.learned import LEARNED, Learned, learn, of_type
from ..preference.model import MODELS
from ..preference.types import Types, find_types
from ..preference.values import ADJUSTMENTS, LEVEL
from ._printing import print_json, say
from .preferences_check import outcomes_of
from .preferences_simulate import TRUE_TYPES, TRUTH

Kept = TypeVar("Kept")


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
        _say_values(found, {} if truth is None else truth)
        _say_cues(found, notes)
        _say_fit(found)
        whole = None if self.game is None else _Weighed.of(self.game, found)
        if whole is not None:
            say(f"  best commitment  {whole.shown}")
        if apart is not None:
            self._say_types(apart, each, whole)
            _say_number_of_types(data, apart, self.model)
        where = "nowhere; --out DIR keeps it" if self.out is None else self.out / LEARNED
        say(f"  written to       {where}")

    def _say_types(self, apart: Types, each: Sequence[Learned], whole: _Weighed | None) -> None:
        """What each type of people wants, and what each kind of simulated people does in truth."""
        rows: list[tuple[str, str, Learned | Desirable]] = [
            (f"type {number:<12}{share:.0%} of people", _listed(one.values), one)
            for number, (share, one) in enumerate(zip(apart.shares, each, strict=True), start=1)
        ]
        rows += [
            (f"in truth         {name}", _listed(values), Desirable(values))
            for name, values in self._true_types().items()
        ]
        for who, values, wanted in rows:
            say(f"  {who}: {values}")
            if self.game is not None and whole is not None:
                say(f"    best for them  {_Weighed.of(self.game, wanted).beside(whole)}")

    def _truth(self) -> dict[str, float] | None:
        """What simulated people have in truth, where that lies beside what they said."""
        return self._beside(TRUTH, _numbers)

    def _true_types(self) -> dict[str, dict[str, float]]:
        """What each kind of simulated people wants in truth; empty where that is not there."""
        read = self._beside(TRUE_TYPES, lambda all_: {k: _numbers(v) for k, v in all_.items()})
        return read or {}

    def _beside(self, name: str, read: Callable[[Any], Kept]) -> Kept | None:
        """What a file beside the data says; None where there is none.

        Raises:
            InvalidArgument: it is damaged, or no such file.
        """
        path = self.data.parent / name
        try:
            return read(read_sealed_json(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (AttributeError, OSError, TypeError, ValueError) as error:
            raise InvalidArgument(
                f"{path} cannot be read ({cause(error)}); simulate the people anew, or move it "
                "away."
            ) from error


def _say_values(found: Learned, truth: Mapping[str, float]) -> None:
    """What was learned of each outcome, and what it is in truth where that is known."""
    asked = f"{found.comparisons} comparisons of {found.people} people"
    say(f"{asked}: model {found.model}, adjusted by {found.adjust}")
    if found.identified:
        say(f"  identified       under what is assumed: {found.why}")
    else:
        say("  not identified   as if pairs had been randomised, and they were not")
    for outcome in ranked(found.values):
        known = f", {truth[outcome]:.4f} in truth" if outcome in truth else ""
        say(
            f"  {outcome:<16} {found.values[outcome]:.4f} ({LEVEL:.0%} interval "
            f"{found.low[outcome]:.4f} to {found.high[outcome]:.4f}){known}"
        )


def _say_cues(found: Learned, notes: Sequence[str]) -> None:
    """What sways people beside the outcomes."""
    for cues, p in found.cue_sets.items():
        verdict = "alike in every environment" if p >= INVARIANT else "not alike"
        say(f"  cues {cues:<11} equal: answers are {verdict} (p {p:.2g})")
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


def _say_fit(found: Learned) -> None:
    """How well the model fits, and what it rests on."""
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


def _say_number_of_types(data: Comparisons, apart: Types, model: str) -> None:
    """Whether people are of so many types rather than of one."""
    alone = find_types(data, 1, model, resamples=0).bic
    say(f"  BIC              {apart.bic:.1f}, of one type {alone:.1f}: the smaller the better")
    if apart.thinnest < 10:
        say(
            f"  note             some pair was compared {apart.thinnest:.1f} times by one "
            "type: what it wants there is hardly known"
        )


def _numbers(kept: Mapping[str, Any]) -> dict[str, float]:
    """Values in [0, 1], by name."""
    check_form(kept, Named(Real(0, 1)))
    return dict(kept)


def _listed(values: Mapping[str, float]) -> str:
    return ", ".join(f"{y} {values[y]:.3f}" for y in ranked(values))


def ranked(values: Mapping[str, float]) -> list[str]:
    """The outcomes, the greatest value first."""
    return sorted(values, key=lambda outcome: -values[outcome])


@dataclass(frozen=True)
class _Weighed:
    """The expected value of every commitment, exactly; of a continuum none."""

    names: tuple[str, ...]
    p: NDArray[np.float64]

    @classmethod
    def of(cls, game: str, learned: Learned | Desirable) -> _Weighed:
        values = learned.desirable() if isinstance(learned, Learned) else learned
        problem = values.problem(lambda y: make_scenario(game, desirable=y).problem())
        space = problem.pre_policies
        if not isinstance(space, Finite):
            return cls((), np.zeros(0))
        points = np.arange(space.size)
        names = tuple(f"{problem.committed} {space.describe(point)}" for point in points)
        return cls(names, problem.solver.p(points))

    @property
    def best(self) -> int:
        """The number of the best one; of several the first."""
        return int(np.nanargmax(self.p))

    @property
    def shown(self) -> str:
        """The best one, in words."""
        if not self.names:
            return "of a continuum; search it"
        return f"{self.names[self.best]}: expected value {self.p[self.best]:.4f}"

    def beside(self, whole: _Weighed) -> str:
        """The best one, and what the one that is best for all people gives these."""
        if not self.names:
            return self.shown
        return f"{self.shown}; what is best for all gives them {self.p[whole.best]:.4f}"
