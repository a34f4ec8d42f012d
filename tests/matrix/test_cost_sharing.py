"""Cost sharing against plain statements: orders, balanced groups, divisions one by one."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest

from scg_envs import matrix_v0
from scg_envs.causal.normal_form import mixed_commitment, pure_commitment
from scg_envs.core.errors import InvalidArgument
from scg_envs.games.matrix.cost_games import CostGame, allocations
from scg_envs.games.matrix.cost_sharing import cost_sharing, sharing_game
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search import search

NEEDS = (Fraction(20), Fraction(50), Fraction(100))


def random_game(rng, n, monotone=False):
    costs = [Fraction(0), *(Fraction(int(x)) for x in rng.integers(1, 13, 2**n - 1))]
    if monotone:
        costs = [max(costs[t] for t in range(2**n) if t & s == t) for s in range(2**n)]
    return CostGame(tuple("ABCD"[:n]), tuple(costs))


def cost(game, members):
    return game.costs[sum(1 << i for i in members)]


def by_orders(game):
    """The Shapley value, by its definition: every order in which agents may come."""
    n = len(game.agents)
    orders = list(permutations(range(n)))
    values = [Fraction(0)] * n
    for order in orders:
        for k, i in enumerate(order):
            values[i] += cost(game, order[: k + 1]) - cost(game, order[:k])
    return tuple(value / len(orders) for value in values)


def would_leave(game, allocation):
    """The most that a group saves by leaving, over groups other than nobody and all."""
    n = len(game.agents)
    return max(
        sum(allocation[i] for i in group) - cost(game, group)
        for size in range(1, n)
        for group in combinations(range(n), size)
    )


def has_core(game):
    """Bondareva and Shapley's condition for three agents: the minimal balanced collections."""
    a, b, c, ab, ac, bc, whole = (
        cost(game, group) for group in ([0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2])
    )
    return whole <= min(a + b + c, a + bc, b + ac, c + ab, (ab + ac + bc) / 2)


def test_the_shapley_value_by_orders():
    rng = np.random.default_rng(0)
    for _ in range(200):
        game = random_game(rng, int(rng.integers(2, 5)))
        assert game.shapley == by_orders(game)
        assert sum(game.shapley) == game.costs[game.all]


def test_the_shapley_value_of_runways_is_littlechild_and_owens():
    rng = np.random.default_rng(1)
    for _ in range(50):
        n = int(rng.integers(2, 7))
        needs = sorted(Fraction(int(x)) for x in rng.integers(1, 100, n))
        game = CostGame.airport("ABCDEFGH"[:n], needs)
        steps = [
            (high - low) / (n - k)
            for k, (low, high) in enumerate(zip([Fraction(0), *needs], needs, strict=False))
        ]
        assert game.shapley == tuple(sum(steps[: i + 1], Fraction(0)) for i in range(n))
        assert would_leave(game, game.shapley) <= 0  # such games are concave
        assert game.least_core()[0] <= 1e-9


def test_the_core_is_empty_where_balanced_groups_say_so():
    rng = np.random.default_rng(2)
    empty = 0
    for _ in range(200):
        game = random_game(rng, 3)
        least, where = game.least_core()
        assert (least <= 1e-9) == has_core(game)
        assert float(would_leave(game, [Fraction(x) for x in where])) == pytest.approx(least)
        assert sum(where) == pytest.approx(float(game.costs[game.all]))
        empty += not has_core(game)
    assert 40 < empty < 160


def test_no_group_can_be_kept_in_the_three_agents_majority_game():
    game = CostGame(tuple("ABC"), tuple(map(Fraction, (0, 1, 1, 1, 1, 1, 1, 2))))
    assert game.least_core()[0] == pytest.approx(1 / 3)
    assert would_leave(game, game.shapley) > 0
    made = sharing_game(game, 20)
    found = mixed_commitment(made.form, 0, made.desirable_table, "optimistic")
    assert found.value == 0


@pytest.mark.parametrize("groups", ["any", "single"])
def test_divisions_one_by_one(groups):
    rng = np.random.default_rng(3)
    for _ in range(100):
        game = random_game(rng, int(rng.integers(2, 4)))
        made = sharing_game(game, 4, groups)
        divisions = [*allocations(game.costs[game.all], len(game.agents), 4), by_orders(game)]
        best = {"optimistic": 0.0, "pessimistic": 0.0}
        for k, own in enumerate(divisions):
            if groups == "any":
                most = would_leave(game, own)
            else:
                most = max(x - cost(game, [i]) for i, x in enumerate(own))
            assert made.form.payoffs[1, k].max() == float(max(most, 0))
            best["optimistic"] = max(best["optimistic"], float(most <= 0))
            best["pessimistic"] = max(best["pessimistic"], float(most < 0))
        for ties, value in best.items():
            assert pure_commitment(made.form, 0, made.desirable_table, ties).value == value


def test_a_mixture_keeps_all_just_where_the_core_is_not_empty():
    rng = np.random.default_rng(4)
    kept = 0
    for _ in range(60):
        game = random_game(rng, 3, monotone=True)  # then nobody is paid in the core
        made = sharing_game(game, 2)
        found = mixed_commitment(made.form, 0, made.desirable_table, "optimistic")
        assert found.value == float(has_core(game))
        kept += has_core(game)
    assert 5 < kept < 55


def test_the_page():
    game = CostGame.airport("ABC", NEEDS)
    assert game.shapley == (Fraction(20, 3), Fraction(65, 3), Fraction(215, 3))
    assert game.least_core()[0] == pytest.approx(-10)
    assert would_leave(game, (10, 30, 60)) == -10
    counts = {}
    for parts in (10, 20):
        for ties in ("optimistic", "pessimistic"):
            problem = MatrixProblem("cost_sharing", ties=ties, parts=parts)
            p = problem.solver.respond(np.arange(problem.pre_policies.size)).p
            assert p[-1] == 1.0  # the Shapley value
            counts[parts, ties] = int(p[:-1].sum())
    assert list(counts.values()) == [15, 3, 45, 21]
    assert would_leave(game, (Fraction(100, 3),) * 3) == Fraction(200, 3) - 50  # A and B leave
    single = MatrixProblem("cost_sharing", groups="single", ties="optimistic", parts=20)
    p = single.solver.respond(np.arange(single.pre_policies.size)).p
    assert p.sum() == 1 + sum(x[0] <= 20 and x[1] <= 50 for x in allocations(Fraction(100), 3, 20))


def test_divisions_play():
    env = matrix_v0.parallel_env("cost_sharing")
    env.reset(seed=0)
    game = env.unwrapped.game
    _, rewards, _, _, infos = env.step(
        {
            "mechanism": game.action("mechanism", "4/3/3"),
            "airlines": game.action("airlines", "A"),
        }
    )
    assert rewards == {"mechanism": -20.0, "airlines": 20.0}  # A pays 20 where it should pay 40
    assert infos["mechanism"]["outcome"] == "A"


def test_a_search_finds_a_division_in_the_core():
    assert search("cost_sharing", ties="pessimistic", seed=0).p_after == 1.0


@pytest.mark.parametrize(
    "settings",
    [
        {"needs": (20.0,)},
        {"needs": (20.0, -1.0)},
        {"needs": (20.0, float("nan"))},
        {"needs": tuple(range(1, 10))},
        {"parts": 0},
        {"parts": 2000},
        {"parts": 900},
        {"groups": "some"},
    ],
)
def test_games_that_are_none(settings):
    with pytest.raises(InvalidArgument, match="expected"):
        cost_sharing(**settings)


def test_costs_that_are_none():
    with pytest.raises(InvalidArgument, match="one for each group"):
        CostGame(("A", "B"), (Fraction(0), Fraction(1)))
    with pytest.raises(InvalidArgument, match="nobody pays 1"):
        CostGame(("A", "B"), (Fraction(1),) * 4)
    with pytest.raises(InvalidArgument, match="one above 0"):
        sharing_game(CostGame(("A", "B"), (Fraction(0),) * 4))
