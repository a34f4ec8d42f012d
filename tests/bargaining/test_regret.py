"""What a seller could have gained, against all that it could have done."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.games.bargaining.dynamics import (
    COLUMNS,
    GOES_ON,
    PROPOSE,
    REJECT,
    begin,
    board_of,
    is_legal,
    move,
)
from scg_envs.games.bargaining.play import choices_of
from scg_envs.games.bargaining.players import ordinary_buyer
from scg_envs.games.bargaining.prices import price_pre_policies
from scg_envs.games.bargaining.problem import BargainingProblem
from scg_envs.games.bargaining.regret import BuyerType, seller_values
from scg_envs.games.bargaining.rules import BUYER, Rules
from scg_envs.games.bargaining.sellers import seller_table


def best_by_all_histories(rules, buyers):
    """The seller's best value: every action in every history, nothing merged, nothing assumed."""
    board = board_of(rules)

    def worth(cases):  # [(row, type, chance)], one history as the seller knows it
        row = cases[0][0]
        if (row[0] + board.first) % 2 == BUYER:
            heard, total = {}, 0.0
            for state, kind, chance in cases:
                b = buyers[kind]
                for action, likely in choices_of(state, b.table, b.plan, b.point, board, BUYER):
                    after, ended, reward = played(state, action)
                    if ended == GOES_ON:
                        heard.setdefault(after[1:5], []).append((after, kind, chance * likely))
                    else:
                        total += chance * likely * reward
            return total + sum(worth(part) for part in heard.values())
        options = []
        for action in (1, REJECT, *range(PROPOSE, PROPOSE + len(rules.prices))):
            if not is_legal(action, np.array(row, dtype=np.int16), board):
                continue
            total, going = 0.0, []
            for state, kind, chance in cases:
                after, ended, reward = played(state, action)
                if ended == GOES_ON:
                    going.append((after, kind, chance))
                else:
                    total += chance * reward
            options.append(total + (worth(going) if going else 0.0))
        return max(options)

    def played(state, action):
        row, reward = np.array(state, dtype=np.int16), np.zeros(2)
        ended = move(row, action, board, reward)
        return tuple(row.tolist()), ended, float(reward[0])

    start = []
    for kind, buyer in enumerate(buyers):
        row = np.zeros(COLUMNS, dtype=np.int16)
        begin(row, 0, buyer.value, board)
        start.append((tuple(row.tolist()), kind, buyer.chance))
    return worth(start)


@settings(max_examples=12)
@given(
    data=st.data(),
    first=st.sampled_from(["seller", "buyer"]),
    horizon=st.integers(3, 5),
    limit=st.sampled_from([1, 2, None]),
    discount=st.sampled_from([1.0, 0.8]),
    outside=st.sampled_from([0.0, 1.5]),
    worths=st.sampled_from([(45.0,), (43.0, 46.0)]),
    kind=st.sampled_from(["price", "schedule", "ceiling"]),
    credibility=st.sampled_from([1.0, 0.6]),
)
def test_the_best_reply_is_the_best_of_all_policies(
    data, first, horizon, limit, discount, outside, worths, kind, credibility
):
    rules = Rules(
        worths=worths,
        lowest=39.0,
        highest=46.0,
        horizon=horizon,
        limit=limit,
        discount=discount,
        outside=(outside, 0.0),
        first=first,
    )
    table = ordinary_buyer(rules)
    pre_policies = price_pre_policies(rules, table, kind)
    point = data.draw(st.integers(0, pre_policies.size - 1))
    buyers = [
        BuyerType(binds / len(worths), v, table, pre_policies.plan, kept)
        for kept, binds in ((point, credibility), (0, 1 - credibility))
        for v in range(len(worths))
        if binds > 0
    ]
    found = seller_values(rules, seller_table(rules, "meek"), buyers)
    assert found.best[0] == pytest.approx(best_by_all_histories(rules, buyers), abs=1e-9)
    assert found.own[0] <= found.best[0] + 1e-12


@pytest.mark.parametrize("seller", ["calibrated", "hazard", "bayesian", "conceding"])
def test_what_a_seller_earns_is_what_its_endings_say(seller):
    problem = BargainingProblem("private", seller=seller, credibility=0.7, pre_policy="schedule")
    for point in range(0, problem.pre_policies.size, 40):
        endings = problem.solver.endings(point)
        own = problem.solver._values(point, True, True).own.mean()
        assert own == pytest.approx(sum(e.chance * e.seller for e in endings), abs=1e-9)


def test_a_seller_that_sells_below_its_cost_regrets_it():
    problem = BargainingProblem()  # the calibrated one, whose logit knows no cost but 40
    found = problem.solver.respond([problem.pre_policies.point(38)])
    assert found.regret["seller"] == pytest.approx([1.70674783])  # never to sell earns 0
    assert found.regret_max == pytest.approx([1.70674783])
    assert found.optimal_share == pytest.approx([0.0])


@pytest.mark.parametrize("layout", ["complete", "unlimited", "discounted", "outside"])
def test_rational_sellers_regret_nothing(layout):
    """Not without a commitment, and not under announced prices, whatever indifferent ones do."""
    problem = BargainingProblem(layout, seller="rational", ties="pessimistic")
    found = problem.solver.respond(np.arange(problem.pre_policies.size))
    assert found.regret_max.max() < 1e-9
    assert found.optimal_share.min() == 1.0


@pytest.mark.parametrize("discount", [1.0, 0.9])
def test_no_other_asks_do_better_against_a_schedule_that_is_believed(discount):
    """Schedules rise, and so may the asks of who is sure of what it faces."""
    problem = BargainingProblem(
        "unlimited", seller="rational", pre_policy="schedule", discount=discount
    )
    found = problem.solver.respond(np.arange(1, problem.pre_policies.size))
    assert found.regret_max.max() < 1e-9
