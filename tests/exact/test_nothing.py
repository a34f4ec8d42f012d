"""Walks the registry: to do nothing has no effect, whatever else is set."""

from itertools import product

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument
from scg_envs.core.pre_policy import FREE, FiniteOrNone
from scg_envs.core.registry import GAMES


def nothing(problem):
    """The point that leaves the committed agent free, if the space has one."""
    space, weights = problem.pre_policies, problem.base_weights()
    if space.otherwise == "free":
        point = space.unbound(np.random.default_rng(0))
        if isinstance(space, FiniteOrNone):
            assert space.label(point) == FREE
        return point
    return int(weights.argmax()) if weights is not None and weights.max() == 1 else None


FREED = [game for game in GAMES if nothing(game.make_problem()) is not None]


def test_most_games_let_who_commits_do_nothing():
    assert {"bargaining", "donor", "taxation", "priced_assistant", "rps_judge"} <= {
        game.name for game in FREED
    }


@pytest.mark.parametrize("game", FREED, ids=lambda game: game.name)
def test_to_do_nothing_has_no_effect(game):
    for ties, credibility, observability in product(
        ("uniform", "optimistic", "pessimistic"), (1.0, 0.6, 0.0), (1.0, 0.6)
    ):
        settings = {"ties": ties, "credibility": credibility, "observability": observability}
        try:
            problem = game.make_problem(**settings)
        except InvalidArgument:  # where nothing ties, or no answer is claimed
            continue
        point, before = np.array([nothing(problem)]), problem.solver.before()
        after = problem.solver.respond(point)
        assert after.p[0] == pytest.approx(before.p, abs=1e-12)
        assert after.utility[0] == pytest.approx(before.utility, abs=1e-12)
        low, high = problem.solver.bounds(point)[0]
        assert (before.low, before.high) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_answers_of_other_kinds_than_are_known_are_refused(game):
    """And not given as best responses under another's name."""
    kinds = ("epsilon", "iterated", "level-k", "logit", "q-learning", "risk-averse", "trembling")
    for settings in ({}, {"credibility": 0.6}, {"observability": 0.6}):
        try:
            solver = game.make_problem(**settings).solver
        except InvalidArgument:  # no answer is claimed
            continue
        points = solver.pre_policies.sample(1, np.random.default_rng(0))
        for kind in {*kinds} - {*solver.relations}:
            with pytest.raises(InvalidArgument, match=kind):
                solver.respond(points, kind)
