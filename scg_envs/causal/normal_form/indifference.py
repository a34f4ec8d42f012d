"""Profiles in which all actions of a support pay the same, by Newton's method."""

import numpy as np
import numpy.typing as npt

from .game import Array, NormalForm, Profile

STEPS = 25
"""Newton steps."""

CONVERGED = 1e-14
"""A step so small leaves nothing to improve, and a probability so small is 0."""

MAX_REGRET = 1e-10
"""Largest regret of a solution that counts as an equilibrium, in each player's own units (see
`NormalForm.regret_shares`)."""

THRESHOLDS = (1e-2, 1e-3, 1e-4, 1e-6)
"""Near an equilibrium, probabilities below one of these belong to actions it does not play."""

Supports = tuple[tuple[int, ...], ...]
"""For each player, the numbers of the actions it may play."""


def solve_indifference(
    game: NormalForm, supports: Supports, starts: Array
) -> list[tuple[Array, ...]]:
    """Solve u_i(a, x) = v_i for each a in player i's support, with probabilities that sum to one.

    Args:
        game: two players or more.
        supports: the actions that may be played.
        starts: probabilities on the supports, one player after the other, of all starting points;
            shape (s, total size of the supports).

    Returns:
        The profiles reached that are distributions (some perhaps more than once). Actions outside
        a support may pay more than those inside: see `NormalForm.regret`.
    """
    n, sizes = game.n_players, [len(s) for s in supports]
    tables = [_in_own_units(game.payoffs[i][np.ix_(*supports)]) for i in range(n)]
    total = sum(sizes)
    ends = np.cumsum([0, *sizes])
    x = starts
    values = np.repeat([[table.mean() for table in tables]], len(x), axis=0)
    step = np.full((len(x), total + n), np.inf)
    for _ in range(STEPS):
        system = np.zeros((len(x), total + n, total + n))
        excess = np.zeros((len(x), total + n))
        for i in range(n):
            mine = slice(ends[i], ends[i + 1])
            for j in range(n):
                if j != i:
                    theirs = slice(ends[j], ends[j + 1])
                    system[:, mine, theirs] = slopes(tables[i], x, ends, i, j)
            payoff = np.einsum("zab,zb->za", system[:, mine, theirs], x[:, theirs])
            excess[:, mine] = payoff - values[:, i : i + 1]
            system[:, mine, total + i] = -1.0
            system[:, total + i, mine] = 1.0
            excess[:, total + i] = x[:, mine].sum(axis=1) - 1.0
        step = _newton_step(system, excess)
        step = np.clip(np.nan_to_num(step, nan=1.0), -10.0, 10.0)
        x, values = x - step[:, :total], values - step[:, total:]
        if np.abs(step).max() < CONVERGED:
            break
    solved = (np.abs(step[:, :total]).max(axis=1) < 1e-9) & (x > -1e-11).all(axis=1)
    return [_spread(row, supports, game.shape, ends) for row in x[solved]]


def _in_own_units(table: Array) -> Array:
    """Payoffs from 0 to 1, which alters no indifference."""
    low = table.min()
    return (table - low) / ((table.max() - low) or 1.0)


def _newton_step(systems: Array, excess: Array) -> Array:
    """Solve each system; singular ones by least squares, so that no start stops the others."""
    # Starts on their way to infinity may overflow; they are discarded in the end.
    with np.errstate(all="ignore"):
        try:
            return np.linalg.solve(systems, excess[:, :, None])[..., 0]
        except np.linalg.LinAlgError:
            return (np.linalg.pinv(systems) @ excess[:, :, None])[..., 0]


def nearby_equilibrium(game: NormalForm, profile: Profile, near: float) -> tuple[Array, ...] | None:
    """The equilibrium that an approximate profile stands for.

    Args:
        game: any number of players.
        profile: probabilities close to an equilibrium.
        near: how far it may be, in the largest difference of a probability.

    Returns:
        An equilibrium up to rounding; None if none was found so near.
    """
    for threshold in THRESHOLDS:
        supports = tuple(tuple(np.flatnonzero(p > threshold).tolist()) for p in profile)
        point = np.concatenate([p[list(s)] for p, s in zip(profile, supports, strict=True)])
        ends = np.cumsum([0, *(len(s) for s in supports)])
        # Where actions tie for good, the renormalized profile itself is an equilibrium already.
        candidates = [_spread(point, supports, game.shape, ends)]
        if game.n_players > 1:
            candidates += solve_indifference(game, supports, point[None])
        for candidate in candidates:
            gap = max(np.abs(p - q).max() for p, q in zip(candidate, profile, strict=True))
            if gap < near and game.regret_share(candidate) <= MAX_REGRET:
                return candidate
    return None


def slopes(table: Array, x: Array, ends: npt.NDArray[np.int64], i: int, j: int) -> Array:
    """How the payoffs of player i's actions depend on the probabilities of player j's.

    Args:
        table: player i's payoffs, one axis a player.
        x: all players' probabilities beside each other, shape (s, ends[-1]).
        ends: player k's are in columns ends[k] to ends[k + 1].
        i: whose payoffs.
        j: whose probabilities, another player.

    Returns:
        Shape (s, A_i, A_j).
    """
    sizes = table.shape
    others = [k for k in range(len(sizes)) if k not in (i, j)]
    part = table.transpose(i, j, *others)[None]
    for k in reversed(others):
        weights = x[:, ends[k] : ends[k + 1], None]
        part = part.reshape(len(part), -1, sizes[k]) @ weights
    found = part.reshape(-1, sizes[i], sizes[j])
    return found if others else np.broadcast_to(found, (len(x), *found.shape[1:]))


def _spread(
    row: Array, supports: Supports, shape: tuple[int, ...], ends: npt.NDArray[np.int64]
) -> tuple[Array, ...]:
    """Full strategies from the probabilities on the supports."""
    profile = []
    for i, support in enumerate(supports):
        strategy = np.zeros(shape[i])
        own = row[ends[i] : ends[i + 1]]
        strategy[list(support)] = np.where(own > CONVERGED, own, 0.0)
        profile.append(strategy / strategy.sum())
    return tuple(profile)
