"""The value of each outcome: how often a person prefers it to another one that is drawn uniformly.

    v(a) = 1 / (K - 1) * sum over b != a of E_people[ P(a preferred to b | do(a and b shown)) ]

with cues equal and both sides as often, each person counting once: the Borda share. It lies in
[0, 1], is 1/2 in the mean over outcomes, and needs no order of outcomes behind preferences. Which
adjustment makes it of what was observed:

    none            as if pairs had been randomised
    randomised      of randomised pairs alone
    weights         each comparison weighs 1 / P(its pair | person): inverse propensity weights
    covariates      a model with the covariates, and its mean over people: standardisation
    doubly_robust   the latter plus what is left over, weighted by the former (AIPW; Robins,
                    Rotnitzky and Zhao 1994): right if either the model or the weights are. What
                    cues do is the model's in any case
    invariance      with those cues equal with which answers come about alike in every environment
                    (`scg_envs.train.preference.invariance`)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument, UnknownName
from .adjusted import Adjusted
from .comparisons import Comparisons
from .graph import identify, never_shown
from .invariance import CueSet, cue_sets
from .model import MODELS

ADJUSTMENTS = {
    "none": "as if pairs had been randomised",
    "randomised": "randomised pairs alone",
    "invariance": "with the cues equal with which answers are alike in every environment",
    "weights": "inverse propensity weights",
    "covariates": "a model with the covariates, and its mean over people",
    "doubly_robust": "the latter, with what is left over weighted by the former",
}
LEVEL = 0.9
"""Of the intervals: how often they hold the truth, as far as the bootstrap is right."""

RESAMPLES = 200


def values_of(outcomes: Sequence[str], wins: NDArray[np.float64]) -> dict[str, float]:
    """The value of each outcome: how often it is preferred to another one, drawn uniformly.

    Args:
        outcomes: K of them.
        wins: (K (K - 1) / 2,) how often the first of each pair is preferred, pairs in the order of
            `itertools.combinations`.
    """
    total = np.zeros(len(outcomes))
    for (one, other), win in zip(combinations(range(len(outcomes)), 2), wins, strict=True):
        total[one] += win
        total[other] += 1 - win
    return dict(zip(outcomes, (total / (len(outcomes) - 1)).tolist(), strict=True))


@dataclass(frozen=True)
class Estimate:
    """The values of outcomes, and of their pairs.

    Attributes:
        outcomes: K of them.
        values: (K,) in [0, 1].
        wins: (cells,) how often the first outcome of each pair is preferred.
        low: (K,) the lower ends of the intervals of level `LEVEL`.
        high: (K,) the upper ends.
        cues: by how many log odds a standard deviation of each cue's gap moves a preference.
        cue_limits: the intervals of these.
        cue_units: the standard deviation of each cue's gap.
        side: by how many being shown first does.
        least_propensity: the least estimated or known chance of a pair that was shown; None where
            nothing is weighted.
        effective: Kish's effective number of comparisons behind the weights; None where
            nothing is weighted.
        sway: from comparisons of the same outcomes and cues to the (n,) log odds that cues and
            the order add, of people in the mean.
        cue_sets: every set of cues with its test, the likeliest first; empty where none was tried.
    """

    outcomes: tuple[str, ...]
    values: NDArray[np.float64]
    wins: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    cues: dict[str, float]
    cue_limits: dict[str, tuple[float, float]]
    cue_units: dict[str, float]
    side: float
    least_propensity: float | None
    effective: float | None
    sway: Callable[[Comparisons], NDArray[np.float64]]
    cue_sets: tuple[CueSet, ...] = ()

    @property
    def best(self) -> str:
        """The outcome with the greatest value."""
        return self.outcomes[int(self.values.argmax())]


def estimate(
    data: Comparisons,
    model: str = "features",
    adjust: str = "none",
    *,
    covariates: tuple[str, ...] = (),
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Learn the values of outcomes.

    Args:
        data: comparisons that `check` finds no fault with.
        model: one of `MODELS`.
        adjust: one of `ADJUSTMENTS`; nothing is asked of the design here.
        covariates: what is adjusted for.
        resamples: of the bootstrap, which draws people with all that they said; 0 for none.
        seed: of the bootstrap.

    Raises:
        UnknownName: no such model or adjustment.
        InvalidArgument: `invariance` of one environment, or where answers differ between them.
    """
    if model not in MODELS:
        raise UnknownName("model", model, MODELS)
    if adjust not in ADJUSTMENTS:
        raise UnknownName("adjustment", adjust, ADJUSTMENTS)
    if adjust == "invariance":
        return _invariant(data, model, covariates, resamples, seed)
    table = Adjusted.of(data, model, adjust, covariates)
    once = np.ones(len(table.won))
    found = table.fit(once)
    values = _values(data, found.wins)
    low = high = np.full(len(values), np.nan)
    limits = np.full((2, len(found.cues)), np.nan)
    if resamples:
        rng = np.random.default_rng(seed)
        people = int(table.person.max()) + 1
        drawn = [
            table.fit(counts[table.person], found.coefficients)
            for counts in rng.multinomial(people, np.full(people, 1 / people), size=resamples)
        ]
        ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
        low, high = np.quantile([_values(data, one.wins) for one in drawn], ends, axis=0)
        if people == 1:  # who says nothing of others
            low, high = np.zeros(len(values)), np.ones(len(values))
        limits = np.quantile([one.cues for one in drawn], ends, axis=0)
    looked_at = data.cues[: len(found.cues)]
    weights = found.weights
    return Estimate(
        data.outcomes,
        values,
        found.wins,
        low,
        high,
        dict(zip(looked_at, found.cues.tolist(), strict=True)),
        {name: (float(a), float(b)) for name, a, b in zip(looked_at, *limits, strict=True)},
        dict(zip(data.cues, table.design.scale.tolist(), strict=True)),
        found.side,
        None if found.propensity is None else float(found.propensity.min()),
        None if weights is None else float(weights.sum() ** 2 / (weights**2).sum()),
        partial(table.sway, found.coefficients),
    )


def _invariant(
    data: Comparisons, model: str, covariates: tuple[str, ...], resamples: int, seed: int
) -> Estimate:
    """By the likeliest set of cues, with intervals that hold those of all sets that pass."""
    sets = cue_sets(data, covariates)
    adjust = "covariates" if covariates else "none"
    each = [
        estimate(
            data.holding(one.cues), model, adjust,
            covariates=covariates, resamples=resamples, seed=seed,
        )
        for one in sets
        if one.passes
    ]  # fmt: skip
    return replace(
        each[0],
        low=np.min([one.low for one in each], axis=0),
        high=np.max([one.high for one in each], axis=0),
        sway=lambda other: each[0].sway(other.holding(sets[0].cues)),
        cue_sets=tuple(sets),
    )


def _values(data: Comparisons, wins: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array(list(values_of(data.outcomes, wins).values()))


def checked_estimate(
    data: Comparisons, model: str, adjust: str | None, *, seed: int = 0
) -> tuple[str, Estimate]:
    """Learn values by an adjustment that the design allows; `none` is taken as it is asked for.

    Args:
        data: comparisons.
        model: one of `MODELS`.
        adjust: one of `ADJUSTMENTS`; the last that identifies the values if None.
        seed: of the bootstrap.

    Returns:
        The adjustment, and what was learned.

    Raises:
        UnknownName: no such model or adjustment.
        InvalidArgument: comparisons of which nothing can be learned, or not by this adjustment.
    """
    if adjust is not None and adjust not in ADJUSTMENTS:
        raise UnknownName("adjustment", adjust, ADJUSTMENTS)
    rare = never_shown(data)
    if model == "pairs" and rare:
        raise InvalidArgument(
            f"model is 'pairs', of which each has a strength of its own, and nobody was shown "
            f"{rare}; show it, or take 'features', which supposes strengths of outcomes."
        )
    found = identify(data)
    if adjust is None and not found.identified:
        raise InvalidArgument(
            f"the values of outcomes are not identified: {found.why}; {found.wanted}; or take "
            "adjust 'none', which supposes that pairs were randomised."
        )
    if adjust == "invariance" and len(data.environments) < 2:
        cue_sets(data)  # says what it needs
    if adjust not in (None, "none", *found.adjustments):
        allowed = ", ".join(("none", *(a for a in found.adjustments if a != "none")))
        raise InvalidArgument(
            f"adjust is {adjust!r}, which this design does not allow: {found.why}; expected one "
            f"of: {allowed}."
        )
    chosen = found.adjustments[-1] if adjust is None else adjust
    covariates = found.covariates or ()
    if adjust is None and "none" in found.adjustments:
        chosen = "none"
    return chosen, estimate(data, model, chosen, covariates=covariates, seed=seed)
