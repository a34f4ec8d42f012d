"""Labour supply under piecewise-linear taxes, in closed form.

A worker of skill v works l hours, earns z = v l, and pays of what lies in bracket b the share r_b.
Its utility z - tax(z) - c l^d, d > 1, is strictly concave within a bracket, and greatest there at

    l_b = (v (1 - r_b) / (c d))^(1 / (d - 1)),  cut to the hours whose income is in the bracket,

whose ends are the kinks and the cap of 100 hours. Where rates fall from one bracket to the next the
budget set is not convex, and several brackets can have a local optimum: all are compared. Of hours
that come in steps the best in a bracket is a step next to l_b, by concavity. Away from kinks and
cap the elasticity of income, by what is left of another unit of it, is 1 / (d - 1).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy
from numpy.typing import NDArray

HOURS = 100.0  # the most that anybody works
COST, POWER = 0.0005, 3.5  # c and d
_SAME = 1e-13  # utilities that differ by less, as a share of what can be earned, are the same


def lognormal(median: float, spread: float, workers: int) -> NDArray[np.float64]:
    """(workers,) skills that stand for a lognormal: the middles of equally likely parts of it."""
    return np.asarray(
        median * np.exp(spread * scipy.special.ndtri((np.arange(workers) + 0.5) / workers))
    )


def slices(income: NDArray[np.float64], thresholds: Sequence[float]) -> NDArray[np.float64]:
    """(..., B) the part of (...) incomes in each bracket; thresholds are the B - 1 between them."""
    low = np.array([0.0, *thresholds])
    return np.clip(income[..., None] - low, 0.0, np.diff(low, append=np.inf))


def tax(parts: NDArray[np.float64], rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """(...) what is due on parts of incomes (..., B) at rates (..., B), both broadcast."""
    due = parts[..., 0] * rates[..., 0]
    for bracket in range(1, parts.shape[-1]):  # in this order, so that all sum to the same bit
        due = due + parts[..., bracket] * rates[..., bracket]
    return due


def supply(
    skills: NDArray[np.float64],
    rates: NDArray[np.float64],
    thresholds: Sequence[float] = (),
    *,
    cost: float = COST,
    power: float = POWER,
    levels: int | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(..., W) the hours that are best for each worker: the fewest, and the most, of such.

    Args:
        skills: (W,) earnings of an hour, 0 or more.
        rates: (..., B) marginal rates in [0, 1].
        thresholds: (B - 1,) incomes between the brackets, rising.
        cost: c, above 0.
        power: d, above 1.
        levels: into how many steps the hours from 0 to the cap fall; a continuum if None.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        edges = np.minimum(np.array([0.0, *thresholds, np.inf])[:, None] / skills, HOURS)
    edges[0], edges[-1] = 0.0, HOURS  # also of those without any skill
    found = []
    for bracket in range(rates.shape[-1]):
        left = skills * (1 - rates[..., bracket, None])
        best = (left / (cost * power)) ** (1 / (power - 1))
        best = np.clip(best, edges[bracket], edges[bracket + 1])
        if levels is None:
            found.append(best)
        else:
            step = HOURS / levels
            found += [np.floor(best / step) * step, np.minimum(np.ceil(best / step), levels) * step]
    worth = [
        income - tax(slices(income, thresholds), rates[..., None, :]) - cost * hours**power
        for hours, income in ((hours, skills * hours) for hours in found)
    ]
    enough = np.max(worth, axis=0) - _SAME * np.maximum(skills * HOURS, 1.0)
    few, most = np.full_like(found[0], np.inf), np.full_like(found[0], -np.inf)
    for hours, value in zip(found, worth, strict=True):
        few = np.where(value >= enough, np.minimum(few, hours), few)
        most = np.where(value >= enough, np.maximum(most, hours), most)
    return few, most
