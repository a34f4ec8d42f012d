"""Walks the registry: exact answers of games with one learner, against every way they can go.

A game is covered by being registered. One that is too large as it is needs a row in `SMALL`.
"""

from itertools import product

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument
from scg_envs.core.registry import GAMES
from scg_envs.games.barrier.layouts import parse_layout

from .enumeration import every_way
from .rational import TIED, blended

BOARD = "1: a\n2: b\ndesirable: a\nwithout: red\n\n1Y...\n#....\n.B...\n.....\n..2.."
MAZE = "1: a\n2: b\ndesirable: a\nwithout: yellow\n\n1..rR\n.##.#\nB..2r"

# Settings under which there are few ways, and the labels of pre-policies; all if there are none.
SMALL = {
    "assistance": (
        {"layout": parse_layout(BOARD, "small"), "horizon": 3, "waits": 1},
        ["wait:1"],
    ),
    "banana": ({}, [0.5]),
    "barrier": ({"layout": parse_layout(MAZE, "small"), "horizon": 3}, []),
    "commons": (
        {"players": 3, "signatories": 2, "stock": 3, "unit": 1, "months": 2, "collapse": 1},
        [],
    ),
    "donor": ({"players": 4, "signatories": 2, "rounds": 4, "levels": 1, "trace": 1}, []),
    "facility": ({"residents": 2, "places": 3}, []),
    "persuasion": ({"rounds": 2, "resolution": 2, "good": 0.5}, []),
    "taxation": (
        {"levels": 2, "years": 1, "skills": (20.0, 400.0)},
        [(0.4, 0.6, 0.7), (0.2, 0.3, 0.4)],
    ),
}
# Why a game with one learner is not gone through.
LARGE = {
    "bargaining": "buyers know how the seller breaks its ties: see its own tests",
    "ultimatum": "91 amounts in each meeting: its own test has two",
}
CHANCES = list(product((1.0, 0.6), repeat=2))
PLAYED = [(0.6, 1.0), (1.0, 0.6)]  # under which best responses are played as well


def games():
    """Those with one learner, but for matrix games, which `test_matrix` goes through."""
    ours = [game for game in GAMES if game.module != "scg_envs.matrix_v0"]
    return [
        game for game in ours if game.name not in LARGE and len(game.make_problem().learners) == 1
    ]


def made(game, **settings):
    own, _ = SMALL.get(game.name, ({}, []))
    return game.make_problem(**own, **settings)


def with_ties(game, credibility, observability):
    """The problem under each tie rule that it takes."""
    found = {}
    for ties in ("optimistic", "pessimistic", "uniform"):
        try:
            found[ties] = made(
                game, ties=ties, credibility=credibility, observability=observability
            )
        except InvalidArgument:  # where nothing ties
            continue
    return found


@pytest.mark.parametrize("game", games(), ids=lambda game: game.name)
def test_exact_answers_are_those_of_going_through_every_way(game):
    sides = {sees: made(game, credibility=0.5, observability=float(sees)) for sees in (True, False)}
    space, (learner,) = sides[True].pre_policies, sides[True].learners
    weights = sides[True].base_weights()
    nothing = int(np.argmax(weights))
    labels = SMALL.get(game.name, ({}, []))[1]
    points = [nothing, *map(space.point, labels)] if labels else list(range(space.size))
    known = {sees: {k: every_way(problem, k) for k in points} for sees, problem in sides.items()}
    compared = 0
    for credibility, observability in CHANCES:
        problems = with_ties(game, credibility, observability)
        for point in points:
            true = blended(known, point, nothing, learner, credibility, observability)
            for ties, problem in problems.items():
                if (credibility, observability) in PLAYED:
                    played_by(problem, point, true)
                low, high = problem.solver.bounds([point])[0]
                p = problem.solver.respond([point]).p[0]
                assert low - TIED <= p <= high + TIED
                assert true.low - TIED <= low
                assert high <= true.high + TIED
                if not true.surprised:
                    np.testing.assert_allclose([low, high], [true.low, true.high], atol=1e-9)
                    compared += 1
                if observability == 1 and ties != "uniform":
                    assert p == pytest.approx(high if ties == "optimistic" else low, abs=1e-9)
                if point == nothing:
                    before = problem.solver.before()
                    assert before.p == pytest.approx(p, abs=1e-9)
                    assert (before.low, before.high) == pytest.approx((low, high), abs=1e-9)
    assert compared > len(points)


def played_by(problem, point, true):
    """Best responses, as the environment plays them, earn the most and come to what is possible."""
    chances = problem.chances
    ways = every_way(problem, point, problem.solver.best_responses())
    p = sum(way.chance * way.desired for way in ways)
    assert true.low - 1e-6 <= p <= true.high + 1e-6
    if chances.observability == 1:
        (learner,) = problem.learners
        earned = sum(way.chance * way.earned[learner] for way in ways)
        assert earned == pytest.approx(true.values[True], abs=1e-6)
