"""What several runs say together: means with intervals, as learners are compared by now.

Runs come in strata, one for each scenario; seeds are resampled within each, for the scenarios are
all there are. Interquartile means, the probability of improvement and the optimality gap are those
of Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice" (2021).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
RESAMPLES = 2000
Strata = Sequence[NDArray[np.float64]]
"""Of each scenario (..., n) scores of its runs."""


class Estimate(NamedTuple):
    """A number over runs.

    Attributes:
        value: the number.
        low: the lower end of its 95 % interval; None of a single run.
        high: the upper end.
    """

    value: float
    low: float | None
    high: float | None


def interquartile_mean(strata: Strata) -> NDArray[np.float64]:
    """(...) the mean of the middle half of all runs of all scenarios.

    A quarter of the runs, rounded down, is left out on either side, as in `scipy.stats.trim_mean`.
    """
    scores = np.sort(np.concatenate(strata, axis=-1), axis=-1)
    cut = scores.shape[-1] // 4
    middle: NDArray[np.float64] = scores[..., cut : scores.shape[-1] - cut].mean(axis=-1)
    return middle


def mean(strata: Strata) -> NDArray[np.float64]:
    """(...) the mean of all runs of all scenarios."""
    found: NDArray[np.float64] = np.concatenate(strata, axis=-1).mean(axis=-1)
    return found


def optimality_gap(strata: Strata) -> NDArray[np.float64]:
    """(...) by how much runs fall short of a score of 1, where they do, in the mean."""
    scores = np.concatenate(strata, axis=-1)
    gap: NDArray[np.float64] = np.maximum(1 - scores, 0).mean(axis=-1)
    return gap


def improvement(one: Strata, other: Strata) -> NDArray[np.float64]:
    """(...) the chance that a run of one is above a run of the other in the same scenario.

    Equal scores count a half; every scenario counts alike.
    """
    chances = []
    for ours, theirs in zip(one, other, strict=True):
        above = np.sign(ours[..., :, None] - theirs[..., None, :])
        chances.append((1 + above).mean(axis=(-2, -1)) / 2)
    mean: NDArray[np.float64] = np.mean(chances, axis=0)
    return mean


def share_above(strata: Strata, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., len(scores)) performance profile: the share of runs above each score.

    Every run counts alike.
    """
    runs = np.concatenate(strata, axis=-1)
    share: NDArray[np.float64] = (runs[..., None] > scores).mean(axis=-2)
    return share


def estimate(
    statistic: Callable[..., NDArray[np.float64]], *samples: Strata, seed: int = 0
) -> Estimate:
    """A statistic with its stratified percentile bootstrap interval.

    Args:
        statistic: of the samples' strata; reduces their last axis and keeps those before it.
        samples: one for each argument of the statistic; the n-th runs of a scenario have the same
            seed in all of them, and are resampled together.
        seed: of the resampling.
    """
    value = float(statistic(*samples))
    interval = bootstrap(statistic, *samples, seed=seed)
    if interval is None:
        return Estimate(value, None, None)
    return Estimate(value, float(interval[0]), float(interval[1]))


def bootstrap(
    statistic: Callable[..., NDArray[np.float64]], *samples: Strata, seed: int = 0
) -> NDArray[np.float64] | None:
    """(2, ...) the ends of a statistic's interval; None if a scenario has a single run."""
    sizes = [len(runs) for runs in samples[0]]
    if min(sizes) < 2:
        return None
    np_random = np.random.default_rng(seed)
    rows = [np_random.integers(size, size=(RESAMPLES, size)) for size in sizes]
    drawn = [[runs[row] for runs, row in zip(one, rows, strict=True)] for one in samples]
    tail = (1 - LEVEL) / 2
    ends: NDArray[np.float64] = np.quantile(statistic(*drawn), [tail, 1 - tail], axis=0)
    return ends


def mean_of(values: Sequence[float]) -> Estimate | None:
    """The mean of some runs, with Student's interval; None without any."""
    if not values:
        return None
    numbers = np.array(values, dtype=np.float64)
    value = float(numbers.mean())
    if len(numbers) < 2:
        return Estimate(value, None, None)
    from scipy.stats import t  # here, for it takes longer to import than all of `scg`

    wide = (
        float(t.ppf((1 + LEVEL) / 2, len(numbers) - 1) * numbers.std(ddof=1)) / len(numbers) ** 0.5
    )
    return Estimate(value, value - wide, value + wide)
