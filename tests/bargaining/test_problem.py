"""Commitments in bargaining: what each seller makes of them, and the calibration."""

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.policy import Player, alone
from scg_envs.games.bargaining.calibration import hazard_acceptance, logit_acceptance
from scg_envs.games.bargaining.environments import learner_view
from scg_envs.games.bargaining.play import play_batch
from scg_envs.games.bargaining.players import ordinary_buyer
from scg_envs.games.bargaining.problem import BargainingProblem
from scg_envs.games.bargaining.rules import load_rules
from scg_envs.games.bargaining.sellers import seller_table

PRICES = [30.0, 39.0, 40.0, 42.0, 44.0, 45.0, 46.0, 60.0]


@pytest.mark.parametrize("seller", ["calibrated", "hazard", "firm", "meek", "conceding"])
def test_who_answers_offers_does_not_care_for_announcements(seller):
    seen = BargainingProblem(seller=seller)
    unseen = BargainingProblem(seller=seller, observability=0.0, credibility=1.0)
    points = np.arange(seen.pre_policies.size)
    for field in ("p", "utility"):
        assert getattr(seen.solver.respond(points), field) == pytest.approx(
            getattr(unseen.solver.respond(points), field)
        )
    # Credibility says how often it binds, which mixes the two plays and changes neither.
    half = BargainingProblem(seller=seller, credibility=0.5)
    mixed = (seen.solver.respond(points).p + seen.solver.respond([0]).p) / 2
    assert half.solver.respond(points).p == pytest.approx(mixed)


@pytest.mark.parametrize(
    ("seller", "layout"), [("rubinstein", "discounted"), ("bayesian", "private")]
)
def test_who_reasons_gives_in_to_what_it_sees(seller, layout):
    surplus = []
    for observability in (0.0, 0.5, 1.0):
        problem = BargainingProblem(layout, seller=seller, observability=observability)
        surplus.append(float(problem.solver.respond([problem.pre_policies.point(44)]).utility[0]))
    assert surplus[2] > surplus[0] + 1
    assert surplus[1] == pytest.approx((surplus[0] + surplus[2]) / 2)


def test_the_best_price_to_repeat_is_40():
    problem = BargainingProblem()
    utility = problem.solver.respond(np.arange(problem.pre_policies.size)).utility
    assert problem.pre_policies.label(int(utility.argmax())) == 40
    rates = logit_acceptance(np.array([36.0, 40.0, 46.0]), 4)
    surplus = (1 - np.prod(1 - rates, axis=0)) * (60 - np.array([36.0, 40.0, 46.0]))
    assert surplus == pytest.approx([17.9, 19.92, 14.0], abs=0.02)


def test_the_hazard_reading_is_the_counts():
    rates = dict(zip(PRICES, hazard_acceptance(np.array(PRICES), 4).T, strict=True))
    assert rates[30.0] == pytest.approx([0, 1 / 129, 25 / 109, 35 / 51])
    assert rates[39.0] == pytest.approx(rates[30.0])
    assert rates[40.0][:2] == pytest.approx([1 / 104, 10 / 16])
    assert rates[44.0][:2] == pytest.approx([4 / 116, 6 / 9])
    assert rates[45.0] == pytest.approx(rates[44.0])
    assert rates[46.0][:2] == pytest.approx([31 / 40, 51 / 70])
    assert rates[60.0] == pytest.approx(rates[46.0])
    # Between two bands, the straight line.
    assert rates[42.0][:2] == pytest.approx([(1 / 104 + 4 / 116) / 2, (10 / 16 + 6 / 9) / 2])
    # From 40 on, rounds that were not counted: the last count, or a cheaper offer's if greater.
    assert rates[40.0][2:] == pytest.approx([10 / 16, 35 / 51])
    assert rates[44.0][2:] == pytest.approx([6 / 9, 35 / 51])
    assert rates[46.0][2:] == pytest.approx([51 / 70, 51 / 70])


@pytest.mark.parametrize("reading", ["calibrated", "hazard"])
def test_an_ordinary_buyer_pays_about_what_was_published(reading):
    rules = load_rules()
    played = play_batch(rules, seller_table(rules, reading), ordinary_buyer(rules), 500, seed=0)
    prices = played.price[~np.isnan(played.price)]
    assert abs(prices.mean() - 45.6) < 1.5
    assert len(prices) > 490


def test_an_announcement_against_a_rational_seller_bounds_every_learned_answer():
    problem = BargainingProblem("discounted", seller="rational")
    points = np.arange(problem.pre_policies.size)
    found = problem.evaluate(problem.solver.best_responses(), points)
    assert found.regret["seller"].max() < 1e-9
    low, high = problem.solver.bounds(points).T
    assert (low <= problem.solver.p(points) + 1e-12).all()
    assert (problem.solver.p(points) <= high + 1e-12).all()


@pytest.mark.parametrize("layout", ["discounted", "complete"])
def test_what_is_filmed_is_the_buyer_of_the_numbers(layout):
    """Without a pre-policy a rational seller meets the buyer of the equilibrium."""
    problem = BargainingProblem(layout, seller="rational")
    (ending,) = problem.solver.endings(0)
    view = learner_view(**problem.settings())
    seen, info = view.reset(seed=0, options={"pre_policy": problem.pre_policies.label(0)})
    player, over = Player(problem.solver.best_responses()["seller"], 1), False
    while not over:
        seen, reward, over, _, info = view.step(int(player.act(alone(seen))[0]))
    assert reward == pytest.approx(ending.seller)
    assert info.get("price") == ending.price


def test_mistakes_are_named():
    with pytest.raises(UnknownName, match="seller"):
        BargainingProblem(seller="friendly")
    with pytest.raises(InvalidArgument, match="private values"):
        BargainingProblem("private", seller="rational")
    with pytest.raises(InvalidArgument, match="credibility"):
        BargainingProblem(credibility=1.5)
