"""The most that any signal rule attains, whatever its signals, in one round: linear programs.

A signal rule splits the prior into posteriors, and every split comes of a rule (Kamenica and
Gentzkow 2011, proposition 1). For a set B of actions let its cell be the beliefs at which exactly
those of B are best for the receiver. A split needs one posterior a cell; written as mass x_B >= 0
over states it is

    max sum_B t_B   s.t.   sum_B x_B = prior,   t_B <= x_B . v(., b) for b in B,
                           x_B . (u(., b) - u(., c)) = 0 for b, c in B, >= 0 for c outside B.

If an indifferent receiver does what the sender likes, sets of one action are enough, and the
maximum is attained. If it does what the sender likes least, all sets with a cell are needed, and
the program closes the cells: its value is a supremum, since masses can be moved into the cells at
any small cost, and it is attained where some solution lies in the cells themselves. This is looked
for by leaving out, again and again, sets whose mass in a solution can only be at a cell's border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from ...causal.normal_form.linear import TIGHT
from .stage import Stage

_TINY = 1e-9
_SAME = 1e-7  # values of programs that differ by less are the same
_ROOM = 1e-5  # a mass that can be no further inside its cell counts as being at the border


@dataclass(frozen=True)
class Split:
    """The best split of the prior.

    Attributes:
        value: the sender's expected payoff, the greatest or the supremum.
        attained: whether a signal rule attains it.
        rule: (n, k) a rule that does, or, where none does, one to which rules come near whose
            values come near: the chance of each signal in each state. In states of chance 0 every
            signal is as likely.
        posteriors: (k, n) what the receiver believes after each signal.
        weights: (k,) how likely each signal is.
    """

    value: float
    attained: bool
    rule: NDArray[np.float64]
    posteriors: NDArray[np.float64]
    weights: NDArray[np.float64]


def best_split(stage: Stage, payoff: NDArray[np.float64], *, optimistic: bool = True) -> Split:
    """The most that committing to any signal rule brings, in one round.

    Args:
        stage: the round.
        payoff: (n, m) what is made large, by state and action: the sender's payoff, or 1 for the
            action that is wanted.
        optimistic: whether an indifferent receiver does what is best by `payoff`; otherwise what
            is worst.
    """
    held = np.flatnonzero(stage.chances > 0)
    prior, earned, payoff = stage.chances[held], stage.payoffs[1][held], payoff[held]
    unit = float(np.abs(payoff).max()) or 1.0
    earned, payoff = earned / (float(np.abs(earned).max()) or 1.0), payoff / unit
    actions = range(len(stage.actions))
    if optimistic:
        cells: list[tuple[int, ...]] = [(b,) for b in actions]
    else:
        sets = (s for k in range(1, len(actions) + 1) for s in combinations(actions, k))
        cells = [cell for cell in sets if _inside(cell, earned) > _TINY]
    value, mass = _program(cells, prior, earned, payoff)
    attained = optimistic
    while not optimistic and not attained:
        found = {cell: _roomy(cell, cells, prior, earned, payoff, value) for cell in cells}
        inner = [cell for cell, (room, _) in found.items() if room > _ROOM]
        attained = inner == cells
        if attained:  # the mean of splits each of which is inside one of the cells is inside all
            mass = np.mean([masses for _, masses in found.values()], axis=0)
        else:
            if not inner or _program(inner, prior, earned, payoff)[0] < value - _SAME:
                break
            cells = inner
    used = mass.sum(axis=1) > _TINY
    mass = mass[used]
    rule = np.full((len(stage.prior), len(mass)), 1 / len(mass))
    rule[held] = (mass / mass.sum(axis=0)).T
    weights = mass.sum(axis=1)
    posteriors = np.zeros((len(mass), len(stage.prior)))
    posteriors[:, held] = mass / weights[:, None]
    return Split(value * unit, attained, rule, posteriors, weights)


def _borders(cell: Sequence[int], earned: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """Of beliefs in a cell's closure: rows that are 0, and rows that are 0 or more."""
    first = earned[:, cell[0]]
    equal = [first - earned[:, b] for b in cell[1:]]
    above = [first - earned[:, c] for c in range(earned.shape[1]) if c not in cell]
    n = len(earned)
    return np.array(equal).reshape(-1, n), np.array(above).reshape(-1, n)


def _inside(cell: Sequence[int], earned: NDArray[np.float64]) -> float:
    """By how much the actions of a set can be better than all others; below 0 if they cannot."""
    equal, above = _borders(cell, earned)
    n = len(earned)
    sums = np.vstack([np.append(np.ones(n), 0.0), np.column_stack([equal, np.zeros(len(equal))])])
    found = scipy.optimize.linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.column_stack([-above, np.ones(len(above))]) if len(above) else None,
        b_ub=np.zeros(len(above)) if len(above) else None,
        A_eq=sums,
        b_eq=np.append(1.0, np.zeros(len(equal))),
        bounds=[(0, None)] * n + [(None, 1.0)],
        options=TIGHT,
    )
    return -1.0 if found.status != 0 else -float(found.fun)


def _program(
    cells: Sequence[Sequence[int]],
    prior: NDArray[np.float64],
    earned: NDArray[np.float64],
    payoff: NDArray[np.float64],
    *,
    least: float | None = None,
    roomy: int | None = None,
) -> tuple[float, NDArray[np.float64]]:
    """The value, and (cells, n) the masses.

    Args:
        cells: the sets of actions that may be used.
        prior: (n,) of the states.
        earned: (n, m) the receiver's payoffs.
        payoff: (n, m) what is made large.
        least: if given, the value is held at this at least, and the room is made large instead:
            how far the mass of one set, `roomy`, is from its cell's border.
        roomy: the number of that set.
    """
    n, k = len(prior), len(cells)
    width = k * n + k + 1  # masses, values, room
    equal, right = [], list(prior)
    for s in range(n):
        row = np.zeros(width)
        row[s : k * n : n] = 1.0
        equal.append(row)
    under = []
    for i, cell in enumerate(cells):
        own = slice(i * n, (i + 1) * n)
        level, above = _borders(cell, earned)
        for border in level:
            row = np.zeros(width)
            row[own] = border
            equal.append(row)
            right.append(0.0)
        for border in above:
            row = np.zeros(width)
            row[own], row[-1] = -border, float(i == roomy)
            under.append(row)
        for b in cell:
            row = np.zeros(width)
            row[own], row[k * n + i] = -payoff[:, b], 1.0
            under.append(row)
    bound = np.zeros(len(under))
    goal = np.zeros(width)
    if least is None:
        goal[k * n : -1] = -1.0
    else:
        goal[-1] = -1.0
        row = np.zeros(width)
        row[k * n : -1] = -1.0
        under.append(row)
        bound = np.append(bound, -least)
    found = scipy.optimize.linprog(
        goal,
        A_ub=np.array(under),
        b_ub=bound,
        A_eq=np.array(equal),
        b_eq=np.array(right),
        bounds=[(0, None)] * (k * n) + [(None, None)] * k + [(0, 1.0)],
        options=TIGHT,
    )
    if found.status == 2:  # these sets alone make up no split
        return -np.inf, np.zeros((k, n))
    assert found.status == 0, found.message
    return -float(found.fun), found.x[: k * n].reshape(k, n)


def _roomy(
    cell: Sequence[int],
    cells: Sequence[Sequence[int]],
    prior: NDArray[np.float64],
    earned: NDArray[np.float64],
    payoff: NDArray[np.float64],
    value: float,
) -> tuple[float, NDArray[np.float64]]:
    """How far inside its cell a set's mass can be in a solution, 0 at a border; and the masses."""
    least = value - _TINY
    if len(cell) == earned.shape[1]:  # it has no border
        return 1.0, _program(cells, prior, earned, payoff, least=least)[1]
    return _program(cells, prior, earned, payoff, least=least, roomy=list(cells).index(cell))
