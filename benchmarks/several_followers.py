"""Best mixed commitments against several followers, beside brute force.

    python -m benchmarks.several_followers [GAMES]

Half of the random games have payoffs from -2 to 2 in whole numbers, with many ties, and half any in
[0, 1]; the objective is one joint answer of the followers, or the leader's payoffs.

For a leader and followers of two actions each, the brute force knows nothing of breakpoints: the
equilibria of the followers are listed by their definition at 1,001 mixtures, and the best of these
is refined by ever finer grids around the ten best. It must not find more than `mixed_commitment`
does, if the best equilibrium is played, nor if the worst is (robust). Where it finds less, it has
missed an isolated mixture; the value that was found is checked at the mixture either way.

Larger games are searched and bounded; how often the bound closes is counted, and no equilibrium
after any of 101 or more mixtures may be worth more than the bound.
"""

import sys
import time

import numpy as np
from numpy.typing import NDArray

from scg_envs.causal.normal_form import Commitment, NormalForm, equilibria, mixed_commitment

Array = NDArray[np.float64]
TIE = 1e-9


def two_by_two(payoffs: Array, table: Array) -> tuple[float, float]:
    """The worst and the best value of a table over the equilibria of a 2x2 game.

    Listed by the definition: everybody plays one action or, between actions that pay the same, a
    mixture that makes the other's actions pay the same too.

    Args:
        payoffs: shape (2, 2, 2).
        table: shape (2, 2).
    """
    row = payoffs[0, 1] - payoffs[0, 0]  # what the second row gains, by column
    column = payoffs[1, :, 1] - payoffs[1, :, 0]  # what the second column gains, by row
    rows, columns = {0.0, 1.0}, {0.0, 1.0}
    if abs(row[0] - row[1]) > TIE:
        columns.add(row[0] / (row[0] - row[1]))
    if abs(column[0] - column[1]) > TIE:
        rows.add(column[0] / (column[0] - column[1]))
    values = []
    for p in rows:
        for q in columns:
            if not (0 <= p <= 1 and 0 <= q <= 1):
                continue
            gain_row = (1 - q) * row[0] + q * row[1]
            gain_column = (1 - p) * column[0] + p * column[1]
            if (p > 0 and gain_row < -TIE) or (p < 1 and gain_row > TIE):
                continue
            if (q > 0 and gain_column < -TIE) or (q < 1 and gain_column > TIE):
                continue
            x, y = np.array([1 - p, p]), np.array([1 - q, q])
            values.append(float(x @ table @ y))
    return min(values), max(values)


def brute_force(game: NormalForm, table: Array) -> tuple[float, float]:
    """The best worst value and the best best value over a fine grid, refined around the best."""
    known: dict[float, tuple[float, float]] = {}

    def at(t: float) -> tuple[float, float]:
        if t not in known:
            rest = (1 - t) * game.payoffs[1:, 0] + t * game.payoffs[1:, 1]
            known[t] = two_by_two(rest, (1 - t) * table[0] + t * table[1])
        return known[t]

    best = []
    for side in (0, 1):
        step = 1e-3
        grid = [float(t) for t in np.linspace(0, 1, 1001)]
        for _ in range(5):
            tops = sorted(grid, key=lambda t: -at(t)[side])[:10]
            step /= 10
            grid = tops + [
                t + k * step for t in tops for k in range(-10, 11) if 0 <= t + k * step <= 1
            ]
        best.append(max(at(t)[side] for t in grid))
    return best[0], best[1]


def draw(seed: int, shape: tuple[int, ...]) -> tuple[NormalForm, Array]:
    """A game and an objective."""
    random = np.random.default_rng(seed)
    if seed % 2:
        payoffs = random.integers(-2, 3, (len(shape), *shape)).astype(np.float64)
    else:
        payoffs = random.random((len(shape), *shape))
    table = payoffs[0]
    if seed % 4 < 2:
        table = np.zeros(shape)
        table[(slice(None), *(int(random.integers(k)) for k in shape[1:]))] = 1.0
    return NormalForm(payoffs), table


def compare(games: int) -> dict[str, int]:
    """Counts over random games of 2 x 2 x 2 actions."""
    names = ("games", "both exact", "optimistic beaten", "robust beaten", "above brute force")
    counts = dict.fromkeys(names, 0)
    for seed in range(games):
        game, table = draw(seed, (2, 2, 2))
        best = mixed_commitment(game, 0, table)
        robust = mixed_commitment(game, 0, table, "pessimistic")
        assert isinstance(best, Commitment)
        assert isinstance(robust, Commitment)
        low, high = brute_force(game, table)
        counts["games"] += 1
        counts["both exact"] += best.exact and robust.exact
        counts["optimistic beaten"] += best.upper_bound < high - 1e-6
        counts["robust beaten"] += robust.upper_bound < low - 1e-6
        counts["above brute force"] += best.value > high + 1e-6 or robust.value > low + 1e-6
        assert best.regret < 1e-8, best.regret
        assert abs(float(game.expected(table, best.response)) - best.value) < 1e-9
    return counts


def bounded(shape: tuple[int, ...], games: int) -> dict[str, float]:
    """How near what is found comes to its bound in larger games."""
    gaps, beaten, broken, spent = [], 0, 0, 0.0
    for seed in range(games):
        game, table = draw(seed, shape)
        started = time.process_time()
        best = mixed_commitment(game, 0, table)
        spent += time.process_time() - started
        assert isinstance(best, Commitment)
        gaps.append(0.0 if best.exact else best.upper_bound - best.value)
        random = np.random.default_rng(seed)
        for mixture in (*np.eye(shape[0]), *random.dirichlet(np.ones(shape[0]), 30)):
            for e in equilibria(game.fix(0, mixture)):
                if e.regret > 1e-9:
                    continue
                value = float(game.expected(table, (mixture, *e.profile)))
                beaten += value > best.value + 1e-6
                broken += value > best.upper_bound + 1e-6
    return {
        "games": games,
        "exact": sum(gap == 0 for gap in gaps),
        "mean gap": float(np.mean(gaps)),
        "largest gap": max(gaps),
        "found beaten": beaten,
        "bound broken": broken,
        "seconds a game": spent / games,
    }


def main() -> None:
    """Print the counts."""
    games = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print("2 x 2 x 2", compare(games))
    for shape in ((2, 3, 2), (3, 2, 2), (3, 3, 3), (2, 2, 2, 2), (3, 2, 2, 2)):
        print(" x ".join(map(str, shape)), bounded(shape, max(1, games // 10)), flush=True)


if __name__ == "__main__":
    main()
