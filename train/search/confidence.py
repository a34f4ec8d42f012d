"""Intervals that hold however often one looks: confidence sequences for means in [0, 1].

Let X_1, X_2, ... lie in [0, 1], each with mean p given those before it: an outcome, or how
desirable it was. Then for every q in (0, 1)

    E[(q/p)^X ((1-q)/(1-p))^(1-X)] <= 1,

for the function of X is convex, so it lies below its chord, whose mean is p q/p + (1-p)
(1-q)/(1-p) = 1. With S = X_1 + ... + X_n the products

    (q/p)^S ((1-q)/(1-p))^(n-S)

are therefore a supermartingale that begins at 1, and so is their mixture over q ~ Beta(1/2, 1/2),

    M_n(p) = B(S + 1/2, n - S + 1/2) / B(1/2, 1/2) / (p^S (1-p)^(n-S)).

By Ville's inequality M_n(p) exceeds 1/alpha at *any* n with chance alpha at most. So the sets

    {p: M_n(p) < 1/alpha}

hold the true p at all n at once with chance 1 - alpha: play until the interval is as narrow as is
wanted, or until it says enough, and look after every episode. They are intervals, for log M_n is
convex in p. The idea is Robbins's (1970); that it holds for bounded means beside coins, Howard,
Ramdas, McAuliffe and Sekhon's (2021).
"""

from __future__ import annotations

import math

LEVEL = 0.95


def confidence_sequence(total: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """What a mean lies between, at every n at once.

    Args:
        total: S, the sum of n values in [0, 1], each with the same mean given those before it.
        n: how many.
        level: 1 - alpha, the chance that all of the intervals hold it, in (0, 1).

    Returns:
        The interval's ends, in [0, 1]; (0, 1) of nothing.
    """
    if n == 0:
        return 0.0, 1.0
    mixed = _log_beta(total + 0.5, n - total + 0.5) - _log_beta(0.5, 0.5) + math.log1p(-level)

    def least(total: float) -> float:
        """The lower end, by halving; the upper one is that of 1 - X, from above."""
        low, high = 0.0, min(total / n, 1.0)  # low is outside, unless S is 0; high is inside
        while total > 0 and low < (p := (low + high) / 2) < high:
            never = (n - total) * math.log1p(-p) if total < n else 0.0
            if mixed - total * math.log(p) - never >= 0:  # alpha M_n(p) >= 1
                low = p
            else:
                high = p
        return low

    return least(total), 1.0 - least(n - total)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
