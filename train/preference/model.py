"""Bradley-Terry models: the chance that one episode is preferred to another.

    P(a preferred) = sigmoid(u[a] - u[b] + sum_c beta[a, c] x_c - beta[b, c] x_c
                             + sum_f gamma_f (f_a - f_b) + delta * side)

with covariates x of the person, cues f of the episodes, and side 1 where a is shown first, else -1
(Bradley and Terry 1952; Agresti, "Categorical data analysis", section 11.6). `pairs` gives each
pair of outcomes a strength of its own in place of u[a] - u[b], so that it need not come from
strengths of outcomes. A weak normal prior keeps what is never lost finite. `network` adds a small
network (`scg_envs.train.preference.network`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .comparisons import Comparisons
from .network import fit_network, network_inputs, network_score

LINEAR = {
    "outcomes": "a strength of each outcome; cues are not looked at",
    "features": "a strength of each outcome, and of each cue",
    "pairs": "a strength of each pair of outcomes, and of each cue",
}
MODELS = LINEAR | {"network": "the same as features, and what a small network adds to it"}
PRECISION = 1 / 25
"""Of the prior of each coefficient: its standard deviation is 5, on the scale of log odds."""

_STEPS, _CLOSE = 100, 1e-10


@dataclass(frozen=True)
class Design:
    """What a model looks at.

    Attributes:
        model: one of `MODELS`.
        outcomes: K, how many there are.
        cells: their pairs.
        cues: whether it looks at cues.
        scale: (F,) what the gap of a cue is measured in.
        middle: (F,) the mean of each cue, over episodes.
        spread: (F,) its standard deviation.
    """

    model: str
    outcomes: int
    cells: tuple[tuple[int, int], ...]
    cues: bool
    scale: NDArray[np.float64]
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(cls, data: Comparisons, model: str) -> Design:
        """A model's, for these comparisons."""
        gap = data.cue_gaps.std(axis=0) if data.cues else np.zeros(0)
        episodes = data.cue_values.reshape(2 * len(data.rows), len(data.cues))
        spread = episodes.std(axis=0)
        return cls(
            model,
            len(data.outcomes),
            data.cells,
            model != "outcomes",
            np.where(gap > 0, gap, 1.0),
            episodes.mean(axis=0),
            np.where(spread > 0, spread, 1.0),
        )

    @classmethod
    def bare(cls, model: str, outcomes: int) -> Design:
        """A model's before there are comparisons, without cues."""
        none = np.zeros(0)
        cells = tuple(combinations(range(outcomes), 2))
        return cls(model, outcomes, cells, model != "outcomes", none, none, none)

    def base(self) -> NDArray[np.float64]:
        """(cells, B) the columns of each cell's outcomes."""
        if self.model == "pairs":
            return np.eye(len(self.cells))
        one, other = np.array(self.cells).T
        strength = np.eye(self.outcomes)
        return np.asarray((strength[one] - strength[other])[:, 1:])

    def columns(
        self,
        cell: NDArray[np.int64],
        covariates: NDArray[np.float64],
        gaps: NDArray[np.float64],
        side: NDArray[np.float64],
        values: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """(n, P) of comparisons; of equal outcomes, whose cell is -1, cues and side alone.

        Args:
            cell: (n,) which outcomes.
            covariates: (n, C) of the person.
            gaps: (n, F) of the cues.
            side: (n,) 1, -1, or 0 for neither.
            values: (n, 2, F) the cues of both episodes, for a network; not looked at otherwise.
        """
        base = np.where((cell >= 0)[:, None], self.base()[cell], 0.0)
        crossed = (base[:, :, None] * covariates[:, None, :]).reshape(len(cell), -1)
        cues = gaps / self.scale if self.cues else gaps[:, :0]
        linear = np.concatenate([base, crossed, cues, side[:, None]], axis=1)
        if self.model != "network":
            return linear
        assert values is not None
        one_hot = np.eye(self.outcomes)[np.array(self.cells)][cell] * (cell >= 0)[:, None, None]
        scaled = (values - self.middle) / self.spread
        return np.concatenate([linear, network_inputs(one_hot, scaled, covariates)], axis=1)

    def linear(self, columns: NDArray[np.float64], covariates: int) -> int:
        """How many of the columns are the linear model's."""
        if self.model != "network":
            return columns.shape[1]
        cues = len(self.scale)
        return columns.shape[1] - 2 * (self.outcomes + cues + covariates)

    def fit(
        self,
        columns: NDArray[np.float64],
        covariates: int,
        won: NDArray[np.float64],
        weights: NDArray[np.float64],
        start: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """(Q,) what makes the posterior greatest, or for a network is one of its tops.

        Args:
            columns: (n, P) as `columns` returned them.
            covariates: C, how many they look at.
            won: (n,) 1 or 0.
            weights: (n,) how much each counts; their mean is 1.
            start: (Q,) what is near; none if None.
        """
        if self.model != "network":
            return fit_logistic(columns, won, weights, start)
        linear = self.linear(columns, covariates)
        begin = fit_logistic(columns[:, :linear], won, weights) if start is None else start[:linear]
        return fit_network(columns, begin, won, weights, PRECISION, start)

    def score(
        self, columns: NDArray[np.float64], covariates: int, found: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(n,) log odds that the first outcome of each cell is preferred."""
        if self.model != "network":
            return np.asarray(columns @ found)
        return network_score(columns, self.linear(columns, covariates), found)


def fit_logistic(
    columns: NDArray[np.float64],
    won: NDArray[np.float64],
    weights: NDArray[np.float64],
    start: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """(P,) the coefficients with the greatest posterior, by Newton's method.

    Args:
        columns: (n, P).
        won: (n,) 1 or 0.
        weights: (n,) how much each counts; their mean is 1.
        start: (P,) where to begin; at 0 if None.
    """
    size = columns.shape[1]
    found = np.zeros(size) if start is None else start

    def loss(at: NDArray[np.float64]) -> float:
        score = columns @ at
        lost = np.logaddexp(0, score) - won * score
        return float(weights @ lost + PRECISION * at @ at / 2)

    now = loss(found)
    for _ in range(_STEPS):
        p = sigmoid(columns @ found)
        slope = columns.T @ (weights * (won - p)) - PRECISION * found
        curve = (columns * (weights * p * (1 - p))[:, None]).T @ columns
        step = np.linalg.solve(curve + PRECISION * np.eye(size), slope)
        length = 1.0
        while (after := loss(found + length * step)) > now and length > 1e-6:
            length /= 2
        found, gain, now = found + length * step, now - after, after
        if gain < _CLOSE:
            break
    return found


def sigmoid(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-score)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(score / 2)))
