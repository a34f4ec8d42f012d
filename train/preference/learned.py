"""What was learned of comparisons, as a file: `DIR/learned.json`.

learn(read_comparisons(path)).write(folder)
read_learned(folder).desirable("lower")        for a search
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...core.desirable import Desirable
from ...core.errors import InvalidArgument, UnknownName
from ...core.files import cause, read_sealed_json, write_sealed_json
from ...core.record_form import read_record
from .check import refuse_faults
from .comparisons import Comparisons
from .graph import identify
from .held_out import held_out
from .types import Types
from .values import LEVEL, checked_estimate, estimate

LEARNED = "learned.json"
RISKS = {
    "expected": "the values",
    "lower": f"the lower ends of their {LEVEL:.0%} intervals",
}


@dataclass(frozen=True)
class Learned:
    """The learned value of each outcome, with what it rests on.

    Attributes:
        values: by outcome, in [0, 1]: `scg_envs.train.preference.values`.
        low: the lower ends of their intervals.
        high: the upper ends.
        wins: how often the first of two outcomes is preferred, by both.
        model: the model.
        adjust: how the values were adjusted for how pairs came about.
        identified: whether they are identified so, under what is assumed.
        why: in a sentence.
        comparisons: how many there were.
        people: how many said them.
        cues: by how many log odds a standard deviation of each cue's gap moves a preference; of
            the model `outcomes` none.
        cue_limits: the intervals of these.
        ignoring_cues: by how much the values would differ, at most, if cues were not looked at.
        held_out: the mean log loss of people who were held out, of pairs that were `chosen` and
            `randomised`; None where it cannot be measured.
        cue_sets: by `invariance`, the p-value of every set of cues; empty otherwise.
        side: by how many being shown first does.
        least_propensity: the least chance of a pair that was shown; None where none is weighted.
        effective: the effective number of comparisons behind the weights; None where none is.
    """

    values: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]
    wins: dict[str, float]
    model: str
    adjust: str
    identified: bool
    why: str
    comparisons: int
    people: int
    cues: dict[str, float]
    side: float
    least_propensity: float | None
    effective: float | None
    cue_limits: dict[str, tuple[float, float]]
    ignoring_cues: float
    held_out: dict[str, float | None] | None
    cue_sets: dict[str, float] = field(default_factory=dict)

    @property
    def best(self) -> str:
        """The outcome with the greatest value."""
        return max(self.values, key=lambda outcome: self.values[outcome])

    def desirable(self, risk: str = "expected") -> Desirable:
        """What a search makes large.

        Raises:
            UnknownName: no such risk.
        """
        if risk not in RISKS:
            raise UnknownName("risk", risk, RISKS)
        return Desirable(self.low if risk == "lower" else self.values)

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)

    def write(self, folder: Path) -> None:
        """Write it into a folder.

        Raises:
            CannotWrite: it cannot be written.
        """
        write_sealed_json(folder / LEARNED, self.to_json())


def learn(
    data: Comparisons,
    model: str = "features",
    adjust: str | None = None,
    *,
    outcomes: tuple[str, ...] | None = None,
    seed: int = 0,
) -> Learned:
    """Learn the values of outcomes.

    Args:
        data: the comparisons.
        model: one of `scg_envs.train.preference.model.MODELS`.
        adjust: one of `scg_envs.train.preference.values.ADJUSTMENTS`; one that identifies the
            values if None.
        outcomes: those that the game has, if one is named.
        seed: of the bootstrap.

    Raises:
        UnknownName: no such model or adjustment.
        InvalidArgument: nothing can be learned, or not by this adjustment.
    """
    refuse_faults(data, outcomes)
    found = identify(data)
    chosen, estimated = checked_estimate(data, model, adjust, seed=seed)
    covariates = found.covariates or ()
    held = data
    if chosen == "invariance":
        held = data.holding(estimated.cue_sets[0].cues)
    pooled = chosen if held is data else "covariates" if covariates else "none"
    plain = estimate(data, "outcomes", pooled, covariates=covariates, resamples=0)
    apart = held_out(held, model, pooled, covariates, seed=seed)

    def by_outcome(numbers: Any) -> dict[str, float]:
        return dict(zip(data.outcomes, map(float, numbers), strict=True))

    return Learned(
        by_outcome(estimated.values),
        by_outcome(estimated.low),
        by_outcome(estimated.high),
        {
            f"{data.outcomes[a]} | {data.outcomes[b]}": float(win)
            for (a, b), win in zip(data.cells, estimated.wins, strict=True)
        },
        model,
        chosen,
        chosen in found.adjustments,
        found.why,
        len(data.rows),
        int(data.person.max()) + 1,
        estimated.cues,
        estimated.side,
        estimated.least_propensity,
        estimated.effective,
        estimated.cue_limits,
        float(np.abs(plain.values - estimated.values).max()),
        None if apart is None else asdict(apart),
        {", ".join(one.cues) or "none": one.p for one in estimated.cue_sets},
    )


def of_type(learned: Learned, types: Types, number: int) -> Learned:
    """What people of one type want, beside what all want.

    Args:
        learned: of all people.
        types: as they were told apart.
        number: which of them, from 0 on.
    """

    def by_outcome(numbers: Any) -> dict[str, float]:
        return dict(zip(types.outcomes, map(float, numbers[number]), strict=True))

    return replace(
        learned,
        values=by_outcome(types.values),
        low=by_outcome(types.low),
        high=by_outcome(types.high),
        wins={},
        why=f"pairs were randomised; {types.shares[number]:.0%} of people seem to be of this type",
    )


def read_learned(folder: Path) -> Learned:
    """What was learned, from its folder.

    Raises:
        InvalidArgument: there is none, or it is damaged.
    """
    try:
        learned = read_record(Learned, read_sealed_json(folder / LEARNED))
        if not learned.values.keys() == learned.low.keys() == learned.high.keys():
            raise ValueError("its values and their intervals are not of the same outcomes")
        learned.desirable()
        learned.desirable("lower")
    except OSError as error:
        raise InvalidArgument(
            f"{folder} holds nothing learned ({LEARNED}: {cause(error)}); expected a folder that "
            "scg preferences fit wrote."
        ) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidArgument(
            f"{folder / LEARNED} cannot be read: {str(error).rstrip('.')}."
        ) from error
    return learned
