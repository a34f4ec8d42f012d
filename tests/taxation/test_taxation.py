"""Taxes: hours in closed form against trying them all, the whole game against slow rules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scg_envs
from scg_envs.agents.responders.factory import make_responder
from scg_envs.core.errors import InvalidArgument, InvalidCommitment, InvalidOptions, ScgError
from scg_envs.games.taxation.problem import TaxProblem
from scg_envs.games.taxation.rules import LAYOUTS, OUTCOMES, TaxRules
from scg_envs.games.taxation.supply import (
    COST,
    HOURS,
    POWER,
    lognormal,
    slices,
    supply,
    tax,
)
from scg_envs.games.taxation.vector import TaxVectorEnv
from scg_envs.games.taxation.welfare import atkinson
from scg_envs.train.reproduce.taxation import ELASTICITY, saez_rate, top_rate
from scg_envs.train.search import search

from . import plain

TIES = ("uniform", "optimistic", "pessimistic")
UNCERTAIN = {"credibility": 0.6, "observability": 0.3}


def flat(skill, rate, **settings):
    return supply(np.array([skill]), np.array([rate]), **settings)[1].item()


@pytest.mark.parametrize(("rate", "rounded"), [(0.0, 73.1), (0.24, 65.5), (0.5, 55.4), (0.9, 29.1)])
def test_hours_are_those_at_which_another_one_is_worth_its_effort(rate, rounded):
    hours = flat(80.0, rate)
    assert round(hours, 1) == rounded
    assert COST * POWER * hours ** (POWER - 1) == pytest.approx(80 * (1 - rate), rel=1e-9)


def test_the_elasticity_is_two_fifths_until_the_cap_binds():
    share = np.log(flat(80.0, 0.25) / flat(80.0, 0.5)) / np.log(0.75 / 0.5)
    assert share == pytest.approx(ELASTICITY, abs=1e-9)
    assert pytest.approx(0.4) == ELASTICITY
    assert saez_rate(ELASTICITY) == pytest.approx(1 / 1.4)
    assert flat(72_000 / 40, 0.9) == HOURS
    assert flat(72_000 / 40, 0.97) == pytest.approx(62.480182, abs=1e-6)


def instance(seed):
    rng = np.random.default_rng(seed)
    brackets = int(rng.integers(1, 5))
    thresholds = np.sort(rng.uniform(500, 12_000, brackets - 1)).tolist()
    rates = rng.random(brackets)  # which may well fall: budget sets that are not convex
    rates[rng.random(brackets) < 0.1] = 1.0
    skills = np.where(rng.random(4) < 0.1, 0.0, rng.uniform(1, 250, 4))
    return skills, rates, thresholds, int(rng.integers(1, 40))


def test_no_hours_are_better_than_those_of_the_closed_form():
    tried = np.linspace(0, HOURS, 20_001)
    for seed in range(250):
        skills, rates, thresholds, levels = instance(seed)

        def worth(hours, skills=skills[:, None], rates=rates, thresholds=thresholds):
            income = skills * hours
            return income - tax(slices(income, thresholds), rates) - COST * hours**POWER

        few, most = supply(skills, rates, thresholds)
        for hours in (few, most):
            best = worth(hours[:, None])[:, 0]
            assert (best >= worth(tried).max(axis=1) - 1e-9 * (1 + skills * HOURS)).all()
        stepped = np.transpose(supply(skills, rates, thresholds, levels=levels))
        slow = [plain.best_hours(skill, rates, thresholds, levels) for skill in skills]
        np.testing.assert_allclose(stepped, slow, atol=1e-9)


def test_a_falling_rate_makes_some_jump_over_the_kink():
    """Nobody stays near a threshold from which on nothing is taxed."""
    skills = np.linspace(40.0, 120.0, 401)
    hours = supply(skills, np.array([0.9, 0.0]), [3_000.0])[1]
    income = skills * hours
    assert ((income < 2_900) | (income > 3_100)).all()
    assert (income < 2_900).any()
    assert (income > 3_100).any()
    bunched = skills * supply(skills, np.array([0.0, 0.9]), [3_000.0])[1]
    assert np.isclose(bunched, 3_000).mean() > 0.3  # at a rising one many do


@given(st.integers(0, 10**6))
def test_the_game_comes_to_what_slow_rules_say(seed):
    check(seed)


def check(seed):
    rng = np.random.default_rng(seed)
    brackets = int(rng.integers(1, 4))
    settings = {
        "skills": tuple(rng.uniform(5, 220, int(rng.integers(1, 4))).tolist()),
        "thresholds": tuple(np.sort(rng.uniform(500, 9_000, brackets - 1)).tolist()),
        "usual": tuple(rng.random(brackets).tolist()),
        "years": int(rng.integers(1, 4)),
        "jump": float(rng.uniform(0.05, 1)),
        "levels": int(rng.integers(1, 12)),
        "aversion": float(rng.choice([0.0, 1.0, rng.uniform(0, 6)])),
    }
    chances = {"credibility": float(rng.random()), "observability": float(rng.random())}
    if rng.random() < 0.3:
        chances = {}
    for place, outcome in enumerate(OUTCOMES):
        ties = TIES[int(rng.integers(1, 3))]
        problem = TaxProblem(
            pre_policy="rates", desirable=outcome, ties=ties, **settings, **chances
        )
        point = problem.pre_policies.sample(1, rng)
        most = (ties == "optimistic") == (outcome != "unearned")
        slow = plain.comes_to(problem.rules, point[0].tolist(), problem.chances, int(most))
        answer = problem.solver.respond(point)
        assert answer.p[0] == pytest.approx(slow[place], abs=1e-9)
        assert answer.utility[0] == pytest.approx(slow[3], rel=1e-9, abs=1e-9)
        assert answer.follower_utility["worker"][0] == pytest.approx(slow[4], rel=1e-9, abs=1e-6)
        assert answer.regret_max[0] <= 1e-9


def test_two_hundred_small_games_come_to_what_slow_rules_say():
    for seed in range(200):
        check(seed)


def test_ties_decide_where_a_worker_is_indifferent():
    """All or nothing: 100 hours cost 5,000, which is what is left of 10,000."""
    settings = {"layout": "flat", "skills": (100.0,), "levels": 1, "years": 1, "usual": (0.5,)}
    found = {
        (ties, outcome): TaxProblem(ties=ties, desirable=outcome, **settings).solver.before().p
        for ties in TIES
        for outcome in OUTCOMES
    }
    for k, outcome in enumerate(OUTCOMES):
        at_work, idle = (0.5, 0.5, 0.0)[k], (0.0, 0.0, 1.0)[k]
        assert found["optimistic", outcome] == pytest.approx(max(at_work, idle))
        assert found["pessimistic", outcome] == pytest.approx(min(at_work, idle))
        assert found["uniform", outcome] == pytest.approx((at_work + idle) / 2)
    low, high = TaxProblem(**settings).solver.bounds([0])[0]
    assert (low, high) == pytest.approx((0.0, 0.5))


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("chances", [{}, UNCERTAIN])
@pytest.mark.parametrize("kind", TaxRules.kinds)
def test_to_commit_to_the_usual_rates_changes_nothing(kind, chances, ties):
    problem = TaxProblem(pre_policy=kind, ties=ties, **chances)
    before, answer = problem.solver.before(), problem.solver.respond([problem.free_point()])
    assert (before.p, before.utility) == (answer.p[0], answer.utility[0])
    unbound = TaxProblem(pre_policy=kind, ties=ties, credibility=0.0)
    points = unbound.pre_policies.sample(5, np.random.default_rng(0))
    np.testing.assert_allclose(unbound.solver.respond(points).p, before.p, atol=1e-12)


@given(st.integers(1, 5), st.floats(0.01, 1.0), st.integers(0, 10**6))
def test_rates_change_by_no_more_than_allowed(years, jump, seed):
    rules = TaxRules(years=years, jump=jump)
    target = rules.pre_policies("rates").sample(3, np.random.default_rng(seed))
    paths = rules.path(target)
    whole = np.concatenate([np.broadcast_to(rules.rates, (3, 1, 3)), paths], axis=1)
    assert (np.abs(np.diff(whole, axis=1)) <= jump + 1e-12).all()
    np.testing.assert_allclose(paths[:, -1], target, atol=1e-12)
    slow = [plain.path(rules.rates, one, years, jump) for one in target.tolist()]
    np.testing.assert_allclose(paths, slow, atol=1e-12)


@given(st.lists(st.floats(-5, 50), min_size=1, max_size=5), st.floats(0, 30))
def test_welfare_lies_between_the_least_and_the_mean(values, aversion):
    left = np.array(values)
    found = float(atkinson(left, aversion))
    assert found <= left.mean() + 1e-9
    assert found >= left.min() - 1e-9
    assert float(atkinson(left, 1e9)) == pytest.approx(left.min(), rel=1e-6)


@given(st.lists(st.sampled_from([0.0, 1e-6, 1.0, 9.0]), min_size=1), st.floats(0, 0.95))
def test_who_has_nothing_counts_as_the_formula_says(values, aversion):
    """Below an aversion of 1 somebody with nothing does not make all worth nothing."""
    mean = sum(x ** (1 - aversion) for x in values) / len(values)
    expected = mean ** (1 / (1 - aversion))
    assert float(atkinson(np.array(values), aversion)) == pytest.approx(expected)
    assert float(atkinson(np.array([*values, 0.0]), 1.0)) == 0.0


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", TaxRules.kinds)
def test_what_is_shown_says_the_rates(kind, layout):
    space = TaxRules.of(layout).pre_policies(kind)
    points = space.sample(20, np.random.default_rng(0))
    shown = np.stack([space.show(point) for point in [*points, None]])
    numbers = [*space.numbers(points), TaxRules.of(layout).rates]
    np.testing.assert_allclose(space.read(shown), numbers, atol=1e-7)


def test_the_cap_is_warned_of_where_it_binds():
    (warning,) = TaxProblem("us").notes
    assert warning.startswith("the cap of 100 hours binds in 99% of all answers")
    assert TaxProblem("flat").notes == ()


def test_the_best_flat_rate_is_found_by_search_and_by_trying():
    settings = {"layout": "flat", "levels": 10_000}
    result = search("taxation", pre_policy="rates", meta="cmaes", evaluations=400, **settings)
    assert result.pre_policy_point[0] == pytest.approx(1 / 1.4, abs=0.01)
    problem = TaxProblem(resolution=100, **settings)
    best = problem.solver.respond(np.arange(problem.pre_policies.size)).best("desirable")
    assert problem.pre_policies.table[best, 0] == pytest.approx(1 / 1.4, abs=0.01)


def test_saez_has_the_top_rate():
    best, formula = top_rate(workers=20_000)
    assert best == pytest.approx(formula, abs=1e-6)


def test_a_million_workers_are_as_many_times_one():
    skills = lognormal(80.0, 0.5, 10**6)
    rates = np.array([0.3, 0.4, 0.5])
    few, most = supply(skills, rates, (4_500.0, 7_955.0))
    np.testing.assert_allclose(few, most, atol=1e-3)  # beside a kink it is worth the same to 1e-9
    some = np.arange(0, 10**6, 99_991)
    np.testing.assert_array_equal(most[some], supply(skills[some], rates, (4_500.0, 7_955.0))[1])
    assert np.median(skills) == pytest.approx(80)
    assert np.log(skills).std() == pytest.approx(0.5, abs=1e-3)


def test_a_model_learns_the_hours():
    """Its best schedule is within .02 of the best, in two seeds of three."""
    problem = TaxProblem(skills=(60.0, 140.0), years=1, resolution=5)
    points = np.arange(problem.pre_policies.size)
    exact, near = problem.solver.respond(points), []
    for seed in range(3):
        responder = make_responder("ppo", problem, seed=seed, steps=40_000)
        responder.spend(points)
        answers = responder.respond(points)
        assert answers.regret["worker"].mean() < 0.02 * problem.stakes
        near.append(exact.p[answers.best("desirable")] > exact.p.max() - 0.02)
    assert sum(near) >= 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"skills": ()}, "skills are \\(\\); expected those of 1 to 1,000 workers"),
        ({"skills": (0.0,)}, "one above 0"),
        ({"skills": (50.0, -1.0)}, "a skill is -1.0; expected a number from 0"),
        ({"skills": (float("nan"),)}, "a skill is nan; expected a number"),
        ({"skills": "many"}, "a skill is 'm'; expected a number"),
        ({"thresholds": (9.0, 5.0)}, "is 5.0; expected a number above 9"),
        ({"thresholds": (5.0, float("nan"))}, "is nan; expected a number"),
        ({"thresholds": (5.0,)}, "usual has 3 rates; expected 2, one a bracket"),
        ({"usual": (0.1, 0.2)}, "usual has 2 rates; expected 3, one a bracket"),
        ({"usual": (0.1, 0.2, 1.5)}, "a usual rate is 1.5; expected a chance"),
        ({"usual": (0.1, 0.2, float("nan"))}, "a usual rate is nan; expected a chance"),
        ({"jump": 0.0}, "jump is 0.0; expected a number above 0, up to 1"),
        ({"years": 0}, "years is 0; expected a whole number"),
        ({"levels": 2.5}, "levels is 2.5; expected a whole number"),
        ({"aversion": float("nan")}, "aversion is nan; expected a number"),
        ({"layout": "swedish"}, "unknown layout 'swedish'"),
        ({"layout": "seven", "resolution": 10}, "903168 points .* expected 1 to 10000"),
        ({"pre_policy": "any"}, "unknown pre-policy of the planner 'any'"),
    ],
)
def test_what_is_no_economy_is_refused_in_a_line(settings, said):
    with pytest.raises(ScgError, match=said) as error:
        TaxProblem(**settings)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    "rates",
    [(0.9, 0.4, 0.5), (0.3, 0.4), (0.3, 0.4, 1.2), (0.3, -0.1, 0.5), (float("nan"), 0.4, 0.5), 3],
)
@pytest.mark.parametrize("kind", TaxRules.kinds)
def test_what_is_no_schedule_is_refused_in_a_line(kind, rates):
    said = r"expected 3 rates of year 2, each of which changes by at most 0.2 a year from 0.3, 0.4"
    with pytest.raises(InvalidCommitment, match=said) as error:
        TaxProblem(pre_policy=kind).pre_policies.point(rates)
    assert len(str(error.value).splitlines()) == 1
    with pytest.raises(InvalidOptions, match=said):
        scg_envs.taxation_v0.parallel_env().reset(options={"rates": rates})


def test_batches_of_a_continuum_say_what_to_take():
    with pytest.raises(InvalidArgument, match=r"'rates', a continuum.*vector_view"):
        TaxVectorEnv(2, pre_policy="rates")
