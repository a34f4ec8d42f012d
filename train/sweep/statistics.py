"""What several runs say together: means with intervals, as learners are compared by now.

Runs come in strata, one for each scenario; seeds are resampled within each, for the scenarios are
all there are. Interquartile means, the probability of improvement and the optimality gap are those
of Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice" (2021),
as are their bootstrap intervals, which are too narrow where seeds are few: docs/benchmark.md says
how often they held a truth that was known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

LEVEL = 0.95
RESAMPLES = 2000
FLIPS = 2**14
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


def least_mean(values: Sequence[float], share: float) -> float:
    """The mean of the least `share` of some values: conditional value at risk of what is earned.

    Where the share is no whole number of values, the last of them counts in part (Rockafellar and
    Uryasev 2002).

    Args:
        values: at least one.
        share: in (0, 1].
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    weights = np.clip(share * len(ordered) - np.arange(len(ordered)), 0, 1)
    return float(weights @ ordered / weights.sum())


def sign_flip_p(one: Strata, other: Strata, seed: int = 0) -> float:
    """How often chance alone sets two methods so far apart, in the mean of scenarios.

    The permutation test of paired runs: were the methods alike, each difference between runs of
    one scenario and seed would as well have the other sign. All signs where these are at most
    `FLIPS` combinations, else so many random ones beside those that are seen.

    Args:
        one: scores of the one method.
        other: of the other; the n-th runs of a scenario have the same seed.
        seed: of random signs.

    Returns:
        The two-sided p-value.
    """
    gaps = np.concatenate([(a - b) / len(a) for a, b in zip(one, other, strict=True)])
    gaps = gaps[gaps != 0] / len(one)
    if len(gaps) == 0:
        return 1.0
    seen = abs(gaps.sum()) * (1 - 1e-9)  # sums in another order round otherwise
    if 2 ** len(gaps) <= FLIPS:
        signs = np.array(list(product((-1, 1), repeat=len(gaps))))
        return float((abs(signs @ gaps) >= seen).mean())
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(FLIPS, len(gaps)))
    return float((1 + (abs(signs @ gaps) >= seen).sum()) / (1 + FLIPS))


def holm(ps: Sequence[float]) -> list[float]:
    """p-values of several tests, adjusted by Holm's method so that any false finding is as rare.

    The k-th least of m is multiplied by m - k + 1, and is no less than the one before it.
    """
    order = np.argsort(ps, kind="stable")
    factors = np.arange(len(ps), 0, -1)
    raised = np.maximum.accumulate(np.asarray(ps, dtype=np.float64)[order] * factors)
    found = np.empty(len(ps))
    found[order] = np.minimum(raised, 1.0)
    return [float(one) for one in found]


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
    times = scipy.stats.t.ppf((1 + LEVEL) / 2, len(numbers) - 1)
    wide = float(times * numbers.std(ddof=1)) / len(numbers) ** 0.5
    return Estimate(value, value - wide, value + wide)
