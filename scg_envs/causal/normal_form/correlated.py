"""Correlated equilibria by linear programming.

A mediator draws a joint action from a distribution and tells each player its own part. The
distribution is a correlated equilibrium if nobody gains by another action than the one they are
told: for all players i and actions a, a',

    sum over the others' actions s of p(a, s) (u_i(a', s) - u_i(a, s)) <= 0

(Aumann 1974). The program is sparse: each constraint has one entry for each s.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
import scipy

from ...core.errors import InvalidArgument
from .game import Array, NormalForm
from .linear import TIGHT


@dataclass(frozen=True, eq=False)
class CorrelatedEquilibrium:
    """A distribution over joint actions that the players are content to follow.

    Attributes:
        distribution: shape (A_1, ..., A_n).
        payoffs: expected payoffs, shape (n_players,).
        value: the objective's expectation.
        regret: the most that an obedient player could gain in expectation by exchanging one
            action it is told for another.
    """

    distribution: Array
    payoffs: Array
    value: float
    regret: float


def correlated_equilibrium(
    game: NormalForm, objective: Array | None = None
) -> CorrelatedEquilibrium:
    """The correlated equilibrium that is best for an objective.

    Args:
        game: any number of players.
        objective: a table over joint actions, shape (A_1, ..., A_n); None: the sum of payoffs.

    Returns:
        One that maximizes the objective; there always is one.

    Raises:
        InvalidArgument: the objective has another shape.
    """
    table = game.payoffs.sum(axis=0) if objective is None else np.asarray(objective, dtype=float)
    if table.shape != game.shape:
        raise InvalidArgument(
            f"an objective of shape {table.shape}; expected {game.shape}, a number for each joint "
            "action."
        )
    constraints = _incentives(game)
    size = prod(game.shape)
    # Each incentive counts in units of its own largest gain or loss.
    sizes = np.asarray(abs(constraints).max(axis=1).todense()).ravel() if size else np.zeros(0)
    scaled = scipy.sparse.diags_array(1 / np.where(sizes > 0, sizes, 1.0)) @ constraints
    solution = scipy.optimize.linprog(
        -table.reshape(-1),
        A_ub=scaled,
        b_ub=np.zeros(constraints.shape[0]),
        A_eq=scipy.sparse.csr_matrix(np.ones((1, size))),
        b_eq=[1.0],
        method="highs",
        options=TIGHT,
    )
    # Nash's theorem: an equilibrium exists, and it is feasible.
    assert solution.x is not None, solution.message
    flat = np.maximum(solution.x, 0.0)
    flat /= flat.sum()
    return CorrelatedEquilibrium(
        flat.reshape(game.shape),
        game.payoffs.reshape(game.n_players, -1) @ flat,
        float(table.reshape(-1) @ flat),
        max(0.0, float((constraints @ flat).max(initial=0.0))),
    )


def _incentives(game: NormalForm) -> scipy.sparse.csr_matrix:
    """One row for each player, action told and action instead; one column for each joint action."""
    numbers = np.arange(prod(game.shape)).reshape(game.shape)
    rows, columns, data = [], [], []
    count = 0
    for player in range(game.n_players):
        payoffs = np.moveaxis(game.payoffs[player], player, 0).reshape(game.shape[player], -1)
        flat = np.moveaxis(numbers, player, 0).reshape(game.shape[player], -1)
        for advised in range(game.shape[player]):
            for instead in range(game.shape[player]):
                if instead != advised:
                    rows.append(np.full(flat.shape[1], count))
                    columns.append(flat[advised])
                    data.append(payoffs[instead] - payoffs[advised])
                    count += 1
    if not count:
        return scipy.sparse.csr_matrix((0, numbers.size))
    entries = np.concatenate(data), (np.concatenate(rows), np.concatenate(columns))
    matrix = scipy.sparse.csr_matrix(entries, shape=(count, numbers.size))
    matrix.eliminate_zeros()
    return matrix
