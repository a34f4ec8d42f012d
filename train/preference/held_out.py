"""How well learned values predict answers that they were not learned of, by how pairs came about.

A model may predict held-out pairs that were chosen as its own were, and be wrong about what people
would prefer of pairs drawn by chance: the first is the usual test, the second the one that counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .comparisons import Comparisons
from .model import sigmoid
from .values import Estimate, estimate

FOLDS = 5


@dataclass(frozen=True)
class HeldOut:
    """Mean log loss, in nats; log 2 is that of a coin.

    Attributes:
        chosen: of pairs that were chosen; None where there are none.
        randomised: of pairs that were drawn by chance; None where there are none.
    """

    chosen: float | None
    randomised: float | None


def held_out(
    data: Comparisons,
    model: str,
    adjust: str,
    covariates: tuple[str, ...] = (),
    *,
    seed: int = 0,
) -> HeldOut | None:
    """Predict the answers of each fifth of the people by what the others say.

    Args:
        data: the comparisons.
        model: one of `scg_envs.train.preference.model.MODELS`.
        adjust: one of `scg_envs.train.preference.values.ADJUSTMENTS`.
        covariates: what is adjusted for.
        seed: of who is in which fifth.

    Returns:
        None where there are too few people, or a fifth of them alone saw some outcome.
    """
    people = int(data.person.max()) + 1
    if people < 2 * FOLDS:
        return None
    fold = np.random.default_rng(seed).permutation(people) % FOLDS
    loss = np.full(len(data.rows), np.nan)
    for one in range(FOLDS):
        away = fold[data.person] == one
        rest = data.select(np.flatnonzero(~away).tolist())
        usable = rest.randomised.any() or adjust != "randomised"
        if rest.outcomes != data.outcomes or not usable:
            return None
        found = estimate(rest, model, adjust, covariates=covariates, resamples=0)
        loss[away] = _loss(data, found, np.flatnonzero(away))

    def mean(rows: NDArray[np.bool_]) -> float | None:
        return float(loss[rows].mean()) if rows.any() else None

    different = data.cell >= 0
    return HeldOut(mean(different & ~data.randomised), mean(different & data.randomised))


def _loss(data: Comparisons, found: Estimate, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """(rows,) minus the log chance of what was preferred, by the population's values."""
    wins = np.clip(found.wins, 1e-3, 1 - 1e-3)[data.cell[rows]]
    score = np.log(wins / (1 - wins)) + found.sway(data)[rows]
    p = sigmoid(score)
    return -np.log(np.where(data.won[rows] > 0, p, 1 - p))
