"""Comparisons with what tells people and pairs apart adjusted for, and a model fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from .comparisons import Comparisons
from .model import Design, sigmoid

_PLACES = 16  # where a network's cues are held equal
_FINE = 12  # kinds of people up to which chances of pairs are counted, kind by kind


@dataclass(frozen=True)
class Fit:
    """What a fit comes to.

    Attributes:
        wins: (cells,) how often the first outcome of each pair is preferred.
        cues: (F,) the log odds by which a standard deviation of each cue's gap moves a preference.
        side: those by which being shown first does.
        propensity: (n,) the chance of each comparison's pair; None where nothing is weighted.
        weights: (n,) of the comparisons; None where nothing is weighted.
        coefficients: the model's.
    """

    wins: NDArray[np.float64]
    cues: NDArray[np.float64]
    side: float
    propensity: NDArray[np.float64] | None
    weights: NDArray[np.float64] | None
    coefficients: NDArray[np.float64]


@dataclass(frozen=True)
class Adjusted:
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
    def of(
        cls, data: Comparisons, model: str, adjust: str, covariates: tuple[str, ...]
    ) -> Adjusted:
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

    def fit(self, counts: NDArray[np.float64], start: NDArray[np.float64] | None = None) -> Fit:
        """Fit, each comparison counting so often, from coefficients on that are near."""
        counts = counts * self.share * len(counts) / (counts @ self.share)
        if self.adjust in ("none", "randomised"):
            found = self._fitted(counts, start)
            return Fit(self._wins(found, counts), *self._nuisance(found), None, None, found)
        chance = None if self.adjust == "covariates" else self._propensity(counts)
        if self.adjust == "weights":
            assert chance is not None
            weights = np.where(self.cell >= 0, counts / chance, counts)
            weights = weights * len(weights) / weights.sum()
            found = self._fitted(weights, start)
            return Fit(self._wins(found, counts), *self._nuisance(found), chance, weights, found)
        found = self._fitted(counts, start)
        wins = self._wins(found, counts)
        if chance is None:
            return Fit(wins, *self._nuisance(found), None, None, found)
        weights = np.where(self.cell >= 0, counts / chance, 0.0)
        left = self.won - self._chances(self._columns, found)
        for k in np.unique(self.cell[self.cell >= 0]):
            own = weights * (self.cell == k)
            if own.sum() > 0:
                wins[k] += own @ left / own.sum()
        return Fit(np.clip(wins, 0, 1), *self._nuisance(found), chance, weights, found)

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
    found = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B")
    score = columns @ found.x.reshape(columns.shape[1], -1)
    p = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray((p / p.sum(axis=1, keepdims=True))[np.arange(len(own)), own])
