"""Which pair to show next: the one whose answer would most change the commitment for the better.

The coefficients of a Bradley-Terry model have, after the comparisons so far, a posterior that is
close to a normal one (Laplace); draws of it give means and covariances of the chance p_k that the
first outcome of pair k is preferred. The value of commitment c is linear in these,

    V_c = sum over outcomes y of P(y | do(c)) v(y),   v as in `values`,

so that n answers on pair k move its mean by d_c Z, Z standard normal, with

    d_c = cov(V_c, p_k) / sqrt(var p_k + E[p_k (1 - p_k)] / n)

(the best linear prediction). Who then takes c in place of the leading commitment c* if that turned
out better gains

    |d| f(-lead / |d|),   f(z) = z Phi(z) + phi(z),   d = d_c - d_c*,   lead = E V_c* - E V_c

in the mean (the knowledge gradient of two alternatives). A pair is *worth* the most of this for one
answer, over challengers c and numbers of answers n: one answer alone often changes nothing, and
several may (KG(*), Frazier and Powell 2010, "Paradoxes in learning and the marginal value of
information"). Where there are several challengers it is less than what all of them may gain.

Pairs chosen so depend on earlier answers alone, never on who is asked next, so that who is shown a
pair is as who is not. That strengths of outcomes explain the answers is then taken for granted
where few pairs are shown; the model `pairs` does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from ...core.checks import check_seed, check_whole
from ...core.errors import InvalidArgument, UnknownName
from .commitments import Commitments
from .comparisons import Comparisons, Pairing
from .model import LINEAR, PRECISION, Design, fit_logistic, sigmoid

CHOSEN = Pairing("chosen", ())
"""How such a pair came about: chosen, and by nothing about the person."""

_AHEAD = 2.0 ** np.arange(13)  # numbers of answers that are looked ahead
_DRAWS = 512
_FARTHEST = 38.0  # standard deviations, beyond which a normal density is 0 in floating point


@dataclass(frozen=True)
class Question:
    """A pair to show.

    Attributes:
        first: the outcome of the episode to show first, or on the left.
        second: of the other.
        worth: by how much one answer raises the expected value of the commitment, at most.
    """

    first: str
    second: str
    worth: float


@dataclass(frozen=True)
class Choice:
    """What to ask, and where things stand.

    Attributes:
        questions: pairs to show, the most worth first.
        leading: the commitment that is best by the comparisons so far, by number.
        challenger: the one for which most is at stake, if all were known; None where nothing is.
        lead: by how much the first is better than the second.
        spread: the standard deviation of that.
    """

    questions: tuple[Question, ...]
    leading: int
    challenger: int | None
    lead: float
    spread: float


@dataclass(frozen=True)
class _Posterior:
    """Of the chances that the first outcome of each pair is preferred, cues equal, in any order.

    Attributes:
        mean: (cells,).
        covariance: (cells, cells).
        noise: (cells,) the mean of p (1 - p): what one answer varies by itself.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    noise: NDArray[np.float64]


def choose(
    commitments: Commitments,
    data: Comparisons | None = None,
    model: str = "features",
    *,
    number: int = 1,
    seed: int = 0,
) -> Choice:
    """Choose pairs to show next; of several each as if those before it had been answered.

    Args:
        commitments: what is to be decided.
        data: comparisons so far, of pairs that were randomised or chosen by nothing about people;
            none if None.
        model: one of `scg_envs.train.preference.model.LINEAR`.
        number: how many.
        seed: of which episode is shown first.

    Raises:
        UnknownName: no such model.
        InvalidArgument: comparisons of other outcomes, or of pairs that were chosen by what people
            are; or no commitment differs from another, so that nothing has to be chosen.
    """
    check_seed(seed)
    check_whole("number", number, 1, 10**4)
    if model not in LINEAR:
        raise UnknownName("model", model, LINEAR)
    if np.ptp(commitments.chances, axis=0).max() == 0:
        raise InvalidArgument(
            "all commitments come to the same, so that no comparison would change which is best."
        )
    if data is not None:
        data = _usable(data, commitments.outcomes)
    found = _posterior(commitments.outcomes, data, model)
    cells = list(combinations(commitments.outcomes, 2))
    slopes = commitments.chances @ _slopes(commitments.outcomes)
    means = slopes @ (found.mean - 0.5)  # but for what all commitments share
    rng = np.random.default_rng(seed)
    covariance, questions = found.covariance, []
    for _ in range(number):
        worth = _worth(means, slopes, covariance, found.noise)
        cell = int(worth.argmax())
        first, second = cells[cell] if rng.random() < 0.5 else cells[cell][::-1]
        questions.append(Question(first, second, float(worth[cell])))
        row = covariance[cell]
        covariance = covariance - np.outer(row, row) / (row[cell] + found.noise[cell])
    leading = int(means.argmax())
    gaps = slopes[leading] - slopes
    spread = np.sqrt(np.maximum(np.einsum("mk,kj,mj->m", gaps, found.covariance, gaps), 0))
    lead = means[leading] - means
    stake = _gain(lead, spread)
    challenger = int(stake.argmax())
    return Choice(
        tuple(questions),
        leading,
        challenger if stake[challenger] > 0 else None,
        float(lead[challenger]),
        float(spread[challenger]),
    )


def _usable(data: Comparisons, outcomes: tuple[str, ...]) -> Comparisons:
    if data.reasons is None or data.reasons:
        by = "unknown reasons" if data.reasons is None else ", ".join(sorted(data.reasons))
        raise InvalidArgument(
            f"some pairs were chosen by {by}, so that what was preferred misleads; give those that "
            "were randomised, or chosen by nothing about people, alone."
        )
    return data.among(outcomes)


def _slopes(outcomes: tuple[str, ...]) -> NDArray[np.float64]:
    """(K, cells) of the value of each outcome, by the chance that a pair's first is preferred."""
    found = np.zeros((len(outcomes), len(outcomes) * (len(outcomes) - 1) // 2))
    for k, (one, other) in enumerate(combinations(range(len(outcomes)), 2)):
        found[one, k], found[other, k] = 1.0, -1.0
    return found / (len(outcomes) - 1)


def _posterior(outcomes: tuple[str, ...], data: Comparisons | None, model: str) -> _Posterior:
    """Fit, each person counting once, as values are learned, and draw."""
    design = Design.bare(model, len(outcomes)) if data is None else Design.of(data, model)
    cells = np.arange(len(design.cells))
    nothing, gaps = np.zeros((len(cells), 0)), np.zeros((len(cells), len(design.scale)))
    sides = [design.columns(cells, nothing, gaps, np.full(len(cells), s)) for s in (1.0, -1.0)]
    size = sides[0].shape[1]
    mean, curve = np.zeros(size), PRECISION * np.eye(size)
    if data is not None:
        columns = design.columns(data.cell, data.known[:, :0], data.cue_gaps, data.side)
        share = 1 / np.bincount(data.person)[data.person]
        weights = share * len(share) / share.sum()
        mean = fit_logistic(columns, data.won, weights)
        p = sigmoid(columns @ mean)
        curve = curve + (columns * (weights * p * (1 - p))[:, None]).T @ columns
    # curve = L L': solving L' x = z gives x the covariance of its inverse.
    root = np.linalg.cholesky(curve)
    drawn = scipy.linalg.solve_triangular(root.T, _normal(size), lower=False).T + mean
    each = [sigmoid(drawn @ side.T) for side in sides]
    chances = np.mean(each, axis=0)
    noise = (chances * (1 - chances)).mean(axis=0)
    return _Posterior(
        chances.mean(axis=0), np.cov(chances.T, ddof=0).reshape(2 * noise.shape), noise
    )


@cache
def _normal(size: int) -> NDArray[np.float64]:
    """(size, draws) the same every time, of mean 0 and covariance 1 as they are."""
    half = np.random.default_rng(0).standard_normal((max(_DRAWS // 2, 2 * size), size))
    drawn = np.concatenate([half, -half])
    root = np.linalg.cholesky(np.cov(drawn.T, ddof=0).reshape(size, size))
    return np.asarray(scipy.linalg.solve_triangular(root, drawn.T, lower=True))


def _worth(
    means: NDArray[np.float64],
    slopes: NDArray[np.float64],
    covariance: NDArray[np.float64],
    noise: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(cells,) of each pair: see the module.

    Args:
        means: (M,) of the commitments' values.
        slopes: (M, cells) of these.
        covariance: (cells, cells) of the pairs' chances.
        noise: (cells,) of one answer.
    """
    leading = int(means.argmax())
    lead = (means[leading] - means)[:, None, None]
    moves = np.abs((slopes - slopes[leading]) @ covariance)[:, :, None]
    variance = np.diag(covariance)[:, None] + noise[:, None] / _AHEAD  # (cells, numbers)
    moved = moves / np.sqrt(variance)
    return np.asarray((_gain(lead, moved) / _AHEAD).max(axis=(0, 2)))


def _gain(lead: NDArray[np.float64], moved: NDArray[np.float64]) -> NDArray[np.float64]:
    """What choosing anew gains in the mean, if a lead moves by a normal number of this spread."""
    z = np.maximum(-lead / np.where(moved > 0, moved, 1.0), -_FARTHEST)
    gain = moved * (z * scipy.special.ndtr(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))
    return np.asarray(np.maximum(gain, 0))
