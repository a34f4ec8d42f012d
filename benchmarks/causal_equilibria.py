"""How fast equilibria and optimal commitments are found, on one core.

    python benchmarks/causal_equilibria.py [--repeats N] [--json]

Every line: what was measured, the time asked for, the median of the repeats, and their spread
(fastest to slowest). Each repeat solves another random game; compilation is not counted. Exits
with 1 if a median is above what was asked.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scg_envs.causal.exchange import read_nfg
from scg_envs.causal.normal_form import (
    Commitment,
    NormalForm,
    equilibria,
    mixed_commitment,
    pure_equilibria,
    solve_bimatrix,
)

ONE_CORE = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMBA")
}
VON_STENGEL = Path(__file__).parents[1] / "tests/data/von_stengel_6x6_75_equilibria.nfg"


@dataclass(frozen=True)
class Measurement:
    """One line of the table; times in milliseconds."""

    name: str
    asked: float
    got: float
    fastest: float
    slowest: float


def measure(
    name: str, asked: float, repeats: int, draw: Callable[[int], Any], solve: Callable[[Any], Any]
) -> Measurement:
    """The median time of `solve` over games that `draw` makes from a seed.

    Args:
        name: what is measured.
        asked: the limit in milliseconds.
        repeats: how many games.
        draw: makes a game; not timed.
        solve: what is timed.
    """
    solve(draw(0))
    times = []
    for seed in range(1, repeats + 1):
        game = draw(seed)
        start = time.perf_counter()
        solve(game)
        times.append(1000 * (time.perf_counter() - start))
    return Measurement(name, asked, float(np.median(times)), min(times), max(times))


def random_game(*shape: int) -> Callable[[int], NormalForm]:
    """Games with independent payoffs, uniform on [0, 1]; almost surely not degenerate."""
    return lambda seed: NormalForm(np.random.default_rng(seed).random((len(shape), *shape)))


def opposed_game(size: int) -> Callable[[int], NormalForm]:
    """Games of nearly opposed interests, where no answer can be ruled out at a glance."""

    def draw(seed: int) -> NormalForm:
        random = np.random.default_rng(seed)
        leader = random.random((size, size))
        return NormalForm.bimatrix(leader, 0.1 * random.random((size, size)) - leader)

    return draw


def all_equilibria(game: NormalForm) -> None:
    """Solve, and see that the answer is complete and right."""
    found = equilibria(game)
    assert found.kind == "all"
    assert max(e.regret for e in found) < 1e-9


def best_commitment(game: NormalForm) -> None:
    """Solve, and see that the follower has no reason to deviate."""
    best = mixed_commitment(game, 0)
    assert isinstance(best, Commitment)
    assert best.regret <= 1e-9


def best_probability(game: NormalForm) -> None:
    """The same for the probability of a random desirable set of joint actions."""
    desirable = np.random.default_rng(0).random(game.shape) < 0.02
    assert isinstance(mixed_commitment(game, 0, desirable), Commitment)


def seventy_five(game: NormalForm) -> None:
    """All equilibria of von Stengel's game, in rational numbers."""
    assert len(solve_bimatrix(game, exact=True)) == 75


def main() -> int:
    """Measure everything; 1 if something is slower than asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=7, help="games for each line (default 7)")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    args = parser.parse_args()
    pure, mixed = pure_equilibria, all_equilibria
    von_stengel = read_nfg(VON_STENGEL)
    lines: list[tuple[str, float, Callable[[int], Any], Callable[[Any], Any]]] = [
        ("pure, 2 players, 2000x2000", 20, random_game(2000, 2000), pure),
        ("pure, 16 players with 2 actions", 10, random_game(*(2,) * 16), pure),
        ("pure, 6 players, 10^6 profiles", 50, random_game(*(10,) * 6), pure),
        ("pure, 20 players with 2 actions", 120, random_game(*(2,) * 20), pure),
        ("all mixed, 10x10", 10, random_game(10, 10), mixed),
        ("all mixed, 12x12", 100, random_game(12, 12), mixed),
        ("all 75, von Stengel 6x6, exact", 1000, lambda _: von_stengel, seventy_five),
        ("mixed commitment, 20x20", 50, random_game(20, 20), best_commitment),
        ("mixed commitment, 100x100", 1500, random_game(100, 100), best_commitment),
        ("mixed commitment, 100x100, opposed", 1500, opposed_game(100), best_commitment),
        ("mixed commitment for P(Y), 100x100", 1500, random_game(100, 100), best_probability),
    ]
    results = []
    if not args.json:
        print(f"{'':36} {'asked':>9} {'got':>9}   spread (ms, {args.repeats} games, one core)")
    for name, asked, draw, solve in lines:
        result = measure(name, asked, args.repeats, draw, solve)
        results.append(result)
        if not args.json:
            print(
                f"{result.name:36} {result.asked:9.1f} {result.got:9.2f}   "
                f"{result.fastest:.2f} to {result.slowest:.2f}"
            )
    if args.json:
        print(json.dumps([asdict(result) for result in results], indent=1))
    return int(any(result.got > result.asked for result in results))


if __name__ == "__main__":
    if all(os.environ.get(name) == value for name, value in ONE_CORE.items()):
        sys.exit(main())
    # Thread pools are sized when numpy is loaded, which has happened: start again with one core.
    sys.exit(subprocess.run([sys.executable, *sys.argv], env=os.environ | ONE_CORE).returncode)
