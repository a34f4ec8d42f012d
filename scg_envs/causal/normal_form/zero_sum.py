"""Two-player zero-sum games by linear programming (von Neumann 1928; Dantzig 1951)."""

import numpy as np

from ...core.errors import InvalidArgument
from ..comparison import total
from .equilibrium_set import Equilibrium
from .game import Array, NormalForm
from .maximin import maximin


def solve_zero_sum(game: NormalForm) -> Equilibrium:
    """One equilibrium of a game whose payoffs add up to the same number everywhere.

    Each strategy secures its player the value of the game against anything. Every equilibrium of
    such a game pays the same, so one tells all there is to know of the payoffs; for the others,
    see `solve_bimatrix`.

    Args:
        game: two players.

    Raises:
        InvalidArgument: more or fewer players, or payoffs whose sum is not constant.
    """
    if game.n_players != 2:
        raise InvalidArgument(
            f"a game of {game.n_players} players; zero-sum programs take two. Use `equilibria`."
        )
    together = total(game.measured)
    low, high = together.bounds()
    if low.max() > high.min():
        raise InvalidArgument(
            "the players' payoffs do not add up to a constant; expected a zero-sum (or "
            "constant-sum) game. Use `equilibria`."
        )
    profile = (_secured(game.payoffs[0]), _secured(game.payoffs[1].T))
    return Equilibrium.of(game, profile)


def _secured(payoffs: Array) -> Array:
    """The mixture of rows with the largest worst-case payoff."""
    scaled = (payoffs - payoffs.min()) / (float(np.ptp(payoffs)) or 1.0)
    strategy = maximin(scaled)
    assert strategy is not None  # nothing constrains it
    return strategy
