"""How fast causal games with observations are solved: `python benchmarks/causal_games.py`.

Medians on one core, beside what is asked for.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from scg_envs.causal.answers import interventional_outcomes
from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.interventions import commit
from scg_envs.causal.model import CausalGame
from scg_envs.causal.outcomes import RationalOutcomes
from scg_envs.causal.subgame_perfect import SUBGAME_PERFECT


def two_decisions(seed: int = 0) -> CausalGame:
    """Three binary chance variables, seen by a leader and then by a follower who sees it too."""
    random = np.random.default_rng(seed)
    weather = ("X1", "X2", "X3")
    everything = (*weather, "D1", "D2")
    builder = GameBuilder("two decisions")
    for name in weather:
        builder.chance(name, (0, 1), cpd=random.dirichlet(np.ones(2)))
    builder.decision("D1", agent="leader", actions=(0, 1), parents=weather)
    builder.decision("D2", agent="follower", actions=(0, 1), parents=(*weather, "D1"))
    for agent in ("leader", "follower"):
        payoff = random.normal(size=(2,) * len(everything))
        builder.utility(f"U_{agent}", agent=agent, parents=everything, payoff=payoff)
    return builder.build()


def many_contexts(tied: bool, seed: int = 0) -> CausalGame:
    """A leader, and a follower who sees 16 binary chance variables but not the leader."""
    random = np.random.default_rng(seed)
    weather = tuple(f"X{i}" for i in range(16))
    builder = GameBuilder("many contexts").decision("leader", agent="leader", actions=(0, 1))
    for name in weather:
        builder.chance(name, (0, 1), cpd=random.dirichlet(np.ones(2)))
    builder.decision("follower", agent="follower", actions=(0, 1), parents=weather)
    everything = (*weather, "leader", "follower")
    draw = random.integers(0, 3, size=(2,) * 18) if tied else random.normal(size=(2,) * 18)
    builder.utility("U_follower", agent="follower", parents=everything, payoff=draw)
    builder.utility("U_leader", agent="leader", parents=("leader",), payoff=[0, 1])
    return builder.build()


def median(work: Callable[[], object], repeats: int) -> float:
    """The median time of `work` in seconds, after one call that warms caches."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(name: str, asked: float, got: float, note: str = "") -> None:
    """One line: what was asked for, and what it is."""
    verdict = "ok" if got < asked else "MISSED"
    print(f"{name:58} asked < {asked * 1e3:7.1f} ms   got {got * 1e3:7.1f} ms   {verdict}   {note}")


def main() -> None:
    """Measure and print."""
    small = two_decisions()
    # A fresh copy each time, so that nothing is remembered of the graph.
    fresh = [two_decisions(seed) for seed in range(60)]
    report(
        "3 observed binary chance variables, 2 decisions: subgame-perfect",
        0.005,
        median(lambda: interventional_outcomes(fresh.pop(), None, SUBGAME_PERFECT), 50),
        "a new game each time",
    )
    pledge = commit(small, {"D1": 1})
    report(
        "the same: best reply to a commitment",
        0.005,
        median(lambda: interventional_outcomes(small, pledge), 50),
    )
    for tied in (False, True):
        game = many_contexts(tied)
        done = commit(game, {"leader": {0: 0.5, 1: 0.5}})
        kind = "many ties" if tied else "no ties"
        report(
            f"65,536 contexts, {kind}: best reply to a commitment",
            1.0,
            median(lambda game=game, done=done: interventional_outcomes(game, done), 5),
        )
        outcomes = interventional_outcomes(game, None, SUBGAME_PERFECT)
        assert isinstance(outcomes, RationalOutcomes)
        report(
            f"65,536 contexts, {kind}: subgame-perfect set",
            1.0,
            median(lambda game=game: interventional_outcomes(game, None, SUBGAME_PERFECT), 5),
            f"2^{len(bin(outcomes.size)) - 3} profiles or more in {len(outcomes.branches)} branch",
        )
        event = {"leader": 1, "follower": 1}
        report(
            f"65,536 contexts, {kind}: bounds of P(Y=y) over that set",
            1.0,
            median(lambda outcomes=outcomes, event=event: outcomes.range(event), 5),
        )


if __name__ == "__main__":
    main()
