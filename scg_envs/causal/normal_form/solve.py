"""The equilibria of a game in normal form, by whatever method fits its number of players."""

from dataclasses import replace
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

import numpy as np

from ...errors import InvalidArgument, UnknownName
from .bimatrix import solve_bimatrix
from .equilibrium_set import Equilibrium, EquilibriumSet
from .game import Array, NormalForm
from .idle import with_idle, without_idle
from .many_players import solve_many_players
from .pure import pure_equilibria

Policies: TypeAlias = Literal["pure", "mixed"]
"""The class in which equilibria are looked for."""

MAX_EQUILIBRIA = 10_000
"""Beyond this number a set of equilibria is a sample, unless asked otherwise."""


def equilibria(
    game: NormalForm,
    policies: Policies = "mixed",
    max_equilibria: int = MAX_EQUILIBRIA,
    exact: bool | None = None,
    seed: int = 0,
    max_bases: int | None = None,
    max_supports: int | None = None,
) -> EquilibriumSet:
    """The Nash equilibria of a game.

    Pure ones are always all found. Mixed ones of one or two players too, the extreme ones where
    there are infinitely many (`bimatrix`). With three or more players they are found numerically
    (`many_players`), so the set counts as a sample, and each equilibrium bears its regret. Players
    with a single action do not count.

    Args:
        game: any number of players, one included.
        policies: "pure" or "mixed" (which has the pure ones among them).
        max_equilibria: with more than these the set is a sample of so many.
        exact: rational arithmetic for two players; None: where the payoffs are rational and the
            game is small.
        seed: of the numerical method's starting points.
        max_bases: how far two players' polytopes are searched; see `solve_bimatrix`.
        max_supports: how many supports of three or more players; see `solve_many_players`.

    Returns:
        The equilibria; with `policies="pure"` there may be none.

    Raises:
        UnknownName: `policies` is neither.
        InvalidArgument: `max_equilibria` is below 1.
    """
    if policies not in get_args(Policies):
        raise UnknownName("class of policies", policies, get_args(Policies))
    if max_equilibria < 1:
        raise InvalidArgument(f"max_equilibria is {max_equilibria}; expected 1 or more.")
    if game.n_players > 2 and 1 in game.shape:
        busy = without_idle(game)
        found = equilibria(busy, policies, max_equilibria, exact, seed, max_bases, max_supports)
        return replace(found, equilibria=tuple(with_idle(game, e) for e in found))
    if policies == "pure" or game.n_players == 1:
        return _pure(game, max_equilibria, policies == "mixed", bool(exact))
    if game.n_players == 2:
        return solve_bimatrix(game, max_equilibria, exact, max_bases)
    return solve_many_players(game, max_equilibria, seed, max_supports)


def _pure(game: NormalForm, max_equilibria: int, extreme: bool, exact: bool) -> EquilibriumSet:
    """All pure equilibria; of one player they are the extreme ones among the mixed."""
    joint = pure_equilibria(game)
    chosen = joint[:max_equilibria]
    table = game.exact_payoffs if exact else None
    payoffs = (game.payoffs if table is None else table)[(slice(None), *chosen.T)].T
    found = tuple(
        # Ties of floats are ties up to their rounding, which the regret may be as large as.
        Equilibrium(
            _pure_profile(game, actions, table is not None),
            values,
            _pure_regret(game, actions),
        )
        for actions, values in zip(chosen, payoffs, strict=True)
    )
    tied = extreme and len(joint) > 1
    if len(joint) > max_equilibria:
        return EquilibriumSet(found, "sample", tied)
    return EquilibriumSet(found, "extreme" if tied else "all", tied)


def _pure_profile(game: NormalForm, actions: np.ndarray, exact: bool) -> tuple[Array, ...]:
    profile = game.pure_profile(tuple(actions))
    if not exact:
        return profile
    return tuple(np.array([Fraction(int(p)) for p in strategy]) for strategy in profile)


def _pure_regret(game: NormalForm, actions: np.ndarray) -> float:
    worst = 0.0
    for player in range(game.n_players):
        line: list[int | slice] = [int(a) for a in actions]
        line[player] = slice(None)
        payoffs = game.payoffs[(player, *line)]
        worst = max(worst, float(payoffs.max() - payoffs[actions[player]]))
    return worst
