"""Optimal commitments: the table of known answers, brute force, and theorems as properties."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scg_envs.causal.normal_form import (
    Commitment,
    NormalForm,
    equilibria,
    evaluate_commitment,
    mixed_commitment,
    pure_commitment,
    pure_equilibria,
    solve_bimatrix,
)
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument, UnknownName


def common(table):
    return NormalForm.bimatrix(table, table)


def symmetric(table):
    return NormalForm.bimatrix(table, np.transpose(table))


def zero_sum(table):
    return NormalForm.bimatrix(table, -np.array(table))


def penalty(k):
    return common([[10, 0, k], [0, 2, 0], [k, 0, 10]])


# name: game, the leader's payoffs in pure equilibria, best pure and best mixed commitment
KNOWN = {
    "Conitzer and Sandholm": (NormalForm.bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]]), [2], 3, 3.5),
    "climbing": (common([[11, -30, 0], [-30, 7, 6], [0, 0, 5]]), [11, 7], 11, 11),
    "penalty 0": (penalty(0), [10, 2, 10], 10, 10),
    "penalty -100": (penalty(-100), [10, 2, 10], 10, 10),
    "stag hunt": (symmetric([[4, 1], [3, 2]]), [4, 2], 4, 4),
    "battle of the sexes": (NormalForm.bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]), [2, 1], 2, 2),
    "chicken": (symmetric([[0, -1], [1, -10]]), [-1, 1], 1, 1),
    "prisoner's dilemma": (symmetric([[-1, -3], [0, -2]]), [-2], -2, -2),
    "matching pennies": (zero_sum([[1, -1], [-1, 1]]), [], -1, 0),
    "rock-paper-scissors": (zero_sum([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]), [], -1, 0),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_answers(name):
    game, pure, best_pure, best_mixed = KNOWN[name]
    assert [game.payoffs[(0, *joint)] for joint in pure_equilibria(game)] == pure
    for ties in ("optimistic", "pessimistic", "uniform"):
        assert pure_commitment(game, 0, ties=ties).value == best_pure
    mixed = mixed_commitment(game, 0)
    assert mixed.value == pytest.approx(best_mixed, abs=1e-9)
    assert mixed.regret <= 1e-9
    assert mixed_commitment(game, 0, ties="pessimistic").value == pytest.approx(best_mixed)


def test_conitzer_and_sandholm_in_detail():
    game = KNOWN["Conitzer and Sandholm"][0]
    best = mixed_commitment(game, 0)
    np.testing.assert_allclose(best.strategy, [0.5, 0.5])
    np.testing.assert_allclose(best.response[1], [0, 1])
    assert best.attained
    worst = mixed_commitment(game, 0, ties="pessimistic")
    assert (worst.value, worst.attained) == (pytest.approx(3.5), False)
    strict = mixed_commitment(game, 0, margin=0.01)
    assert strict.value == pytest.approx(3.495)
    assert evaluate_commitment(game, 0, strict.strategy, ties="pessimistic").value == (
        pytest.approx(3.495)
    )
    half = np.array([0.5, 0.5])
    assert evaluate_commitment(game, 0, half, ties="pessimistic").value == pytest.approx(1.5)
    assert evaluate_commitment(game, 0, half, ties="uniform").value == pytest.approx(2.5)


def test_household():
    """do(Help) makes P(Y) = 1, do(Cook) 0; do(P(Help) = p) is p beyond 1/2 and 0 before."""
    game = NormalForm.bimatrix([[1, 1], [0, 2]], [[1, 0], [1, 2]], players=("robot", "human"))
    desirable = np.array([[0, 0], [0, 1]])
    best = pure_commitment(game, "robot", desirable)
    assert (best.value, best.strategy.tolist()) == (1, [0, 1])
    cook = evaluate_commitment(game, "robot", np.array([1.0, 0.0]), desirable)
    assert cook.value == 0
    for p in (0.2, 0.4, 0.6, 0.9):
        strategy = np.array([1 - p, p])
        for ties in ("optimistic", "pessimistic", "uniform"):
            outcome = evaluate_commitment(game, "robot", strategy, desirable, ties=ties)
            assert outcome.value == pytest.approx(p if p > 0.5 else 0)
    at_tie = [
        evaluate_commitment(game, "robot", np.array([0.5, 0.5]), desirable, ties=ties).value
        for ties in ("optimistic", "pessimistic", "uniform")
    ]
    assert at_tie == [0.5, 0, 0.25]


# Without a fill, which would leave most entries of a larger table alike.
small = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: arrays.arrays(
        np.int64, (3, *shape), elements=st.integers(-2, 2), fill=st.nothing()
    )
)


@settings(max_examples=150)
@given(small, st.sampled_from([0, 1]))
def test_optimistic_mixed_value_is_above_every_equilibrium(tables, leader):
    """von Stengel and Zamir 2010; the same holds for any objective, such as P(Y)."""
    game = NormalForm(tables[:2])
    played = solve_bimatrix(game, exact=False)
    for objective in (None, tables[2], (tables[2] > 0).astype(int)):
        best = mixed_commitment(game, leader, objective)
        table = game.payoffs[leader] if objective is None else objective
        assert best.regret <= 1e-9
        assert float(game.expected(table, best.response)) == pytest.approx(best.value, abs=1e-9)
        for e in played:
            assert best.value >= game.expected(table, e.profile) - 1e-8
        assert best.value >= pure_commitment(game, leader, objective).value - 1e-9
        lowest = mixed_commitment(game, leader, objective, ties="pessimistic")
        assert lowest.value <= best.value + 1e-9
        assert lowest.value >= pure_commitment(game, leader, objective, "pessimistic").value - 1e-9


@settings(max_examples=60)
@given(small)
def test_no_mixture_on_a_grid_is_better(tables):
    game = NormalForm(tables[:2])
    best = {
        ties: mixed_commitment(game, 0, tables[2], ties).value
        for ties in ("optimistic", "pessimistic")
    }
    for weights in product(range(5), repeat=game.shape[0]):
        if sum(weights) and sum(weights) <= 4:
            strategy = np.array(weights) / sum(weights)
            for ties, value in best.items():
                assert evaluate_commitment(game, 0, strategy, tables[2], ties).value <= value + 1e-8


@settings(max_examples=60)
@given(small)
def test_the_pessimistic_supremum_is_approached(tables):
    game = NormalForm(tables[:2])
    best = mixed_commitment(game, 0, tables[2], "pessimistic")
    if best.attained:
        there = evaluate_commitment(game, 0, best.strategy, tables[2], "pessimistic")
        assert there.value == pytest.approx(best.value, abs=1e-7)
    else:
        nearby = []
        for seed in range(200):
            other = np.random.default_rng(seed).dirichlet(np.ones(game.shape[0]))
            strategy = (1 - 1e-4) * best.strategy + 1e-4 * other
            nearby.append(evaluate_commitment(game, 0, strategy, tables[2], "pessimistic").value)
        assert max(nearby) == pytest.approx(best.value, abs=1e-3)


@pytest.mark.parametrize("ties", ["optimistic", "uniform"])
def test_pure_commitments_can_be_worse_than_every_equilibrium(ties):
    """The theorem fails for pure commitments and for uniform ties: random games have plenty."""
    worse = 0
    for seed in range(200):
        game = NormalForm(np.random.default_rng(seed).integers(0, 5, (2, 3, 3)))
        best = pure_commitment(game, 0, ties=ties).value
        worse += all(best < float(e.payoffs[0]) - 1e-9 for e in equilibria(game))
    assert worse > 0


@settings(max_examples=100)
@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=4).flatmap(
        lambda shape: arrays.arrays(np.int64, (len(shape) + 1, *shape), elements=st.integers(-1, 2))
    ),
    st.integers(0, 3),
)
def test_pure_commitments_by_brute_force(tables, leader):
    game = NormalForm(tables[:-1])
    leader = leader % game.n_players
    worth = {"optimistic": [], "pessimistic": [], "uniform": []}
    for action in range(game.shape[leader]):
        rest = game.fix(leader, np.eye(game.shape[leader])[action])
        values = [
            tables[(-1, *joint[:leader], action, *joint[leader:])]
            for joint in pure_equilibria(rest)
        ]
        if values:
            worth["optimistic"].append(max(values))
            worth["pessimistic"].append(min(values))
            worth["uniform"].append(np.mean(values))
    for ties, values in worth.items():
        found = pure_commitment(game, leader, tables[-1], ties)
        if not values:
            assert isinstance(found, Undefined)
            continue
        assert found.value == pytest.approx(max(values))
        assert found.regret <= 1e-9
        attained = [game.expected(tables[-1], profile) for profile in found.responses]
        assert found.weights @ attained == pytest.approx(found.value)


@settings(max_examples=4)
@given(st.integers(0, 10**9))
def test_several_followers(seed):
    game = NormalForm(np.random.default_rng(seed).random((3, 3, 2, 2)))
    best = mixed_commitment(game, 0)
    pure = pure_commitment(game, 0)
    if isinstance(best, Undefined):
        assert isinstance(pure, Undefined)
        return
    assert best.regret <= 1e-9
    assert best.value <= best.upper_bound + 1e-9
    assert game.expected(game.payoffs[0], best.response) == pytest.approx(best.value)
    if isinstance(pure, Commitment):
        assert best.value >= pure.value - 1e-9
    for e in equilibria(game):
        assert e.payoffs[0] <= best.upper_bound + 1e-8


def test_a_bystander_follower_changes_nothing():
    game = KNOWN["Conitzer and Sandholm"][0]
    with_bystander = NormalForm(np.stack([*game.payoffs, np.zeros((2, 2))])[..., None])
    best = mixed_commitment(with_bystander, 0)
    assert best.value == pytest.approx(3.5)
    assert best.upper_bound == pytest.approx(3.5)


def test_an_answer_that_is_never_strictly_best():
    game = NormalForm.bimatrix([[1, 5]], [[1, 1]])
    assert mixed_commitment(game, 0).value == 5
    assert mixed_commitment(game, 0, ties="pessimistic").value == 1
    strict = mixed_commitment(game, 0, margin=0.1)
    assert isinstance(strict, Undefined)
    assert "margin of 0.1" in strict.message


def test_nobody_is_told_to_pay_for_nothing():
    """Cooperating is dominated and changes no answer: P is 0 either way, and defecting pays more.

    With the actions in either order, and beside followers who each answer for themselves.
    """
    dilemma = np.array([[[-1, -3], [0, -2]], [[-1, 0], [-3, -2]]])
    both = np.array([[1, 0], [0, 0]])
    for order in ([0, 1], [1, 0]):
        game, table = NormalForm(dilemma[:, order]), both[order]
        for ties in ("optimistic", "pessimistic", "uniform"):
            for policies in ("pure", "mixed"):
                best = pure_commitment(game, 0, table, ties, policies)
                assert game.expected(game.payoffs[0], best.response) == -2
        mixed = mixed_commitment(game, 0, table)
        assert game.expected(game.payoffs[0], mixed.response) == pytest.approx(-2)
        assert mixed.value == 0
        three = NormalForm(np.stack([*game.payoffs, game.payoffs[1]])[..., None].repeat(2, 3))
        assert mixed_commitment(three, 0, table[..., None].repeat(2, 2)).response[0][
            order.index(1)
        ] == pytest.approx(1)


@pytest.mark.parametrize("ties", ["optimistic", "pessimistic"])
@pytest.mark.parametrize("cheap", [0, 1])
def test_nobody_pays_for_nothing_against_followers_who_mix(ties, cheap):
    """Two followers play matching pennies whatever is committed, and P is a quarter."""
    pennies = np.eye(2)
    table = np.broadcast_to(np.outer([1, 0], [1, 0]), (2, 2, 2)).astype(float)
    own = np.zeros((2, 2, 2))
    own[1 - cheap] = -1
    followers = np.stack([pennies, 1 - pennies])[:, None].repeat(2, axis=1)
    best = mixed_commitment(NormalForm(np.stack([own, *followers])), 0, table, ties)
    assert best.value == pytest.approx(0.25)
    assert best.strategy[cheap] == pytest.approx(1)
    assert best.exact


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_a_robust_commitment_is_the_same_in_other_units(scale):
    for seed in range(25):
        random = np.random.default_rng(seed)
        payoffs = random.integers(-2, 3, (3, 3, 3)).astype(float)
        table = (random.random((3, 3)) < 0.5).astype(float)
        one = mixed_commitment(NormalForm(payoffs[:2]), 0, table, "pessimistic")
        other = np.stack([payoffs[0], scale * payoffs[1]])
        two = mixed_commitment(NormalForm(other), 0, table, "pessimistic")
        assert two.value == pytest.approx(one.value, abs=1e-9)
        assert two.attained == one.attained


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_of_robust_commitments_the_one_that_pays_most_is_taken(seed):
    """No mixture on a grid secures as much and pays more, by over a hundredth of the range.

    Of mixtures after which one answer alone is best; where several are, all as good for P, the
    leader may be paid more by some.
    """
    random = np.random.default_rng(seed)
    payoffs = random.integers(-2, 3, (2, 3, 3)).astype(float)
    table = (random.random((3, 3)) < 0.5).astype(float)
    game = NormalForm(payoffs)
    best = mixed_commitment(game, 0, table, "pessimistic")
    if not best.attained:
        return
    paid = float(game.expected(payoffs[0], best.response))
    for i, j in np.ndindex(21, 21):
        if i + j > 20:
            continue
        x = np.array([i, j, 20 - i - j]) / 20
        replies = x @ payoffs[1]
        tied = replies >= replies.max() - 1e-12
        values, own = (x @ table)[tied], (x @ payoffs[0])[tied]
        if values.min() >= best.value - 1e-12:
            assert own.min() <= paid + 0.01 * np.ptp(payoffs[0]) + 1e-7  # it may be a limit


@settings(max_examples=60)
@given(small, st.sampled_from(["optimistic", "pessimistic", "uniform"]))
def test_of_equal_actions_the_one_that_pays_most_is_taken(tables, ties):
    """Brute force: P first, then the leader's payoff, both under the same tie rule."""
    game, table = NormalForm(tables[:2]), (tables[2] > 0).astype(float)
    number = {
        "optimistic": max,
        "pessimistic": min,
        "uniform": lambda pairs: tuple(np.mean(pairs, 0)),
    }
    worth = []
    for action in range(game.shape[0]):
        paid = tables[1][action]
        answers = np.flatnonzero(paid == paid.max())
        worth.append(
            number[ties]([(table[action, a], float(tables[0][action, a])) for a in answers])
        )
    best = pure_commitment(game, 0, table, ties)
    own = sum(
        w * game.expected(game.payoffs[0], p)
        for w, p in zip(best.weights, best.responses, strict=True)
    )
    assert (best.value, own) == pytest.approx(max(worth))


def test_undefined_and_bad_questions():
    game = KNOWN["stag hunt"][0]
    assert isinstance(mixed_commitment(game, 0, ties="uniform"), Undefined)
    pennies = np.zeros((3, 2, 2, 2))
    pennies[1] = [[[1, 0], [0, 1]]] * 2
    pennies[2] = 1 - pennies[1]
    followers_without = NormalForm(pennies)
    assert "no equilibrium" in pure_commitment(followers_without, 0).message
    assert pure_commitment(followers_without, 0, policies="mixed").value == 0
    with pytest.raises(UnknownName, match="tie rule"):
        pure_commitment(game, 0, ties="hopeful")
    with pytest.raises(UnknownName, match="player"):
        mixed_commitment(game, "red")
    with pytest.raises(InvalidArgument, match=r"expected \(2, 2\)"):
        mixed_commitment(game, 0, np.zeros(3))
    with pytest.raises(InvalidArgument, match="margin -1"):
        mixed_commitment(game, 0, margin=-1)
    with pytest.raises(InvalidArgument, match=r"margin 0\.1"):
        mixed_commitment(game, 0, ties="pessimistic", margin=0.1)
    assert mixed_commitment(followers_without, 0, ties="pessimistic").value == 0
    assert "pure" in mixed_commitment(followers_without, 0, policies="pure").message
    with pytest.raises(InvalidArgument, match="somebody to answer"):
        pure_commitment(NormalForm([[1.0, 2.0]]), 0)
