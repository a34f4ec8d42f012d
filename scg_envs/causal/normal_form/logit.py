"""Logit equilibria, and the limit of their principal branch.

At rate L every player plays action a with a probability proportional to exp(L u(a)). At L = 0 all
actions are equally likely; the curve of logit equilibria that starts there is the principal branch,
and in almost every game it leads to one Nash equilibrium as L grows (McKelvey and Palfrey 1995).
The curve is followed in the logarithms of the probabilities by pseudo-arclength continuation
(Turocy 2005, "A dynamic homotopy interpretation of the logistic quantal response equilibrium
correspondence"), which also passes where it turns back in L.
"""

from collections.abc import Iterator

import numpy as np

from ...core.errors import InvalidArgument
from .equilibrium_set import Equilibrium
from .game import Array, NormalForm
from .indifference import nearby_equilibrium, slopes

LAST_RATE = 1e5
"""The branch is followed at least so far, in units of 1 / (the most that a deviation changes)."""

FURTHEST_RATE = 1e20
"""And at most so far."""

SETTLED = 1e-3
"""It is followed until everybody's regret is so small in their own units: a player whose payoffs
are a millionth of another's starts to care at rates a million times larger."""

NEAR = 0.02
"""How far a Nash equilibrium may be from the end of the branch to count as its limit."""

FURTHEST = 0.05
"""The most that a probability may change in one step along the branch."""

MAX_STEPS = 20_000
"""Steps along the branch before it is given up."""


def logit_equilibrium(game: NormalForm, rate: float) -> Equilibrium:
    """The logit equilibrium at `rate` where the principal branch first gets there.

    Args:
        game: any number of players.
        rate: L >= 0, per unit of payoff; 0 is uniform play.

    Returns:
        The profile, its payoffs, and its regret as a Nash equilibrium (above 0 in general).

    Raises:
        InvalidArgument: `rate` is negative or not finite.
    """
    if not (np.isfinite(rate) and rate >= 0):
        raise InvalidArgument(f"rate {rate}; expected a finite number from 0 up.")
    width = _range(game)
    branch = _Branch(game, width)
    z = branch.start()
    if rate > 0:
        for before, after in branch.follow(z):
            z = after
            if after[-1] >= rate * width:
                share = (rate * width - before[-1]) / (after[-1] - before[-1])
                z = branch.correct_at(before + share * (after - before), rate * width)
                break
    return Equilibrium.of(game, branch.profile(z))


def logit_limit(game: NormalForm) -> Equilibrium:
    """The Nash equilibrium that the principal branch leads to.

    The branch is followed until nobody gains much by deviating, in units of what is at stake for
    them. Its end tells the support; the equilibrium itself then comes from solving the indifference
    equations on it. Where that fails (the limit may lie in a continuum of equilibria), the end of
    the branch is returned, with its regret.

    Args:
        game: any number of players.
    """
    branch = _Branch(game, _range(game))
    z = branch.start()
    for _, after in branch.follow(z):
        z = after
        if z[-1] >= FURTHEST_RATE:
            break
        if z[-1] >= LAST_RATE and game.regret_share(branch.profile(z)) <= SETTLED:
            break
    end = branch.profile(z)
    limit = nearby_equilibrium(game, end, NEAR)
    return Equilibrium.of(game, end if limit is None else limit)


def _range(game: NormalForm) -> float:
    """The most that a player's own deviation changes its payoff by; 1 where nothing does."""
    return max(float(np.ptp(t, axis=i).max()) for i, t in enumerate(game.payoffs)) or 1.0


class _Branch:
    """The equations of the branch. A point z holds all log-probabilities, then the rate.

    The rate is in units of 1 / `width`.
    """

    def __init__(self, game: NormalForm, width: float) -> None:
        # What an action pays less than the best one would: other digits make no difference.
        self.tables = [
            (table - table.max(axis=i, keepdims=True)) / width
            for i, table in enumerate(game.payoffs)
        ]
        self.sizes = game.shape
        self.ends = np.cumsum([0, *game.shape])

    def start(self) -> Array:
        """Uniform play at rate 0."""
        return np.concatenate([*(np.full(k, -np.log(k)) for k in self.sizes), [0.0]])

    def profile(self, z: Array) -> tuple[Array, ...]:
        """The strategies at a point."""
        parts = [np.exp(z[a:b]) for a, b in zip(self.ends[:-1], self.ends[1:], strict=True)]
        return tuple(part / part.sum() for part in parts)

    def residual(self, z: Array) -> tuple[Array, Array]:
        """What must be 0, shape (N,), and its derivative, shape (N, N + 1)."""
        size, rate = self.ends[-1], z[-1]
        x = np.exp(np.minimum(z[:-1], 1.0))
        value, slope = np.zeros(size), np.zeros((size, size + 1))
        for i, table in enumerate(self.tables):
            first, rest = self.ends[i], slice(self.ends[i] + 1, self.ends[i + 1])
            mine = slice(first, self.ends[i + 1])
            payoff = table
            for k in range(len(self.sizes)):
                if k != i:
                    theirs = slice(self.ends[k], self.ends[k + 1])
                    effect = slopes(table, x[None], self.ends, i, k)[0]
                    slope[rest, theirs] = -rate * (effect[1:] - effect[0]) * x[theirs]
                    payoff = effect @ x[theirs]
            value[first] = x[mine].sum() - 1.0
            slope[first, mine] = x[mine]
            value[rest] = z[rest] - z[first] - rate * (payoff[1:] - payoff[0])
            slope[rest, rest] += np.eye(self.sizes[i] - 1)
            slope[rest, first] = -1.0
            slope[rest, size] = -(payoff[1:] - payoff[0])
        return value, slope

    def follow(self, z: Array) -> Iterator[tuple[Array, Array]]:
        """Pairs of successive points on the branch, from z towards larger rates."""
        _, slope = self.residual(z)
        tangent = _null_vector(slope, np.eye(len(z))[-1])
        length = 0.03
        for _ in range(MAX_STEPS):
            guess = z + length * tangent
            after = self._correct(guess, tangent)
            if after is None or not self._smooth(z, guess, after, length):
                length /= 2
                if length < max(1e-12, 64 * float(np.spacing(np.abs(z).max()))):
                    return  # shorter steps are lost in rounding
                continue
            _, slope = self.residual(after)
            turned = _null_vector(slope, tangent)
            if turned @ tangent < 0.9:
                length /= 2
                if length >= 1e-6:
                    continue
            yield z, after
            z, tangent = after, turned
            length *= 1.5

    def _smooth(self, before: Array, guess: Array, after: Array, length: float) -> bool:
        """Whether a step is short enough not to jump to another branch."""
        moved, off = self._gap(before, after), self._gap(guess, after)
        close = float(np.abs(after - guess).max()) <= 0.3 * length
        return bool(after[-1] >= 0 and close and moved <= FURTHEST and off <= FURTHEST / 4)

    @staticmethod
    def _gap(one: Array, two: Array) -> float:
        """The largest difference of a probability between two points."""
        x, y = np.exp(np.minimum(one[:-1], 1.0)), np.exp(np.minimum(two[:-1], 1.0))
        return float(np.abs(x - y).max())

    def _correct(self, z: Array, tangent: Array) -> Array | None:
        """Newton's method in the plane through z that is normal to the tangent."""
        for _ in range(6):
            value, slope = self.residual(z)
            system = np.vstack([slope, tangent])
            try:
                with np.errstate(all="ignore"):
                    step = np.linalg.solve(system, np.append(value, 0.0))
            except np.linalg.LinAlgError:
                return None
            if not np.isfinite(step).all():
                return None
            z = z - step
            if (np.abs(step) < 1e-9 * np.maximum(1.0, np.abs(z))).all():
                return z
        return None

    def correct_at(self, z: Array, rate: float) -> Array:
        """Newton's method with the rate held fixed."""
        z = np.append(z[:-1], rate)
        for _ in range(50):
            value, slope = self.residual(z)
            step = np.linalg.lstsq(slope[:, :-1], value, rcond=None)[0]
            z[:-1] -= step
            if np.abs(step).max() < 1e-13 * max(1.0, float(np.abs(z).max())):
                break
        return z


def _null_vector(slope: Array, towards: Array) -> Array:
    """The unit vector that `slope` sends to 0, on the side of `towards`."""
    right = np.zeros(len(towards))
    right[-1] = 1.0
    try:
        with np.errstate(all="ignore"):
            vector = np.linalg.solve(np.vstack([slope, towards]), right)
    except np.linalg.LinAlgError:
        vector = np.full(len(towards), np.inf)
    if not np.isfinite(vector).all():
        # Exactly at a bifurcation: any vector of the null space will do to step across.
        vector = np.linalg.svd(slope)[2][-1]
        vector = vector if vector @ towards >= 0 else -vector
    vector /= np.abs(vector).max()  # first, for its square might overflow
    return np.asarray(vector / np.linalg.norm(vector))
