"""Limits of bargaining with a rational follower, against every way that best replies can go."""

from itertools import product

import pytest

from scg_envs.core.registry import find_game

from .enumeration import every_way
from .rational import TIED, blended

SMALL = {"tick": 10, "lowest": 40, "highest": 60, "horizon": 4}
BUYER = SMALL | {"seller": "rational", "target": 50}
SELLER = SMALL | {"committed": "seller", "buyer": "rational", "target": 40}
CASES = [
    BUYER,
    BUYER | {"pre_policy": "ceiling", "seller_outside": 10},
    BUYER | {"pre_policy": "schedule", "discount": 0.5},
    BUYER | {"pre_policy": "schedule", "first": "buyer"},
    SELLER | {"pre_policy": "schedule", "discount": 0.5},
]


@pytest.mark.parametrize("settings", CASES)
def test_limits_are_those_of_every_best_reply(settings):
    """To the buyer that the environment plays; what one does who knows of averse ties counts, too.

    Where the follower is surprised it plays as without a commitment, and enumeration does anything.
    """
    game, compared = find_game("bargaining"), 0
    half = {s: game.make_problem(**settings, credibility=0.5, observability=s) for s in (1.0, 0.0)}
    space, (learner,) = half[1.0].pre_policies, half[1.0].learners
    points = sorted({*range(0, space.size, 3), space.size - 1})
    known = {bool(s): {k: every_way(one, k, idle=True) for k in points} for s, one in half.items()}
    for credibility, observability in product((1.0, 0.6), repeat=2):
        problem = game.make_problem(
            **settings, credibility=credibility, observability=observability
        )
        for point in points:
            true = blended(known, point, 0, learner, credibility, observability)
            low, high = problem.solver.bounds([point])[0]
            own = problem.solver._limits(point, True)
            assert true.low - TIED <= own[0]
            assert own[1] <= true.high + TIED
            assert low - TIED <= own[0]
            assert own[1] <= high + TIED
            assert low - TIED <= problem.solver.p([point])[0] <= high + TIED
            if not true.surprised:
                assert (true.low, true.high) == pytest.approx(tuple(own), abs=1e-9)
                compared += 1
    assert compared > len(points)


def test_a_seller_whose_asks_never_rise_may_miss_what_a_best_reply_does():
    """40, then 60, binding with chance .6 at a discount of a half: P is .4 of best replies."""
    problem = find_game("bargaining").make_problem(
        **BUYER, pre_policy="schedule", discount=0.5, credibility=0.6
    )
    point = problem.pre_policies.point("40+20")
    assert problem.solver.respond([point]).p[0] == 1
    assert problem.solver.bounds([point])[0] == pytest.approx((0.4, 1.0))
