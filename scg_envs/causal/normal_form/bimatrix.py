"""Every mixed equilibrium of a two-player game, or the extreme ones if there are infinitely many.

A pair of vertices (x, y) of the two best-reply polytopes, neither of them 0, is an equilibrium
after normalization exactly if together they carry every label: each action is either unplayed or a
best reply. In a game with finitely many equilibria these are all; in general they are the extreme
points of the maximal Nash subsets, whose union is the set of equilibria (Winkels 1979; Avis,
Rosenberg, Savani and von Stengel 2010).
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ..comparison import slack_of
from .equilibrium_set import Equilibrium, EquilibriumSet, Kind
from .game import Array, NormalForm
from .label_sets import complementary_pairs
from .pure import pure_equilibria
from .vertices import enumerate_vertices

MAX_ENTRIES = 50_000_000
"""Numbers that all the dictionaries of one polytope may hold together before the answer becomes
a sample: some 300,000 vertices of a 12x12 game, 100,000 of a 21x21 one."""

MAX_COMPARISONS = 300_000_000
"""Pairs of vertices that are compared before the answer becomes a sample."""

EXACT_ACTIONS = 12
"""Rational games with up to this many actions, both players' together, are solved exactly."""

EXACT_IF_WIDE = 20
"""The same for games whose payoffs floats don't tell apart well enough; see `WIDE`."""

WIDE = 1e7
"""Payoffs whose range is so many times the least difference that matters (fines beside ordinary
payoffs) are beyond the tolerances of the walk in floats."""


def solve_bimatrix(
    game: NormalForm,
    max_equilibria: int = 10_000,
    exact: bool | None = None,
    max_bases: int | None = None,
) -> EquilibriumSet:
    """All equilibria of a two-player game where they are finitely many, else the extreme ones.

    Args:
        game: a game of two players.
        max_equilibria: with more than these, a sample: pure equilibria first, then those with
            the smallest supports.
        exact: compute in rational numbers; None: if the payoffs are rational and the game small
            (`EXACT_ACTIONS`, `EXACT_IF_WIDE`). A wide game in floats is a sample.
        max_bases: how many bases of each polytope are visited; None: see `MAX_ENTRIES`.

    Returns:
        The equilibria by increasing support of the first player. `degenerate` holds if some
        mixed strategy has more pure best replies than actions in its support; for a sample it
        may be missed.
    """
    rows, columns = game.shape
    slacks = [np.broadcast_to(known.slacks(), game.shape) for known in game.measured]
    wide = _is_wide(game.payoffs[0], slacks[0]) or _is_wide(game.payoffs[1].T, slacks[1].T)
    if exact is None:
        largest = EXACT_IF_WIDE if wide else EXACT_ACTIONS
        exact = rows + columns <= largest and game.exact_payoffs is not None
    payoffs = game.rational_payoffs if exact else game.payoffs
    if max_bases is None:
        max_bases = MAX_ENTRIES // (rows * columns)
    row_labels, column_labels = np.arange(rows), rows + np.arange(columns)
    first, second = game.measured[0].best(axis=0), game.measured[1].best(axis=1)
    xs = enumerate_vertices(_positive(payoffs[1].T, second.T), column_labels, row_labels, max_bases)
    ys = enumerate_vertices(_positive(payoffs[0], first), row_labels, column_labels, max_bases)
    one, two, whole = complementary_pairs(
        xs.labels, ys.labels, (rows, columns), max_equilibria, MAX_COMPARISONS
    )
    complete = xs.complete and ys.complete and whole and (exact or not wide)
    x, y = _normalized(xs.points[one]), _normalized(ys.points[two])
    if complete:
        pairs = list(zip(x, y, strict=True))
    else:
        pure = [game.pure_profile(joint) for joint in pure_equilibria(game)[:max_equilibria]]
        mixed = ((x > 0).sum(axis=1) > 1) | ((y > 0).sum(axis=1) > 1)
        rest = max_equilibria - len(pure)
        pairs = [(p[0], p[1]) for p in pure]
        pairs += list(zip(x[mixed][:rest], y[mixed][:rest], strict=True))
    degenerate = _overfull(xs.labels, rows) or _overfull(ys.labels, columns)
    kind: Kind = "sample"
    if complete:
        isolated = len(set(one)) == len(one) and len(set(two)) == len(two)
        kind = "all" if isolated else "extreme"
    return EquilibriumSet(_equilibria(game, pairs), kind, degenerate)


def _is_wide(matrix: Array, slack: Array) -> bool:
    """Whether a player's range dwarfs a difference of two of its actions (rows) that matters.

    Of numbers that may be off by `slack`, of the same shape.
    """
    gaps = np.abs(np.diff(np.sort(matrix, axis=0), axis=0))
    size = float(np.ptp(matrix, axis=0).max())
    rounding = slack_of(np.abs(matrix).max(axis=0), 1) + 2 * slack.max(axis=0)
    return bool(((gaps > rounding) & (gaps * WIDE < size)).any())


def _positive(matrix: Array, best: npt.NDArray[np.bool_]) -> Array:
    """Payoffs scaled to [1/2, 3/2], less what an opponent's action pays whatever one does.

    Neither alters an equilibrium, and the rounding is in units of what deviations change. What may
    be best (`best`, of the same shape) is: rounding alone is not to be scaled up to a difference.
    """
    matrix = matrix - matrix.max(axis=0, keepdims=True)
    matrix[best] = 0
    low, high = matrix.min(), matrix.max()
    one = Fraction(1) if matrix.dtype == object else 1.0
    width = high - low if high > low else one
    return np.ascontiguousarray((matrix - low) / width + one / 2)


def _normalized(points: Array) -> Array:
    return points / points.sum(axis=1, keepdims=True) if len(points) else points


def _overfull(labels: npt.NDArray[np.uint64], dimension: int) -> bool:
    """Whether some vertex lies on more than `dimension` facets."""
    return bool((np.bitwise_count(labels).sum(axis=1, dtype=np.int64) > dimension).any())


def _equilibria(game: NormalForm, pairs: list[tuple[Array, Array]]) -> tuple[Equilibrium, ...]:
    """Payoffs and regrets of all pairs at once; exact pairs one by one."""
    if not pairs:
        return ()
    if pairs[0][0].dtype == object:
        return tuple(Equilibrium.of(game, pair) for pair in pairs)
    x, y = np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs])
    row_values, column_values = y @ game.payoffs[0].T, x @ game.payoffs[1]
    payoffs = np.stack([(x * row_values).sum(axis=1), (y * column_values).sum(axis=1)], axis=1)
    best = np.stack([row_values.max(axis=1), column_values.max(axis=1)], axis=1)
    regrets = np.maximum((best - payoffs).max(axis=1), 0.0)
    return tuple(
        Equilibrium(pair, values, float(regret))
        for pair, values, regret in zip(pairs, payoffs, regrets, strict=True)
    )
