"""The sequential public goods game: exact answers against a slow statement, and what is learned."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs import sequential_public_goods_v0
from scg_envs.core.commitment.chances import Chances
from scg_envs.core.errors import InvalidArgument, InvalidOptions, ScgError, UnknownName
from scg_envs.core.policy import Memoryless
from scg_envs.core.registry import find_game
from scg_envs.games.sequential_public_goods.induction import Induction, histories
from scg_envs.games.sequential_public_goods.problem import GoodsProblem
from scg_envs.games.sequential_public_goods.rules import GoodsRules
from scg_envs.games.sequential_public_goods.vector import GoodsVectorEnv

from .reference import Reference, mixed_equilibria, pure_equilibria, solve

CASES = 210


def drawn(rng, most_players=3):
    """A small instance in eighths, so that fractions are exact and ties are common."""
    players = int(rng.integers(2, most_players + 1))
    rules = GoodsRules(
        players=players,
        levels=int(rng.integers(1, 3)),
        cost=float(rng.choice([0.5, 0.75, 1.0])),
        power=float(rng.integers(1, 3)),
        gamma=float(rng.choice([0.0, 0.25])),
        rho=float(rng.choice([0.5, 1.0, 1.5])),
        threshold=float(rng.choice([0.0, 1.0])),
        penalty=float(rng.choice([0.0, 0.25, 0.5, 1.0])),
        bonus=str(rng.choice(["product", "sum"])),
        target=float(rng.choice([0.5, 1.0])),
    )
    mechanism = (
        float(rng.choice([0.0, 0.25, 0.5, 1.0])),
        float(rng.choice([0.5, 1.0, 1.5, 2.0, 3.0])),
        float(rng.choice(np.arange(0, players + 0.5, 0.5))),
    )
    return rules, mechanism


def problem_of(rules, mechanism, **settings):
    """A problem whose second point is this mechanism, put into a grid's place."""
    names = ("players", "levels", "cost", "power", "gamma", "rho", "threshold")
    own = {name: getattr(rules, name) for name in (*names, "penalty", "bonus", "target")}
    problem = GoodsProblem(**own, **settings)
    table = problem.pre_policies.table
    table[1] = mechanism
    fresh = Induction(problem.rules, table, problem.chances)
    solver = problem.solver
    solver.induction = fresh
    solver._sides = {side: fresh.answers(problem.desirable, eager=side) for side in (True, False)}
    solver._limits = fresh.limits(problem.desirable)
    return problem


def test_backward_induction_is_what_a_slow_statement_says_under_every_tie_rule():
    rng = np.random.default_rng(0)
    tied = 0
    for _ in range(CASES):
        rules, mechanism = drawn(rng)
        chance, sight = (float(rng.choice([0.0, 0.5, 1.0], p=[0.1, 0.3, 0.6])) for _ in range(2))
        desirable = str(rng.choice(["reached", "short"]))
        game, usual = Reference(rules, mechanism, chance), Reference(rules, rules.usual)
        settings = {"credibility": chance, "observability": sight, "desirable": desirable}
        expected = {}
        for eager in (True, False):
            lottery = solve(game, usual, desirable, eager, sight)
            expected[eager] = (
                float(sum(p for one, p in lottery.items() if game.wanted(one, desirable))),
                float(sum(p * game.designer(one) for one, p in lottery.items())),
                *(
                    float(sum(p * game.expected(place, one) for one, p in lottery.items()))
                    for place in range(rules.players)
                ),
            )
        tied += expected[True] != expected[False]
        problem = problem_of(rules, mechanism, **settings)
        sides = [problem.solver.side([1], eager=eager).p[0] for eager in expected]
        np.testing.assert_allclose(sides, [p for p, *_ in expected.values()], atol=1e-9)
        within(problem.solver.bounds([1])[0], sides)
        mean = np.mean(list(expected.values()), axis=0)
        found = problem.solver.respond([1])
        earned = [own[0] for own in found.follower_utility.values()]
        np.testing.assert_allclose([found.p[0], found.utility[0], *earned], mean, atol=1e-9)
        assert found.regret_max[0] < 1e-9
    assert tied > CASES / 10


def within(bounds, found):
    low, high = bounds
    assert low - 1e-9 <= min(found)
    assert max(found) <= high + 1e-9


def test_limits_hold_in_every_equilibrium_and_are_mostly_attained():
    """Eager or averse ones alone are too few: an early gift may hang on a later one's ties."""
    rng = np.random.default_rng(4)
    attained = beyond = 0
    for _ in range(CASES):
        rules, mechanism = drawn(rng)
        desirable = str(rng.choice(["reached", "short"]))
        game, usual = Reference(rules, mechanism), Reference(rules, rules.usual)
        found = {float(game.wanted(one, desirable)) for one in pure_equilibria(game)}
        bounds = problem_of(rules, mechanism, desirable=desirable).solver.bounds([1])[0]
        within(bounds, found)
        attained += list(bounds) == [min(found), max(found)]
        sides = {
            float(sum(p for one, p in lottery.items() if game.wanted(one, desirable)))
            for lottery in (solve(game, usual, desirable, eager, 1) for eager in (True, False))
        }
        beyond += sides != found
    assert attained > 0.9 * CASES
    assert beyond > 0


def test_full_effort_is_unique_where_no_equilibrium_has_another_outcome():
    rng = np.random.default_rng(1)
    sure = several = 0
    for _ in range(CASES):
        rules, mechanism = drawn(rng)
        game = Reference(rules, mechanism)
        found = bool(Induction(rules, np.array([rules.usual, mechanism]), Chances()).unique[1])
        assert found == mixed_equilibria(game)
        outcomes = pure_equilibria(game)
        full = {(rules.levels,) * rules.players}
        if found or rules.players == 2:
            assert found == (outcomes == full)
        sure, several = sure + found, several + (full < outcomes)
    assert sure > CASES / 20
    assert several > CASES / 40  # full effort is one outcome of several


def random_policies(problem, rng):
    """Policies that hang on all that is seen."""

    def policy():
        weights = rng.integers(1, 1000, problem.rules.players + 2)
        return Memoryless(lambda seen: 1 + (seen @ weights) % 7919 % (problem.rules.levels + 1))

    return {agent: policy() for agent in problem.learners}


def test_policies_are_judged_as_they_play():
    """P, utility and regret are what playing all sights and deviations by single games comes to."""
    rng = np.random.default_rng(2)
    problem = GoodsProblem(levels=2, credibility=0.5, observability=0.25)
    point, rules = 30, problem.rules
    policies = random_policies(problem, rng)
    found = problem.evaluate(policies, [point])
    games = 40_000
    learner = rules.contributors[-1]
    env = problem.learner_env(games, learner=learner, autoreset_mode=AutoresetMode.DISABLED)
    env.set_pre_policies([point])
    env.set_others({agent: one for agent, one in policies.items() if agent != learner})
    seen, _ = env.reset(seed=3)
    actions, _ = policies[learner].act(seen, None, np.ones(games, dtype=bool))
    _, rewards, *_, infos = env.step(actions)
    spread = np.sqrt(0.25 / games)
    assert infos["desirable"].mean() == pytest.approx(found.p[0], abs=5 * spread)
    assert env.committed_utility.mean() == pytest.approx(found.utility[0], abs=0.05)
    assert rewards.mean() == pytest.approx(found.follower_utility[learner][0], abs=0.05)


def test_regret_is_what_the_best_deviation_gains():
    rng = np.random.default_rng(4)
    problem = GoodsProblem(levels=2)
    rules = problem.rules
    policies = random_policies(problem, rng)
    for point in (0, 7, 79):
        found = problem.evaluate(policies, [point])
        mechanism = problem.pre_policies.table[point]

        def play(forced, point=point):
            levels = []
            for place, agent in enumerate(rules.contributors):
                row = [*(level + 1 for level in levels), *[0] * (rules.players - place), point, 1]
                action, _ = policies[agent].act(np.array([row]), None, np.ones(1, dtype=bool))
                levels.append(forced.get(place, int(action[0]) - 1))
            return np.array(levels) / rules.levels

        for place, agent in enumerate(rules.contributors):
            values = [
                float(rules.reward(place, play({place: level}), mechanism))
                for level in range(rules.levels + 1)
            ]
            gained = max(values) - float(rules.reward(place, play({}), mechanism))
            assert found.regret[agent][0] == pytest.approx(gained, abs=1e-9)


@pytest.mark.parametrize("ties", ["uniform", "optimistic", "pessimistic"])
@pytest.mark.parametrize("settings", [{}, {"rho": 1.5, "threshold": 3.0, "observability": 0.5}])
def test_doing_nothing_has_no_effect(ties, settings):
    solver = GoodsProblem(ties=ties, **settings).solver
    before, after = solver.before(), solver.respond([0])
    assert after.p[0] == before.p
    assert (before.low, before.high) == tuple(solver.bounds([0])[0])


@pytest.mark.parametrize("observability", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("credibility", [1.0, 0.5, 0.0])
def test_best_responses_have_an_exact_p_and_no_regret(credibility, observability):
    chances = {"credibility": credibility, "observability": observability}
    problem = GoodsProblem(ties="optimistic", **chances)
    points = np.arange(0, problem.pre_policies.size, 6)
    found = problem.evaluate(problem.solver.best_responses(), points)
    exact = problem.solver.respond(points)
    np.testing.assert_allclose(found.p, exact.p, atol=1e-9)
    np.testing.assert_allclose(found.utility, exact.utility, atol=1e-9)
    assert found.regret_max.max() < 1e-9
    if not credibility or not observability:
        assert (exact.p == problem.solver.before().p).all()


def test_the_numbers_on_the_page():
    problem = GoodsProblem()
    space, sure = problem.pre_policies, problem.solver.induction.unique
    assert problem.solver.before().p == 0
    thresholds = space.table[1:, 2]
    assert [(thresholds == b).sum() for b in (0, 3)] == [20, 20]
    assert [sure[1:][thresholds == b].sum() for b in (0, 3)] == [0, 17]
    answers = problem.solver.respond(np.arange(space.size))
    best = answers.best("desirable")
    assert space.label(best) == (0, 2, 3)
    assert answers.p[best] == 1
    assert answers.utility[best] == pytest.approx(3)
    np.testing.assert_allclose(problem.solver.bounds([space.point((0, 1.5, 3))]), [[0, 1]])
    first = [
        int(problem.solver._sides[True][0][space.point((gamma, 2.5, 0)), 0])
        for gamma in space.grid[0][1:]
    ]
    assert first == sorted(first, reverse=True)
    assert first[0] < problem.rules.levels


def test_the_bonus_of_what_was_given_before_alone_changes_no_answer():
    """It hangs on nothing that its receiver decides, so gamma is idle: why ours is a product."""
    problem = GoodsProblem(bonus="sum")
    space = problem.pre_policies
    p = problem.solver.p(np.arange(1, space.size)).reshape(len(space.grid[0]), -1)
    assert (p == p[0]).all()


def test_practice_meets_every_history_and_the_usual_mechanism_where_none_is_shown():
    problem = GoodsProblem(observability=0.5)
    env = problem.learner_env(20_000, learner="third", training=True)
    env.set_pre_policies([80])
    seen, _ = env.reset(seed=0)
    known = {tuple(row) for row in seen[:, :2].tolist()}
    assert known == {tuple(row) for row in (histories(problem.rules, 2) + 1).tolist()}
    shown = seen[:, -2] == 80
    assert shown.mean() == pytest.approx(0.5, abs=0.02)
    assert (env._played[~shown] == 0).all()


def test_others_play_what_they_are_told_to():
    env = GoodsVectorEnv(3, learner="second", autoreset_mode=AutoresetMode.DISABLED)
    env.set_others({"first": Memoryless(lambda seen: np.full(len(seen), 3))})
    seen, _ = env.reset(seed=0)
    assert (seen[:, 0] == 3).all()
    assert (seen[:, 1:3] == 0).all()
    with pytest.raises(UnknownName, match="second"):
        env.set_others({"second": Memoryless(lambda seen: np.full(len(seen), 3))})


def test_the_bare_game_pays_by_the_mechanism_of_its_reset():
    env = sequential_public_goods_v0.parallel_env(players=2, levels=1)
    env.reset(seed=0, options={"mechanism": (0.5, 1.0, 2.0)})
    env.step({"first": 2})
    _, rewards, ended, _, infos = env.step({"second": 2})
    assert all(ended.values())
    assert infos["first"] == {"outcome": "reached", "total": 2.0, "penalised": False}
    assert rewards == {"designer": 1.5, "first": 0.0, "second": 0.5}
    env.reset(options={"mechanism": (0.5, 1.0, 2.0)})
    env.step({"first": 2})
    _, rewards, *_ = env.step({"second": 1})
    assert rewards == {"designer": 1.0, "first": -1.0, "second": 0.0}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"players": 1}, "players is 1"),
        ({"players": 5, "levels": 10}, "14641 histories"),
        ({"levels": 0}, "levels is 0"),
        ({"cost": -1.0}, "cost is -1"),
        ({"power": 0.5}, "power is 0.5"),
        ({"cost": 1e308}, r"cost is 1e\+308"),
        ({"rho": 1e308}, r"rho is 1e\+308"),
        ({"penalty": 1e308}, r"penalty is 1e\+308"),
        ({"penalty": float("nan")}, "penalty is nan"),
        ({"threshold": 4.0}, "threshold is 4"),
        ({"target": 0.0}, "target is 0"),
        ({"bonus": "gift"}, "gift"),
        ({"pre_policy": "coarse"}, "coarse"),
        ({"committed": "first"}, "first"),
    ],
)
def test_settings_out_of_their_range_are_refused_in_one_line(settings, said):
    with pytest.raises(ScgError, match=said) as raised:
        GoodsProblem(**settings)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("mechanism", [(1, 2), (0, 1, 4), (-1, 1, 1), ("a", 1, 1), 3])
def test_a_reset_refuses_what_is_no_mechanism(mechanism):
    env = sequential_public_goods_v0.parallel_env()
    with pytest.raises(InvalidOptions, match="mechanism"):
        env.reset(options={"mechanism": mechanism})


def test_rules_are_data():
    problem = find_game("sequential_public_goods").make_problem(players=2)
    assert GoodsRules(**problem.content()) == replace(GoodsRules(), players=2)
    with pytest.raises(InvalidArgument):
        GoodsRules(gamma=float(Fraction(-1, 2)))
