"""Mixed equilibria of games with three or more players, numerically.

All pure equilibria are found by enumeration. Then for each choice of supports, smallest first and
up to a limit, the system "all actions of a support pay the same, probabilities sum to one" is
solved by Newton's method from several random starting points at once; supports that hold a strictly
dominated action are passed over (Porter, Nudelman and Shoham 2008, "Simple search methods for
finding a Nash equilibrium"). At last the limit of the principal logit branch joins them.

Nothing proves that such a list is complete, so it always counts as a sample. What it holds is
checked: each equilibrium bears its regret over the whole game, at most `MAX_REGRET` in each
player's own units (`NormalForm.regret_shares`), and usually near the rounding of floats.
"""

import math
from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from .equilibrium_set import Equilibrium, EquilibriumSet
from .game import Array, NormalForm
from .indifference import solve_indifference
from .logit import logit_limit
from .pure import pure_equilibria

STARTS = 12
"""Starting points for each choice of supports."""

MAX_SUPPORTS = 1000
"""Choices of supports that are tried: all of them up to three players with three actions."""

MAX_WORK = 250_000
"""Choices of supports times joint actions: in large games, fewer supports are tried."""

MAX_REGRET = 1e-10
"""Largest regret of a reported equilibrium, in each player's own units."""

SAME = 1e-6
"""Profiles whose probabilities differ by less are one equilibrium."""


def solve_many_players(
    game: NormalForm,
    max_equilibria: int = 10_000,
    seed: int = 0,
    max_supports: int | None = None,
    branch: bool = True,
) -> EquilibriumSet:
    """A sample of the equilibria of a game, all pure ones among them.

    Args:
        game: two players or more.
        max_equilibria: how many are wanted at most.
        seed: of the starting points.
        max_supports: how many choices of supports are tried; None: see `MAX_SUPPORTS` and
            `MAX_WORK`.
        branch: whether the limit of the principal logit branch joins them, which takes longest;
            without, none may be found.

    Returns:
        Pure equilibria first, then by size of the supports; of kind "sample".
    """
    if max_supports is None:
        max_supports = min(MAX_SUPPORTS, MAX_WORK // math.prod(game.shape))
    random = np.random.default_rng(seed)
    pure = pure_equilibria(game)[:max_equilibria]
    found = [Equilibrium.of(game, game.pure_profile(joint)) for joint in pure]
    known = np.array([np.concatenate(e.profile) for e in found]).reshape(-1, sum(game.shape))

    def add(profile: tuple[Array, ...], bound: float) -> None:
        nonlocal known
        flat = np.concatenate(profile)
        if len(known) and np.abs(known - flat).max(axis=1).min() < SAME:
            return
        if game.regret_share(profile) <= bound:
            found.append(Equilibrium.of(game, profile))
            known = np.vstack([known, flat])

    tried = 0
    for supports in _supports(game.shape):
        if tried == max_supports or len(found) >= max_equilibria:
            break
        tried += 1
        if _dominated(game, supports):
            continue
        starts = [
            np.concatenate(row)
            for row in zip(
                *(random.dirichlet(np.ones(len(s)), STARTS) for s in supports), strict=True
            )
        ]
        for profile in solve_indifference(game, supports, np.array(starts)):
            if len(found) < max_equilibria:
                add(profile, MAX_REGRET)
    if branch and len(found) < max_equilibria:
        limit = logit_limit(game)
        # With nothing else to show, the branch's end is shown with whatever regret it has.
        add(limit.profile, MAX_REGRET if found else np.inf)
    return EquilibriumSet(tuple(found), "sample")


def _supports(shape: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Choices of supports that are not all single actions, by increasing total size.

    Those with a player that mixes over more actions than all the others' mixtures can make
    indifferent are left out: only degenerate games have such equilibria.
    """
    n = len(shape)
    for total in range(n + 2, sum(shape) + 1):
        for size in _sizes(shape, total):
            if all(k - 1 <= total - k - (n - 1) for k in size):
                choices = (combinations(range(m), k) for m, k in zip(shape, size, strict=True))
                yield from product(*choices)


def _sizes(shape: tuple[int, ...], total: int) -> Iterator[tuple[int, ...]]:
    """Ways to write `total` as a sum of one number from 1 to m for each m in `shape`."""
    if len(shape) == 1:
        if 1 <= total <= shape[0]:
            yield (total,)
        return
    rest = len(shape) - 1
    for first in range(max(1, total - sum(shape[1:])), min(shape[0], total - rest) + 1):
        for others in _sizes(shape[1:], total - first):
            yield (first, *others)


def _dominated(game: NormalForm, supports: tuple[tuple[int, ...], ...]) -> bool:
    """Whether some action of a support is strictly dominated while others keep to theirs."""
    for player, support in enumerate(supports):
        if len(support) == 1:
            continue
        others = [np.arange(game.shape[i]) if i == player else s for i, s in enumerate(supports)]
        table = np.moveaxis(game.payoffs[player][np.ix_(*others)], player, 0)
        table = table.reshape(game.shape[player], -1)
        if (table[:, None] > table[None, list(support)]).all(axis=2).any():
            return True
    return False
