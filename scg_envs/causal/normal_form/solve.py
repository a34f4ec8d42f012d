"""The equilibria of a game in normal form, by whatever method fits who depends on whom.

Players whose incentives do not depend on each other play games of their own, whose equilibria are
found apart and multiplied. Within a group that is joined by dependences, players that depend on
nobody else of the group go first: after each of their equilibria, if these are finitely many, the
others play the game that is left. What remains undivided is enumerated for one or two players, and
searched numerically for more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import prod
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import scipy

from ...core.errors import InvalidArgument, UnknownName
from .bimatrix import solve_bimatrix
from .dependence import dependence, independent_groups, subgame_of
from .equilibrium_set import Equilibrium, EquilibriumSet, Kind, worst
from .game import Array, NormalForm
from .idle import with_idle, without_idle
from .many_players import solve_many_players
from .pure import pure_equilibria

Policies: TypeAlias = Literal["pure", "mixed"]
"""The class in which equilibria are looked for."""

MAX_EQUILIBRIA = 10_000
"""Beyond this number a set of equilibria is a sample, unless asked otherwise."""


@dataclass(frozen=True)
class _Effort:
    """How far is searched; see `equilibria`."""

    max_equilibria: int
    seed: int
    max_bases: int | None
    max_supports: int | None


def equilibria(
    game: NormalForm,
    policies: Policies = "mixed",
    max_equilibria: int = MAX_EQUILIBRIA,
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
        seed: of the numerical method's starting points.
        max_bases: how far two players' polytopes are searched; see `solve_bimatrix`.
        max_supports: how many supports of three or more players; see `solve_many_players`.

    Returns:
        The equilibria; with `policies="pure"` there may be none.

    Raises:
        UnknownName: `policies` is neither.
        InvalidArgument: `max_equilibria` is below 1.
    """
    check_policies(policies)
    if max_equilibria < 1:
        raise InvalidArgument(f"max_equilibria is {max_equilibria}; expected 1 or more.")
    return _solve(game, policies, _Effort(max_equilibria, seed, max_bases, max_supports))


def check_policies(policies: str) -> None:
    """Raise UnknownName unless it is a class of policies."""
    if policies not in get_args(Policies):
        raise UnknownName("class of policies", policies, get_args(Policies))


def _solve(game: NormalForm, policies: Policies, effort: _Effort) -> EquilibriumSet:
    if game.n_players > 2 and 1 in game.shape:
        found = _solve(without_idle(game), policies, effort)
        return replace(found, equilibria=tuple(with_idle(game, e) for e in found))
    if policies == "pure" or game.n_players == 1:
        return _pure(game, effort.max_equilibria, policies == "mixed")
    if game.n_players == 2:
        return solve_bimatrix(game, effort.max_equilibria, max_bases=effort.max_bases)
    depends = dependence(game)
    groups = independent_groups(depends)
    if len(groups) == 1:
        return _in_turn(game, depends, effort)
    return _divided(game, groups, effort)


def _divided(game: NormalForm, groups: list[list[int]], effort: _Effort) -> EquilibriumSet:
    """The equilibria of players in groups that do not depend on each other."""
    parts = [_solve(subgame_of(game, group), "mixed", effort) for group in groups]
    found = []
    for chosen in islice(product(*parts), effort.max_equilibria):
        profile: dict[int, Array] = {}
        for group, own in zip(groups, chosen, strict=True):
            profile |= dict(zip(group, own.profile, strict=True))
        found.append(_equilibrium(game, profile))
    whole = prod(len(part) for part in parts) <= effort.max_equilibria
    return _set_of(found, [part.kind for part in parts], whole, any(p.degenerate for p in parts))


def _in_turn(game: NormalForm, depends: npt.NDArray[np.bool_], effort: _Effort) -> EquilibriumSet:
    """The equilibria of players joined by dependences, first those of who depends on nobody."""
    count, label = scipy.sparse.csgraph.connected_components(
        depends, directed=True, connection="strong"
    )
    for number in range(count if count > 1 else 0):
        first = np.flatnonzero(label == number).tolist()
        others = np.flatnonzero(label != number).tolist()
        if depends[np.ix_(first, others)].any():
            continue
        leading = _solve(subgame_of(game, first), "mixed", effort)
        if leading.kind != "all":
            continue  # infinitely many to answer, or not all of them known
        found: list[Equilibrium] = []
        kinds: list[Kind] = []
        whole, tied = True, leading.degenerate
        for e in leading:
            rest = game
            for player, strategy in reversed(list(zip(first, e.profile, strict=True))):
                rest = rest.fix(player, strategy)
            after = _solve(rest, "mixed", effort)
            kinds.append(after.kind)
            tied |= after.degenerate
            room = effort.max_equilibria - len(found)
            whole &= len(after) <= room
            for own in after.equilibria[:room]:
                players = zip([*first, *others], [*e.profile, *own.profile], strict=True)
                found.append(_equilibrium(game, dict(players)))
        return _set_of(found, kinds, whole, tied)
    return solve_many_players(
        game, effort.max_equilibria, effort.seed, max_supports=effort.max_supports
    )


def _equilibrium(game: NormalForm, strategies: dict[int, Array]) -> Equilibrium:
    """An equilibrium put together, in floats unless all of it is exact."""
    profile = tuple(strategies[player] for player in range(game.n_players))
    if not all(strategy.dtype == object for strategy in profile):
        profile = tuple(np.asarray(strategy, dtype=np.float64) for strategy in profile)
    return Equilibrium.of(game, profile)


def _set_of(
    found: list[Equilibrium], kinds: Sequence[Kind], whole: bool, tied: bool
) -> EquilibriumSet:
    """A set made of sets of these kinds."""
    return EquilibriumSet(tuple(found), worst(kinds) if whole else "sample", tied)


def _pure(game: NormalForm, max_equilibria: int, extreme: bool) -> EquilibriumSet:
    """All pure equilibria; of one player they are the extreme ones among the mixed."""
    joint = pure_equilibria(game)
    chosen = joint[:max_equilibria]
    payoffs = game.payoffs[(slice(None), *chosen.T)].T
    found = tuple(
        # Ties of floats are ties up to their rounding, which the regret may be as large as.
        Equilibrium(game.pure_profile(actions), values, _pure_regret(game, actions))
        for actions, values in zip(chosen, payoffs, strict=True)
    )
    tied = extreme and len(joint) > 1
    if len(joint) > max_equilibria:
        return EquilibriumSet(found, "sample", tied)
    return EquilibriumSet(found, "extreme" if tied else "all", tied)


def _pure_regret(game: NormalForm, actions: np.ndarray) -> float:
    worst = 0.0
    for player in range(game.n_players):
        line: list[int | slice] = [int(a) for a in actions]
        line[player] = slice(None)
        payoffs = game.payoffs[(player, *line)]
        worst = max(worst, float(payoffs.max() - payoffs[actions[player]]))
    return worst
