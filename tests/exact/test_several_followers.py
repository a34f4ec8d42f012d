"""Walks the registry: limits of games whose followers move in turn, against all their plans."""

from itertools import product
from math import prod

import numpy as np
import pytest

from scg_envs.core.registry import GAMES

from .enumeration import every_way
from .rational import TIED, weighted

SMALL = {
    "sequential_public_goods": [
        ({"players": 2, "levels": 1, "threshold": 2.0, "penalty": 0.25}, [(0.5, 1.5, 1.0)]),
        ({"players": 2, "levels": 1, "rho": 1.0, "gamma": 1.0}, [(0.25, 1.0, 2.0)]),
        ({"players": 2, "levels": 2, "rho": 1.0, "gamma": 1.0}, [(0.0, 1.0, 2.0)]),
    ]
}
CASES = [
    pytest.param(game, settings, labels, id=f"{game.name}-{k}")
    for game in GAMES
    if game.module != "scg_envs.matrix_v0" and len(game.make_problem().learners) > 1
    for k, (settings, labels) in enumerate(SMALL[game.name])
]


def outcomes(ways, nothing, agents, credibility, observability):
    """P of all that followers who reason backward may do, ties broken anyhow wherever they come.

    Shown the commitment one knows how likely it binds and is shown to those after it; shown nothing
    one believes that nobody has committed and that all others think so, too.

    Args:
        ways: of the announcement.
        nothing: of announcing nothing.
        agents: the followers in the order in which they move, once each.
        credibility: the chance that it binds.
        observability: the chance, for each, that it is shown.
    """

    def shown(way, some):
        return prod(observability if way.sees[a] else 1 - observability for a in some)

    # Sights were drawn with one half each, and do not count.
    half = 2.0 ** len(agents)
    real = [(way, half * likely) for way, likely in weighted(ways, credibility)]
    free = [(way, half * x) for way, x in weighted(nothing, 1.0) if not any(way.sees.values())]
    places = {agent: {} for agent in agents}  # what each may know, and the ways it believes in
    for k, agent in enumerate(agents):
        for way, likely in real:
            known = way.moves[k].known
            own = places[agent].setdefault(known, [])
            if way.sees[agent]:
                own.append((way, likely * shown(way, agents[k + 1 :])))
        for way, likely in free:
            places[agent].setdefault(way.moves[k].known, []).append((way, likely))
    found = set()

    def solve(k, plan):
        if k < 0:
            p = sum(
                likely * shown(way, agents) * way.desired
                for way, likely in real
                if all(plan[move.agent][move.known] == move.action for move in way.moves)
            )
            found.add(round(p, 9))
            return
        agent, best = agents[k], []
        for known, some in places[agent].items():
            worth = {}
            for way, likely in some:
                follows = all(plan[m.agent][m.known] == m.action for m in way.moves[k + 1 :])
                action = way.moves[k].action
                worth[action] = worth.get(action, 0.0) + likely * follows * way.earned[agent]
            most = max(worth.values())
            best.append([(known, a) for a, value in worth.items() if value >= most - TIED])
        for chosen in product(*best):
            solve(k - 1, plan | {agent: dict(chosen)})

    solve(len(agents) - 1, {})
    return found


@pytest.mark.parametrize(("game", "settings", "labels"), CASES)
def test_limits_are_those_of_all_that_followers_may_do(game, settings, labels):
    half = game.make_problem(**settings, credibility=0.5, observability=0.5)
    space, agents = half.pre_policies, half.learners[::-1]  # the last learns first
    points = [0, *map(space.point, labels)]
    ways = {point: every_way(half, point) for point in points}
    for credibility, observability in product((1.0, 0.6), repeat=2):
        made = {
            ties: game.make_problem(
                **settings, ties=ties, credibility=credibility, observability=observability
            )
            for ties in ("optimistic", "pessimistic", "uniform")
        }
        for point in points:
            found = outcomes(ways[point], ways[0], agents, credibility, observability)
            low, high = made["uniform"].solver.bounds([point])[0]
            assert low - TIED <= min(found)
            assert max(found) <= high + TIED
            np.testing.assert_allclose([low, high], [min(found), max(found)], atol=1e-9)
            for problem in made.values():
                if problem.ties != "uniform":
                    assert min(abs(problem.solver.p([point])[0] - p) for p in found) < 1e-6
