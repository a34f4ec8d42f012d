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
from functools import cached_property, partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument, UnknownName
from .comparisons import Comparisons
from .graph import identify, never_shown
from .invariance import CueSet, cue_sets
from .model import MODELS, Design, sigmoid

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
_PLACES = 16  # where a network's cues are held equal
_FINE = 12  # kinds of people up to which chances of pairs are counted, kind by kind


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


@dataclass(frozen=True)
class _Fit:
    wins: NDArray[np.float64]
    cues: NDArray[np.float64]
    side: float
    propensity: NDArray[np.float64] | None
    weights: NDArray[np.float64] | None
    coefficients: NDArray[np.float64]


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
    table = _Table.of(data, model, adjust, covariates)
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


@dataclass(frozen=True)
class _Table:
    """Comparisons as a model looks at them; resampling changes only how much each counts."""

    design: Design
    adjust: str
    cell: NDArray[np.int64]
    won: NDArray[np.float64]
    gaps: NDArray[np.float64]
    cues: NDArray[np.float64]  # (n, 2, F) of both episodes
    side: NDArray[np.float64]
    person: NDArray[np.int64]
    known: NDArray[np.float64]  # (n, C) covariates, scaled
    kind: NDArray[np.int64] | None  # of person, where these are few
    given: NDArray[np.float64]  # known propensities
    randomised: NDArray[np.bool_]
    share: NDArray[np.float64]  # of its person, of each comparison

    @classmethod
    def of(cls, data: Comparisons, model: str, adjust: str, covariates: tuple[str, ...]) -> _Table:
        """The comparisons that an adjustment looks at."""
        if adjust == "randomised":
            data = data.select(np.flatnonzero(data.randomised)).among(data.outcomes)
        columns = [data.covariates.index(name) for name in covariates]
        raw = data.known[:, columns] if adjust not in ("none", "randomised") else data.known[:, :0]
        spread = raw.std(axis=0)
        kinds, kind = np.unique(raw, axis=0, return_inverse=True)
        person = data.person
        return cls(
            Design.of(data, model),
            adjust,
            data.cell,
            data.won,
            data.cue_gaps,
            data.cue_values,
            data.side,
            person,
            (raw - raw.mean(axis=0)) / np.where(spread > 0, spread, 1.0),
            kind.reshape(-1) if len(kinds) <= _FINE else None,
            data.propensity,
            data.randomised,
            1.0 / np.bincount(person)[person],
        )

    @cached_property
    def _models_covariates(self) -> bool:
        return self.adjust in ("covariates", "doubly_robust")

    @cached_property
    def _columns(self) -> NDArray[np.float64]:
        """(n, P) what the model looks at."""
        return self.design.columns(self.cell, self._modelled, self.gaps, self.side, self.cues)

    @cached_property
    def _modelled(self) -> NDArray[np.float64]:
        """(n, C) the covariates that the model looks at."""
        return self.known if self._models_covariates else self.known[:, :0]

    def _fitted(
        self, weights: NDArray[np.float64], start: NDArray[np.float64] | None
    ) -> NDArray[np.float64]:
        covariates = self._modelled.shape[1]
        return self.design.fit(self._columns, covariates, self.won, weights, start)

    def _chances(
        self, columns: NDArray[np.float64], found: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(n,) how likely the first outcome of each cell is preferred."""
        return sigmoid(self.design.score(columns, self._modelled.shape[1], found))

    @cached_property
    def _standard(self) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
        """Of each side, pair, cues that both have, and kind of person, what the model looks at.

        What a network makes of cues depends on where they are equal: at those of some episodes.

        Returns:
            (2 x cells x cues x kinds, P) the columns, (n,) the kind of each comparison's person,
            and how many kinds there are.
        """
        kinds, kind = np.unique(self._modelled, axis=0, return_inverse=True)
        cells, places = len(self.design.cells), len(self._equal)
        equal = np.tile(np.repeat(self._equal, len(kinds), axis=0), (2 * cells, 1))
        cell = np.tile(np.repeat(np.arange(cells), places * len(kinds)), 2)
        side = np.repeat([1.0, -1.0], len(cell) // 2)
        rows = np.tile(kinds, (2 * cells * places, 1))
        both = np.stack([equal, equal], axis=1)
        columns = self.design.columns(cell, rows, np.zeros(equal.shape), side, both)
        return columns, kind.reshape(-1), len(kinds)

    @cached_property
    def _equal(self) -> NDArray[np.float64]:
        """(places, F) cues that both episodes have, where it is asked what is preferred."""
        places = _PLACES if self.design.model == "network" else 1
        return self.cues[np.linspace(0, len(self.cell) - 1, places).round().astype(np.int64), 0]

    def sway(self, found: NDArray[np.float64], data: Comparisons) -> NDArray[np.float64]:
        """(n,) the log odds that the cues and the order of other comparisons add."""
        known = np.zeros((len(data.rows), self._modelled.shape[1]))
        nothing = np.zeros(len(data.rows))

        def score(gaps: NDArray[np.float64], side: Any, values: Any) -> NDArray[np.float64]:
            columns = self.design.columns(data.cell, known, gaps, side, values)
            return self.design.score(columns, known.shape[1], found)

        equal = [
            score(0 * data.cue_gaps, nothing, np.broadcast_to(one, data.cue_values.shape))
            for one in self._equal
        ]
        return score(data.cue_gaps, data.side, data.cue_values) - np.mean(equal, axis=0)

    def _wins(self, found: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """(cells,) P of each pair by the model, over people, cues equal, either side as often."""
        columns, kind, kinds = self._standard
        cells = len(self.design.cells)
        p = self._chances(columns, found).reshape(2, cells, -1, kinds).mean(axis=(0, 2))
        return np.asarray(p @ np.bincount(kind, counts, minlength=kinds) / counts.sum())

    def fit(self, counts: NDArray[np.float64], start: NDArray[np.float64] | None = None) -> _Fit:
        """Fit, each comparison counting so often, from coefficients on that are near."""
        counts = counts * self.share * len(counts) / (counts @ self.share)
        if self.adjust in ("none", "randomised"):
            found = self._fitted(counts, start)
            return _Fit(self._wins(found, counts), *self._nuisance(found), None, None, found)
        chance = None if self.adjust == "covariates" else self._propensity(counts)
        if self.adjust == "weights":
            assert chance is not None
            weights = np.where(self.cell >= 0, counts / chance, counts)
            weights = weights * len(weights) / weights.sum()
            found = self._fitted(weights, start)
            return _Fit(self._wins(found, counts), *self._nuisance(found), chance, weights, found)
        found = self._fitted(counts, start)
        wins = self._wins(found, counts)
        if chance is None:
            return _Fit(wins, *self._nuisance(found), None, None, found)
        weights = np.where(self.cell >= 0, counts / chance, 0.0)
        left = self.won - self._chances(self._columns, found)
        for k in np.unique(self.cell[self.cell >= 0]):
            own = weights * (self.cell == k)
            if own.sum() > 0:
                wins[k] += own @ left / own.sum()
        return _Fit(np.clip(wins, 0, 1), *self._nuisance(found), chance, weights, found)

    def _nuisance(self, found: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """(F,) what a standard deviation of each cue's gap does, and what being first does."""
        cues = self.gaps.shape[1] if self.design.cues else 0
        linear = self.design.linear(self._columns, self._modelled.shape[1])
        sways = found[linear - 1 - cues : linear - 1]
        if self.design.model == "network":
            sways = np.array([self._swayed(found, k) for k in range(cues)])
        return sways, float(found[linear - 1])

    def _swayed(self, found: NDArray[np.float64], cue: int) -> float:
        """By how much more of a cue of one episode moves the score in the mean."""
        raised, more = self.cues.copy(), self.gaps.copy()
        raised[:, 0, cue] += self.design.scale[cue]
        more[:, cue] += self.design.scale[cue]
        columns = self.design.columns(self.cell, self._modelled, more, self.side, raised)
        scores = [
            self.design.score(each, self._modelled.shape[1], found)
            for each in (columns, self._columns)
        ]
        return float((scores[0] - scores[1]).mean())

    def _propensity(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) the chance of each comparison's pair: known, or counted, or by a logistic model.

        Randomised pairs are a draw of their own, apart from the chosen ones.
        """
        chance = self.given.copy()
        for group in (self.randomised, ~self.randomised):
            rows = group & np.isnan(self.given)
            if not rows.any():
                continue
            if self.kind is not None:
                kind = np.zeros_like(self.kind) if group is self.randomised else self.kind
                for one in np.unique(kind[rows]):
                    same = group & (kind == one)
                    total = counts[same].sum()
                    for k in np.unique(self.cell[same & rows]):
                        here = same & (self.cell == k)
                        if total > 0:
                            chance[here & rows] = counts[here].sum() / total
            else:
                chance[rows] = _multinomial(self.known[group], self.cell[group], counts[group])[
                    rows[group]
                ]
        return np.maximum(np.where(np.isnan(chance), 1.0, chance), 1e-6)


def _multinomial(
    known: NDArray[np.float64], cell: NDArray[np.int64], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n,) P(own cell | covariates), by multinomial logistic regression with a weak prior."""
    from scipy.optimize import minimize

    labels, own = np.unique(cell, return_inverse=True)
    columns = np.concatenate([np.ones((len(cell), 1)), known], axis=1)
    chosen = np.eye(len(labels))[own]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        at = flat.reshape(columns.shape[1], -1)
        score = columns @ at
        score = score - score.max(axis=1, keepdims=True)
        log_p = score - np.log(np.exp(score).sum(axis=1, keepdims=True))
        slope = columns.T @ (counts[:, None] * (np.exp(log_p) - chosen)) + at / 25
        return float(-(counts[:, None] * chosen * log_p).sum() + (at**2).sum() / 50), slope.ravel()

    start = np.zeros(columns.shape[1] * len(labels))
    at = minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(columns.shape[1], -1)
    score = columns @ at
    p = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray((p / p.sum(axis=1, keepdims=True))[np.arange(len(own)), own])


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
