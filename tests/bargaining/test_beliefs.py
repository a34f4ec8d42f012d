"""A seller that does not know what the buyer would pay."""

from itertools import product

import numpy as np
import pytest

from scg_envs.games.bargaining.beliefs import beliefs_about, believing_seller
from scg_envs.games.bargaining.play import play_exactly
from scg_envs.games.bargaining.players import make_table
from scg_envs.games.bargaining.problem import BargainingProblem
from scg_envs.games.bargaining.rules import BUYER, SELLER, Rules


def test_it_earns_what_the_best_of_all_plans_of_asks_earns():
    rules = Rules(
        costs=(40.0,),
        worths=(41.0, 44.0, 46.0, 48.0),
        lowest=40.0,
        highest=50.0,
        limit=3,
        horizon=8,
        discount=0.9,
    )
    # A buyer that offers the least and accepts whatever it is worth.
    buyer = make_table(
        rules,
        BUYER,
        lambda worth, turn: np.concatenate([[False], rules.prices <= worth]),
        lambda worth, turn: 40.0,
    )

    def earned(seller):
        return sum(e.chance * e.seller for e in play_exactly(rules, seller, buyer))

    def plan(asks):
        return make_table(
            rules,
            SELLER,
            lambda cost, turn: np.zeros(len(rules.prices) + 1),
            lambda cost, turn: asks[turn] if turn < 3 else np.nan,
        )

    best = max(earned(plan(asks)) for asks in product(rules.prices, repeat=3))
    solved = believing_seller(rules, beliefs_about(rules, rules.worths))
    assert earned(solved) == pytest.approx(best)


@pytest.mark.parametrize(("ties", "p"), [("pessimistic", 0), ("uniform", 0.5), ("optimistic", 1)])
def test_at_its_cost_the_tie_rule_decides_whether_there_is_a_deal(ties, p):
    problem = BargainingProblem("unlimited", seller="rational", ties=ties)
    points = [problem.pre_policies.point(price) for price in (39, 40, 41)]
    assert problem.solver.p(points) == pytest.approx([0, p, 1])
    assert problem.solver.bounds(points).tolist() == [[0, 0], [0, 1], [1, 1]]
