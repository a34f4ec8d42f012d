"""Bayesian optimization over pre-policies, by a Gaussian process of their scores.

Scores are taken for draws of a Gaussian process, whose covariance says which pre-policies score
alike: near ones, where labels are numbers, such as cells and prices; and of a product those that
share an agent's point. With d_k the mean difference of the points of agent k, each number as a
share of its range, or none and all of it where labels are words,

    k(x, x') = 0.4 mean_k exp(-12 d_k) + 0.6 exp(-12 sum_k d_k)

so that what a point does by itself counts beside every other, and what two do together is learned,
too. A batch is filled one after another with what has the greatest mean + 2 deviations, each as if
it had scored its mean already (Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to
parallelize optimization", 2010; the bound is that of Srinivas et al., 2010).

The constants were chosen on generated boards (`benchmarks.joint_posts`) and are fitted to nothing:
a fit would be made of the few scores that differ at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.pre_policy import Finite, Latent, PrePolicySpace
from ....core.pre_policy.finite_product import FiniteProduct
from ....core.state_form import Each, Form, Point, Real
from .meta import Meta

_ALONE = 0.4  # the variance of what a point does by itself
_NEAR = 12.0  # how soon points are strangers: 1 / _NEAR of their range
_DEVIATIONS = 2.0
_NOISE = 1e-3  # of a score, in variances of scores
_CANDIDATES, _NEIGHBORS = 4096, 512  # that are compared for each batch, some of them near the best
_SHARE, _LEAST, _MOST = 0.03, 60, 600  # evaluations, of a product's size


class GpMeta(Meta):
    """A Gaussian process model of the scores, asked by an upper bound on what each promises.

    With n scores a batch costs some n^2 times `_CANDIDATES` operations, a tenth of a second for
    300: this is for responders that cost more, such as a model that is trained anew, or people.
    """

    name = "gp"

    @classmethod
    def defaults(cls, space: PrePolicySpace) -> tuple[int, int]:
        """Evaluations in all and in a batch: 60 and 4; of joint pre-policies 3 %, up to 600."""
        if isinstance(space, FiniteProduct):
            evaluations = int(np.clip(_SHARE * space.size, _LEAST, _MOST))
            return evaluations, max(4, evaluations // 15)
        return _LEAST, 4

    def __init__(
        self, space: PrePolicySpace, *, evaluations: int = 0, batch: int = 0, seed: int = 0
    ) -> None:
        """Begin without any knowledge."""
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        self._points: list[NDArray[Any]] = []  # of which the scores are known
        self._scores: list[float] = []

    def state_dict(self) -> StateDict:
        """What was told."""
        return {**super().state_dict(), "points": list(self._points), "scores": list(self._scores)}

    def state_form(self, kept: StateDict) -> Form:
        """As many scores as points."""
        known = len(kept["points"])
        own = {"points": Each(Point(self.space), known), "scores": Each(Real(), known)}
        return super().state_form(kept) | own

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self._points, self._scores = list(state["points"]), list(state["scores"])

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[Any]:
        """(number, ...) pre-policies that promise most by the model."""
        candidates = self._candidates(np_random)
        if len(candidates) < number:  # each has been asked about
            more = self.space.sample(number - len(candidates), np_random)
            return np.concatenate([candidates, more]) if len(candidates) else more
        if not self._scores:
            return candidates[:number]
        return candidates[self._promising(candidates, number)]

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        self._points += list(points)
        self._scores += scores.tolist()

    def _candidates(self, np_random: np.random.Generator) -> NDArray[Any]:
        """(n, ...) pre-policies in random order, those near the best among them; none is known."""
        space = self.space
        if isinstance(space, Finite) and space.size <= _CANDIDATES:
            found = np.arange(space.size)
        else:
            found = space.sample(_CANDIDATES, np_random)
            if self._best is not None:
                near = space.near(self._best[2], _NEIGHBORS, np_random)
                found = np.concatenate([near, found])
        if isinstance(space, Finite):
            found = np.setdiff1d(found, np.array(self._points, dtype=np.int64))
        return np_random.permutation(found)

    def _promising(self, candidates: NDArray[Any], number: int) -> list[int]:
        """The rows of a batch."""
        known, asked = self._features(self._told), self._features(candidates)
        scores = np.array(self._scores)
        deviation = float(scores.std())
        scaled = (scores - np.median(scores)) / (deviation or 1.0)
        root = np.linalg.cholesky(_covariance(known, known) + _NOISE * np.eye(len(scaled)))
        # Rows w with w_x . w_z = how much of the covariance of candidates x and z is known.
        explained = scipy.linalg.solve_triangular(root, _covariance(known, asked), lower=True)
        mean = scipy.linalg.solve_triangular(root, scaled, lower=True) @ explained
        variance = 1.0 - np.square(explained).sum(axis=0)
        chosen: list[int] = []
        rows = np.concatenate([explained, np.zeros((number, len(mean)))])
        for k in range(len(explained), len(rows)):
            bound = mean + _DEVIATIONS * np.sqrt(np.maximum(variance, 0.0))
            bound[chosen] = -np.inf
            row = int(bound.argmax())
            chosen.append(row)
            one = [part[row : row + 1] for part in asked]
            unknown = _covariance(one, asked)[0] - rows[:k, row] @ rows[:k]
            rows[k] = unknown / np.sqrt(max(variance[row], 0.0) + _NOISE)
            variance = variance - np.square(rows[k])
        return chosen

    @property
    def _told(self) -> NDArray[Any]:
        return np.array(self._points)

    def _features(self, points: NDArray[Any]) -> list[NDArray[np.float64]]:
        """(n, k) of each agent: numbers whose differences say how unlike its points are."""
        space = self.space
        if isinstance(space, Latent):
            low, reach = self._range
            return [(points - low) / reach]
        if not isinstance(space, FiniteProduct):
            return [self._tables[0][points]]
        own = [list(space.split(point).values()) for point in points.tolist()]
        return [table[column] for table, column in zip(self._tables, np.array(own).T, strict=True)]

    @cached_property
    def _range(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(length,) where points of a continuum begin, and how far they reach."""
        drawn = self.space.sample(_NEIGHBORS, np.random.default_rng(0))
        reach = np.ptp(drawn, axis=0)
        return drawn.min(axis=0), np.where(reach > 0, reach, 1.0)

    @cached_property
    def _tables(self) -> list[NDArray[np.float64]]:
        """(size, k) the features of each point, by agent."""
        space = self.space
        assert isinstance(space, Finite)
        parts = list(space.parts.values()) if isinstance(space, FiniteProduct) else [space]
        return [_numbers(part) for part in parts if isinstance(part, Finite)]


def _numbers(part: Finite) -> NDArray[np.float64]:
    """(size, k) the points as numbers from 0 to 1, or far apart where nothing says how near.

    Labels that are numbers, all of them as many, say it; else what followers are shown.
    """
    for named in (part.labels, [part.show(point) for point in range(part.size)]):
        try:
            own = np.array([np.ravel(np.array(one, dtype=np.float64)) for one in named])
        except (TypeError, ValueError):  # words, or of several lengths
            continue
        if named is part.labels or own.shape[1] > 1:  # one shown number is the point's own
            return np.asarray((own - own.min(axis=0)) / np.maximum(np.ptp(own, axis=0), 1e-300))
    return np.arange(part.size, dtype=np.float64)[:, None]


def _covariance(
    some: Sequence[NDArray[np.float64]], others: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """(n, m) of the scores of n pre-policies and m others, by agent's features."""
    shape = len(some[0]), len(others[0])
    alone, together = np.zeros(shape), np.zeros(shape)
    for one, other in zip(some, others, strict=True):
        distance = np.zeros(shape)
        for a, b in zip(one.T, other.T, strict=True):
            distance += np.abs(a[:, None] - b[None])
        distance *= _NEAR / one.shape[1]
        alone += np.exp(-distance) / len(some)
        together += distance
    return np.asarray(_ALONE * alone + (1 - _ALONE) * np.exp(-together))
