"""Rational bargaining: closed forms, backward induction, and a plain minimax beside it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument
from scg_envs.games.bargaining.play import play_batch, play_exactly
from scg_envs.games.bargaining.players import ordinary_buyer
from scg_envs.games.bargaining.rules import Rules, load_rules
from scg_envs.games.bargaining.sellers import SELLERS, seller_table
from scg_envs.games.bargaining.solve import backward_induction, rubinstein_price, solved_price


@pytest.mark.parametrize("discount", [0.5, 0.9, 0.99])
def test_rubinsteins_price(discount):
    expected = 40 + 20 / (1 + discount)
    assert rubinstein_price(40, 60, discount) == pytest.approx(expected, abs=1e-12)
    assert solved_price(40, 60, discount) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("offers", "share"), [(12, 0.3777), (99, 0.5263)])
def test_the_first_mover_s_share_with_a_last_offer(offers, share):
    """The last of twelve is the other's; after 99 the end hardly matters."""
    assert solved_price(0, 1, 0.9, offers=offers) == pytest.approx(share, abs=5e-5)
    assert solved_price(0, 1, 0.9) == pytest.approx(1 / 1.9, abs=1e-6)


@given(discount=st.floats(0.05, 0.97), cost=st.floats(0, 50), surplus=st.floats(0.5, 50))
def test_the_infinite_game_is_the_limit_of_its_recursion(discount, cost, surplus):
    for first in ("seller", "buyer"):
        solved = solved_price(cost, cost + surplus, discount, first=first)
        formula = rubinstein_price(cost, cost + surplus, discount, first)
        assert solved == pytest.approx(formula, abs=1e-6)


def test_the_last_proposer_takes_all_without_a_discount():
    assert backward_induction(load_rules("complete")).price == 40  # the limit: the buyer is last
    assert backward_induction(load_rules("unlimited")).price == 60  # no limit: the seller is


def plain_value(rules, clock, last, left):
    """The equilibrium's (seller, buyer) utilities, by trying every action in every state.

    Discounts are to the date of the first move; who is indifferent accepts, then proposes.
    """
    mover = (clock + (rules.first == "buyer")) % 2
    options = []
    standing = last[1 - mover]
    if standing is not None:
        factor = rules.discount ** (clock - 1)
        price = rules.prices[standing]
        options.append((factor * (price - rules.costs[0]), factor * (rules.worths[0] - price)))
    if left[mover] > 0 and clock < rules.horizon - 1:
        for k in range(len(rules.prices)):
            now = list(last)
            now[mover] = k
            fewer = [left[i] - (i == mover) for i in range(2)]
            options.append(plain_value(rules, clock + 1, now, fewer))
    options.append(tuple(rules.outside))
    best = max(option[mover] for option in options)
    return next(option for option in options if option[mover] >= best - 1e-9)


@pytest.mark.parametrize(("horizon", "limit"), [(2, None), (3, None), (4, None), (4, 1), (5, 2)])
@pytest.mark.parametrize("discount", [1.0, 0.7])
def test_backward_induction_is_minimax_over_all_actions(horizon, limit, discount):
    rules = Rules(lowest=40, highest=60, tick=5, horizon=horizon, limit=limit, discount=discount)
    seller, buyer = plain_value(rules, 0, [None, None], [rules.proposals] * 2)
    solved = backward_induction(rules)
    (ending,) = play_exactly(rules, solved.seller, solved.buyer)
    assert (ending.seller, ending.buyer) == pytest.approx((seller, buyer))


def test_finer_prices_come_closer_to_the_continuous_game():
    for offers in (2, 5):
        rules = Rules(lowest=40, highest=60, tick=0.1, horizon=offers + 1, limit=None, discount=0.9)
        assert backward_induction(rules).price == pytest.approx(
            solved_price(40, 60, 0.9, offers=rules.offers), abs=0.1 * offers
        )


@pytest.mark.parametrize("seller", SELLERS)
def test_simulation_agrees_with_the_exact_chances(seller):
    rules = load_rules("discounted" if seller == "rubinstein" else "complete")
    table, buyer = seller_table(rules, seller), ordinary_buyer(rules)
    endings = play_exactly(rules, table, buyer)
    assert sum(e.chance for e in endings) == pytest.approx(1)
    played = play_batch(rules, table, buyer, 20_000, seed=1)
    for of, simulated in (
        (lambda e: e.buyer, played.utility[1]),
        (lambda e: e.seller, played.utility[0]),
        (lambda e: e.moves, played.moves),
        (lambda e: e.price is not None, ~np.isnan(played.price)),
    ):
        exact = sum(e.chance * of(e) for e in endings)
        error = simulated.std() / np.sqrt(len(simulated))
        assert simulated.mean() == pytest.approx(exact, abs=5 * error + 1e-9)


def test_games_without_an_answer_say_so():
    with pytest.raises(InvalidArgument, match="private values"):
        backward_induction(load_rules("private"))
    with pytest.raises(InvalidArgument, match="discount"):
        rubinstein_price(40, 60, 1.0)
    with pytest.raises(InvalidArgument, match="not below the cost"):
        load_rules(worth=30)
    assert solved_price(40, 60, 0.9, outside=(15, 15)) is None
