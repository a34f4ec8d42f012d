"""Exact answers where they are composed, against brute force on many random games.

    python -m benchmarks.causal_composition [games] [first seed]

Prints how many comparisons there were of each kind, and every seed that failed.
"""

import sys
import time
from collections import Counter

from tests.causal.composition import check


def main(games: int = 2000, first: int = 0) -> None:
    """Compare `games` random games, and print what came of it."""
    counts: Counter[str] = Counter()
    failed = []
    start = time.process_time()
    for seed in range(first, first + games):
        try:
            counts.update(check(seed))
        except AssertionError as error:
            failed.append(seed)
            print(f"seed {seed}: {' '.join(str(error).split())[:200]}", flush=True)
    seconds = time.process_time() - start
    print(f"{games} games, {sum(counts.values())} comparisons {dict(counts)}, {seconds:.0f} s")
    print(f"{len(failed)} mismatches")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
