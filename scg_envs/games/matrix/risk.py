"""Followers that shun variance: what actions are worth to them, and at which weights they turn.

What an action b pays a follower has a mean m_b and a variance v_b over what the others draw; to one
with weight w it is worth

    m_b - w v_b.

So of two actions the one with the smaller variance takes over at the weight

    w* = (m_b - m_c) / (v_b - v_c),

and an action is an answer between two such weights, or never: the lines m_b - w v_b have an upper
envelope. In the stag hunt, hunted with chance x by who commits, the stag has mean 1 + 3 x and
variance 9 x (1 - x), the hare 2 + x and x (1 - x): the hare takes over at the weight

    w* = (2 x - 1) / (8 x (1 - x)).

Over several rounds a follower shuns, in each round, the variance of what that round pays, given
what it remembers: w is then a price on each round's risk, and what was best to plan is best to do
when it comes to it. (The variance of the sum of rounds has no such plans.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...causal.comparison import Amounts, rounded

_TIED = 1e-12  # relative: moments of payoffs that differ by less are the same


class Moments(NamedTuple):
    """What actions pay, over what others draw; all of one shape.

    Attributes:
        mean: m.
        variance: v, at least 0.
        size: the mean of the payoffs' absolute values.
    """

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    size: NDArray[np.float64]

    @classmethod
    def of(cls, mixtures: NDArray[np.float64], payoffs: NDArray[np.float64]) -> Moments:
        """Those under n mixtures.

        Args:
            mixtures: (n, A) chances of what decides.
            payoffs: (A, ...) what is paid.

        Returns:
            (n, ...) each.
        """
        mean, size = (np.tensordot(mixtures, part, axes=1) for part in (payoffs, np.abs(payoffs)))
        # Not the mean square less the square of the mean: what is certain has no variance at all.
        off = np.square(payoffs[None] - mean[:, None])
        return cls(mean, np.einsum("na,na...->n...", mixtures, off), size)

    def worth(self, weight: float, terms: int) -> Amounts:
        """What actions are worth, m - w v, with what it may have been rounded by.

        Args:
            weight: w.
            terms: how many numbers each mean is a sum of.
        """
        sizes = self.size + abs(weight) * self.variance
        # Mixtures may have been computed, where answers tie.
        values = self.mean - weight * self.variance
        return rounded(values, sizes, 2 * terms, computed=True)


def answering_weights(payoffs: ArrayLike, mixture: ArrayLike) -> NDArray[np.float64]:
    """The weights of the variance between which each action of a follower is an answer, exactly.

    Args:
        payoffs: (A, B) of the follower, by the committed agent's action and its own.
        mixture: (A,) what is committed to.

    Returns:
        (B, 2) from and to, both included, infinite where there is no end; NaN of an action that is
        an answer at no weight.
    """
    table, chances = np.asarray(payoffs, np.float64), np.asarray(mixture, np.float64)
    means, variances, sizes = (part[0] for part in Moments.of(chances[None], table))
    low, high = np.full(len(means), -np.inf), np.full(len(means), np.inf)
    for b in range(len(means)):
        more = means[b] - means
        risk = variances[b] - variances
        more = np.where(np.abs(more) <= _TIED * (sizes[b] + sizes), 0.0, more)
        risk = np.where(np.abs(risk) <= _TIED * (variances[b] + variances), 0.0, risk)
        if (more[risk == 0] < 0).any():
            low[b] = high[b] = np.nan
            continue
        riskier, safer = risk > 0, risk < 0
        high[b] = (more[riskier] / risk[riskier]).min(initial=np.inf)
        low[b] = (more[safer] / risk[safer]).max(initial=-np.inf)
        if low[b] > high[b] + _TIED * max(1.0, abs(high[b])):
            low[b] = high[b] = np.nan
    return np.stack([low, high], axis=1)


def stable(
    mixtures: NDArray[np.float64], payoffs: Sequence[NDArray[np.float64]], weight: float
) -> NDArray[np.bool_]:
    """(n, A_1, ..., A_k) which pure answers of k followers are best to each other.

    Args:
        mixtures: (n, A) of the committed agent.
        payoffs: of each follower (A, A_1, ..., A_k).
        weight: w.
    """
    best = [
        Moments.of(mixtures, table).worth(weight, len(table)).within(0.0, 1 + k)
        for k, table in enumerate(payoffs)
    ]
    return np.asarray(np.all(best, axis=0))
