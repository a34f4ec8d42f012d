"""Bradley-Terry models: the chance that one episode is preferred to another.

    P(a preferred) = sigmoid(u[a] - u[b] + sum_c beta[a, c] x_c - beta[b, c] x_c
                             + sum_f gamma_f (f_a - f_b) + delta * side)

with covariates x of the person, cues f of the episodes, and side 1 where a is shown first, else -1
(Bradley and Terry 1952; Agresti, "Categorical data analysis", section 11.6). `pairs` gives each
pair of outcomes a strength of its own in place of u[a] - u[b], so that it need not come from
strengths of outcomes. A weak normal prior keeps what is never lost finite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .comparisons import Comparisons

MODELS = {
    "outcomes": "a strength of each outcome; cues are not looked at",
    "features": "a strength of each outcome, and of each cue",
    "pairs": "a strength of each pair of outcomes, and of each cue",
}
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
        scale: (F,) what a cue is measured in.
    """

    model: str
    outcomes: int
    cells: tuple[tuple[int, int], ...]
    cues: bool
    scale: NDArray[np.float64]

    @classmethod
    def of(cls, data: Comparisons, model: str) -> Design:
        """A model's, for these comparisons."""
        spread = data.cue_gaps.std(axis=0) if data.cues else np.zeros(0)
        scale = np.where(spread > 0, spread, 1.0)
        return cls(model, len(data.outcomes), data.cells, model != "outcomes", scale)

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
    ) -> NDArray[np.float64]:
        """(n, P) of comparisons; of equal outcomes, whose cell is -1, cues and side alone.

        Args:
            cell: (n,) which outcomes.
            covariates: (n, C) of the person.
            gaps: (n, F) of the cues.
            side: (n,) 1, -1, or 0 for neither.
        """
        base = np.where((cell >= 0)[:, None], self.base()[cell], 0.0)
        crossed = (base[:, :, None] * covariates[:, None, :]).reshape(len(cell), -1)
        cues = gaps / self.scale if self.cues else gaps[:, :0]
        return np.concatenate([base, crossed, cues, side[:, None]], axis=1)


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
