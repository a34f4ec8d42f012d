"""Types of people who want different things: a mixture of Bradley-Terry models, by EM.

Each person is of one type, and its comparisons are independent given that:

    P(answers of a person) = sum over types k of share_k prod over its comparisons P_k(preferred)

(Dempster, Laird and Rubin 1977), each type with the coefficients and the prior of `model`. Only
people who compare several times tell types apart. Pairs have to be randomised: were they chosen by
what a person is, they would tell its type too, which this likelihood does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_whole
from ...core.errors import InvalidArgument, UnknownName
from .comparisons import Comparisons
from .model import LINEAR, PRECISION, Design, fit_logistic, sigmoid
from .values import LEVEL, values_of

MOST_TYPES = 8
_STARTS, _ROUNDS, _CLOSE = 10, 200, 1e-6
_RESAMPLES, _AGAIN = 100, 15  # of the bootstrap, and rounds from the fit on in each


@dataclass(frozen=True)
class Types:
    """T types of people.

    Attributes:
        outcomes: K of them.
        shares: (T,) of people, the greatest first.
        values: (T, K) the value of each outcome to each type, as `values` has it.
        low: (T, K) the lower ends of their intervals.
        high: (T, K) the upper ends.
        members: (people, T) how likely each person is of each type.
        bic: the Bayesian information criterion: the smaller the better among numbers of types.
        thinnest: the least number of comparisons of a pair by people of one type, each counting by
            how likely it is of it: where that is small the types do not overlap.
    """

    outcomes: tuple[str, ...]
    shares: NDArray[np.float64]
    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    members: NDArray[np.float64]
    bic: float
    thinnest: float


@dataclass(frozen=True)
class _State:
    shares: NDArray[np.float64]
    coefficients: NDArray[np.float64]  # (T, P)
    members: NDArray[np.float64]
    loss: float  # what EM makes small: minus the log posterior


def find_types(
    data: Comparisons,
    types: int,
    model: str = "features",
    *,
    resamples: int = _RESAMPLES,
    seed: int = 0,
) -> Types:
    """Tell types of people apart.

    Args:
        data: comparisons of randomised pairs, several a person.
        types: how many there are.
        model: one of `scg_envs.train.preference.model.LINEAR`.
        resamples: of the bootstrap over people behind the intervals; 0 for none.
        seed: of the starts and of the bootstrap.

    Raises:
        UnknownName: no such model.
        InvalidArgument: no number of types, pairs that were chosen, or too few comparisons.
    """
    if model not in LINEAR:
        raise UnknownName("model of types", model, LINEAR)
    check_whole("types", types, 1, MOST_TYPES)
    people = int(data.person.max()) + 1
    several = int((np.bincount(data.person) > 1).sum())
    if not data.randomised.all():
        raise InvalidArgument(
            f"types is {types}, and some pairs were chosen, which may tell of what type a person "
            "is; give randomised pairs alone, or drop it."
        )
    if several < 2 * types:
        raise InvalidArgument(
            f"types is {types}, and {several} of {people} people compared more than once, who "
            f"alone tell types apart; ask at least {2 * types} people several times."
        )
    design = Design.of(data, model)
    columns = design.columns(data.cell, np.zeros((len(data.rows), 0)), data.cue_gaps, data.side)
    rng = np.random.default_rng(seed)
    ones = np.ones(people)
    best: _State | None = None
    for _ in range(_STARTS if types > 1 else 1):
        members = rng.dirichlet(np.full(types, 0.5), size=people)
        found = _climb(data, columns, members, ones, _ROUNDS)
        if best is None or found.loss < best.loss:
            best = found
    assert best is not None
    order = np.argsort(-best.shares, kind="stable")
    values = _values(data, design, best)[order]
    low = high = np.full(values.shape, np.nan)
    if resamples:
        again = best.members, best.coefficients

        def once(counts: NDArray[np.float64]) -> NDArray[np.float64]:
            found = _climb(data, columns, again[0], counts, _AGAIN, again[1])
            return _values(data, design, found)[order]

        drawn = [
            once(counts)
            for counts in rng.multinomial(people, ones / people, size=resamples).astype(np.float64)
        ]
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    free = types * columns.shape[1] + types - 1
    prior = PRECISION * (best.coefficients**2).sum() / 2
    weights = best.members[data.person]
    thin = [weights[data.cell == k].sum(axis=0).min() for k in np.unique(data.cell[data.cell >= 0])]
    return Types(
        data.outcomes,
        best.shares[order],
        values,
        low,
        high,
        best.members[:, order],
        float(2 * (best.loss - prior) + free * np.log(people)),
        float(min(thin)),
    )


def _climb(
    data: Comparisons,
    columns: NDArray[np.float64],
    members: NDArray[np.float64],
    counts: NDArray[np.float64],
    rounds: int,
    start: NDArray[np.float64] | None = None,
) -> _State:
    """EM from how likely people are of each type, each counting so often, until it settles."""
    last = np.inf
    found = np.zeros((members.shape[1], columns.shape[1])) if start is None else start
    for _ in range(rounds):
        weighted = members * counts[:, None]
        shares = (weighted.sum(axis=0) + 1e-9) / (weighted.sum() + 1e-9 * members.shape[1])
        found = np.array(
            [
                fit_logistic(columns, data.won, weights, begin)
                for weights, begin in zip(weighted[data.person].T, found, strict=True)
            ]
        )
        p = sigmoid(columns @ found.T)
        chance = np.where(data.won[:, None] > 0, p, 1 - p)
        total = np.zeros(members.shape)
        np.add.at(total, data.person, np.log(np.maximum(chance, 1e-300)))
        total += np.log(shares)
        most = total.max(axis=1, keepdims=True)
        each = np.exp(total - most)
        members = each / each.sum(axis=1, keepdims=True)
        seen = (most[:, 0] + np.log(each.sum(axis=1))) @ counts
        now = float(PRECISION * (found**2).sum() / 2 - seen)
        if last - now < _CLOSE:
            break
        last = now
    return _State(shares, found, members, now)


def _values(data: Comparisons, design: Design, state: _State) -> NDArray[np.float64]:
    """(T, K) the value of each outcome to each type."""
    cells = np.arange(len(data.cells))
    nothing, gaps = np.zeros((len(cells), 0)), np.zeros((len(cells), len(data.cues)))
    found = []
    for coefficients in state.coefficients:
        p = [
            sigmoid(design.columns(cells, nothing, gaps, np.full(len(cells), side)) @ coefficients)
            for side in (1.0, -1.0)
        ]
        found.append(list(values_of(data.outcomes, np.mean(p, axis=0)).values()))
    return np.array(found)


def adjusted_rand(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """How far two partitions agree beyond chance: 1 where they are the same (Hubert, Arabie 1985).

    Args:
        one: (n,) the class of each.
        other: (n,) the class of each in the other partition.
    """
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one, other), 1)

    def pairs(counts: NDArray[np.float64]) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    total = len(one) * (len(one) - 1) / 2
    expected = rows * columns / total
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
