"""Whose incentives depend on whose actions, and so which players are a game of their own.

Player i depends on player j if what i gains by one action over another varies with j's action;
what j adds to all of i's actions alike moves no incentive. Whether two gains differ is judged as
ties are (`comparison`). Players that are not joined by any chain
of such dependences play games of their own: the equilibria of the whole are the products of theirs.
"""

import numpy as np
import numpy.typing as npt
import scipy

from ..comparison import EXACT_UP_TO, as_integers
from .game import Array, NormalForm


def dependence(game: NormalForm) -> npt.NDArray[np.bool_]:
    """Which player's incentives depend on which player's actions.

    Args:
        game: any number of players.

    Returns:
        Shape (n_players, n_players): entry (i, j) says that i's incentives depend on j's action;
        False on the diagonal.
    """
    n = game.n_players
    depends = np.zeros((n, n), dtype=np.bool_)
    for player, known in enumerate(game.measured):
        values = known.values
        if known.exact and 2 * known.largest > EXACT_UP_TO:
            values = as_integers(values)
        slack = np.broadcast_to(0.0 if known.exact else known.slack, values.shape)
        gains = values - np.take(values, [0], axis=player)
        slack = slack + np.take(slack, [0], axis=player)
        for other in range(n):
            if other != player:
                surely = (gains - slack).max(axis=other) > (gains + slack).min(axis=other)
                depends[player, other] = bool(surely.any())
    return depends


def varies(table: Array, axis: int) -> bool:
    """Whether a table changes along an axis."""
    return bool((table != np.take(table, [0], axis=axis)).any())


def independent_groups(
    depends: npt.NDArray[np.bool_], among: list[int] | None = None
) -> list[list[int]]:
    """Players that are joined by dependences, whichever way these run.

    Args:
        depends: as `dependence` returns it.
        among: the players to be grouped, the others being fixed; all if None.

    Returns:
        The groups, each in increasing order, ordered by their first players.
    """
    players = list(range(len(depends))) if among is None else among
    own = depends[np.ix_(players, players)]
    _, label = scipy.sparse.csgraph.connected_components(own, directed=False)
    groups: dict[int, list[int]] = {}
    for player, number in zip(players, label.tolist(), strict=True):
        groups.setdefault(number, []).append(player)
    return list(groups.values())


def subgame_of(game: NormalForm, players: list[int]) -> NormalForm:
    """The game between some players that depend on none of the others.

    What the others do moves none of their incentives; they are taken to play their first actions.
    """
    where = tuple(slice(None) if i in players else 0 for i in range(game.n_players))
    return NormalForm(
        game.given[(players, *where)],
        tuple(game.players[i] for i in players),
        tuple(game.actions[i] for i in players),
        game.title,
        tuple(game.measured[i].at(where) for i in players),
    )
