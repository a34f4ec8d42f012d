"""Players with a single action: they are paid, but nothing is theirs to choose.

Solvers of many players leave them out, so that a game of two who choose is one of two players
however many look on, and a tree in which somebody never moves has the same answers as its table.
"""

from fractions import Fraction

import numpy as np

from .dependence import subgame_of
from .equilibrium_set import Equilibrium
from .game import Array, NormalForm


def without_idle(game: NormalForm) -> NormalForm:
    """The game of those who choose; one of them if nobody does.

    Args:
        game: any game.
    """
    return subgame_of(game, _busy(game))


def with_idle(game: NormalForm, equilibrium: Equilibrium) -> Equilibrium:
    """An equilibrium of `without_idle(game)` as one of the game.

    Args:
        game: the whole game.
        equilibrium: of those who choose.
    """
    exact = all(np.asarray(s).dtype == object for s in equilibrium.profile)
    certain: Array = np.array([Fraction(1)]) if exact else np.ones(1)
    profile = [certain] * game.n_players
    for i, strategy in zip(_busy(game), equilibrium.profile, strict=True):
        profile[i] = strategy
    whole = tuple(profile)
    return Equilibrium(whole, game.expected_payoffs(whole), equilibrium.regret)


def _busy(game: NormalForm) -> list[int]:
    return [i for i, size in enumerate(game.shape) if size > 1] or [0]
