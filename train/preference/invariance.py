"""Which cues to hold equal: those with which answers come about alike in every environment.

People are asked in several environments, such as sites or waves. What makes them prefer, outcomes
and some cues, does so alike everywhere; other cues only go with it, such as the seconds that an
episode is looked at, which may follow from the preference, and by how much differs. So for every
set of cues it is tested whether one Bradley-Terry model of the outcomes and these cues is right in
all environments (invariant causal prediction: Peters, Buehlmann and Meinshausen 2016, section 3).

Identified is the value of an outcome, with the cues that sway people equal, if

    modularity   P(preferred | pair, person, the cues that sway) is the same in every environment
    pairs        were randomised, or chosen by covariates that are adjusted for
    variety      environments differ enough in what the other cues do that these fail the test

Then the right set passes with a chance of 1 - LEVEL, whatever else passes, and what lies between
the ends of the intervals of all sets that pass holds the value as often as such an interval less
LEVEL. Where environments are alike all sets pass, and the interval is wide. A covariate that nobody
wrote down and that decides pairs alike everywhere passes too, and misleads: no test sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from .comparisons import Comparisons
from .model import PRECISION, Design, fit_logistic, sigmoid

LEVEL = 0.05
"""Of the test: how often the right set of cues fails it."""

_MOST_CUES = 8


@dataclass(frozen=True)
class CueSet:
    """Cues that may be those to hold equal.

    Attributes:
        cues: their names.
        p: how likely answers differ so much between environments by chance, if it is right.
    """

    cues: tuple[str, ...]
    p: float

    @property
    def passes(self) -> bool:
        """Whether the test does not reject it."""
        return self.p >= LEVEL


def cue_sets(data: Comparisons, covariates: tuple[str, ...] = ()) -> list[CueSet]:
    """Every set of cues with its test, the likeliest first.

    Args:
        data: comparisons in two environments or more.
        covariates: those that pairs were chosen by, complete.

    Raises:
        InvalidArgument: one environment alone, too many cues to try their sets, or no set passes.
    """
    if len(data.environments) < 2:
        raise InvalidArgument(
            f"adjust is 'invariance', and {len(data.environments)} environments are said of every "
            "comparison; expected two at least."
        )
    if len(data.cues) > _MOST_CUES:
        raise InvalidArgument(
            f"there are {len(data.cues)} cues, whose sets are too many to try; expected "
            f"{_MOST_CUES} at most."
        )
    names = chain.from_iterable(combinations(data.cues, n) for n in range(len(data.cues) + 1))
    found = [CueSet(cues, _same(data.holding(cues), covariates)) for cues in names]
    found.sort(key=lambda one: (-one.p, one.cues))
    if not found[0].passes:
        raise InvalidArgument(
            "no set of cues explains the answers alike in every environment (p "
            f"{found[0].p:.1e} at most): something else decides them, and differently; randomise "
            "pairs, or write down what pairs are chosen by and how environments differ."
        )
    return found


def _same(data: Comparisons, covariates: tuple[str, ...]) -> float:
    """The p-value of one model being right in all environments.

    A score test of a strength of its own for every column, in every environment but the first. What
    one person says counts as one draw, by the sums over people of their scores.
    """
    known = data.known[:, [data.covariates.index(name) for name in covariates]]
    spread = known.std(axis=0)
    known = (known - known.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    design = Design.of(data, "features")
    columns = design.columns(data.cell, known, data.cue_gaps, data.side)
    p = sigmoid(columns @ fit_logistic(columns, data.won, np.ones(len(data.won))))
    own = [columns[:, :-1] * (data.environment == e)[:, None] for e in data.environments[1:]]
    more = np.concatenate(own, axis=1)
    weighted = columns * (p * (1 - p))[:, None]
    shared = weighted.T @ columns + PRECISION * np.eye(columns.shape[1])
    more = more - columns @ np.linalg.solve(shared, weighted.T @ more)
    scores: NDArray[np.float64] = np.zeros((int(data.person.max()) + 1, more.shape[1]))
    np.add.at(scores, data.person, more * (data.won - p)[:, None])
    varies, total = scores.T @ scores, scores.sum(axis=0)
    free = int(np.linalg.matrix_rank(varies, hermitian=True))
    if not free:
        return 1.0
    statistic = total @ np.linalg.pinv(varies, hermitian=True) @ total
    return float(scipy.special.chdtrc(free, statistic))
