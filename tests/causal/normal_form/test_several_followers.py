"""Commitments against followers that depend on each other: known answers, bounds, brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from benchmarks.several_followers import brute_force, compare, draw
from scg_envs.causal.normal_form import (
    NormalForm,
    equilibria,
    evaluate_commitment,
    mixed_commitment,
    pure_commitment,
)
from scg_envs.causal.undefined import Undefined

JUMP = NormalForm(
    [
        [[[-2, 1], [2, -1]], [[-2, 2], [-2, -2]]],
        [[[1, -1], [1, -2]], [[2, 0], [-1, 1]]],
        [[[-2, -1], [0, 2]], [[1, 2], [2, -1]]],
    ],
    players=("leader", "row", "column"),
)
"""At (1/2, 1/2) alone the row's (1/3, 2/3) is an equilibrium with the column's second action."""

BOTH_SECOND = np.zeros((2, 2, 2))
BOTH_SECOND[:, 1, 1] = 1


def test_the_best_mixture_may_be_an_isolated_point():
    best = mixed_commitment(JUMP, "leader", BOTH_SECOND)
    assert best.value == pytest.approx(2 / 3)
    assert best.exact
    np.testing.assert_allclose(best.strategy, [0.5, 0.5])
    np.testing.assert_allclose(best.response[1], [1 / 3, 2 / 3])
    at = evaluate_commitment(JUMP, 0, np.array([0.5, 0.5]), BOTH_SECOND)
    assert at.value == pytest.approx(2 / 3)


def test_what_it_secures_is_a_supremum():
    """Just beyond (1/2, 1/2) the only equilibrium is mixed and close to that one."""
    robust = mixed_commitment(JUMP, "leader", BOTH_SECOND, "pessimistic")
    assert robust.value == pytest.approx(2 / 3)
    assert not robust.attained
    there = evaluate_commitment(JUMP, 0, robust.strategy, BOTH_SECOND, "pessimistic")
    assert there.value < 0.5
    nearby = robust.strategy + np.array([-1e-6, 1e-6])
    near = evaluate_commitment(JUMP, 0, nearby, BOTH_SECOND, "pessimistic")
    assert near.value == pytest.approx(2 / 3, abs=1e-4)


def test_two_by_two_by_two_by_brute_force():
    """A short form of the benchmark, which has 200 games."""
    counts = compare(24)
    assert counts == {**dict.fromkeys(counts, 0), "games": 24, "both exact": 24}


def test_the_brute_force_finds_the_jump():
    assert brute_force(JUMP, BOTH_SECOND)[1] == pytest.approx(2 / 3)


SHAPES = [(2, 2, 2), (2, 3, 2), (3, 2, 2), (2, 2, 2, 2)]


@settings(max_examples=6)
@given(st.sampled_from(SHAPES), st.integers(0, 10**6))
def test_values_are_in_order(shape, seed):
    """Worst at what is recommended <= robust, best there = found; all below the bound."""
    game, table = draw(seed, shape)
    best = mixed_commitment(game, 0, table)
    robust = mixed_commitment(game, 0, table, "pessimistic")
    slack = 1e-7
    assert best.regret <= 1e-8
    assert best.value <= best.upper_bound
    assert game.expected(table, best.response) == pytest.approx(best.value, abs=1e-9)
    worst = evaluate_commitment(game, 0, best.strategy, table, "pessimistic")
    if not isinstance(robust, Undefined):
        assert robust.value <= best.upper_bound + slack
        if not isinstance(worst, Undefined):
            assert worst.value <= robust.upper_bound + slack
            assert worst.value <= best.value + slack
    for mixture in (*np.eye(shape[0]), *np.random.default_rng(seed).dirichlet([1] * shape[0], 4)):
        for e in equilibria(game.fix(0, mixture)):
            if e.regret <= 1e-9:
                value = game.expected(table, (mixture, *e.profile))
                assert value <= best.upper_bound + slack
    pure = pure_commitment(game, 0, table)
    if not isinstance(pure, Undefined):
        assert pure.value <= best.value + slack


small = arrays.arrays(np.int64, (2, 2, 3), elements=st.integers(-2, 2))


@settings(max_examples=20)
@given(small, arrays.arrays(np.int64, (2,), elements=st.integers(-2, 2)), st.integers(0, 2))
def test_a_bystander_changes_no_commitment(tables, likes, place):
    """Somebody who neither cares nor is cared for, wherever they are listed among the players."""
    game = NormalForm(tables, players=("leader", "follower"))
    payoffs = np.stack([*np.repeat(tables[..., None], 2, 3), np.broadcast_to(likes, (2, 3, 2))])
    order = [0, 1]
    order.insert(place, 2)
    bigger = NormalForm(
        np.moveaxis(payoffs[order], (1, 2, 3), [order.index(p) + 1 for p in range(3)]),
        players=tuple(("leader", "follower", "bystander")[p] for p in order),
    )
    table = bigger.payoffs[bigger.player_index("leader")]
    for ties in ("optimistic", "pessimistic"):
        alone = mixed_commitment(game, "leader", None, ties)
        beside = mixed_commitment(bigger, "leader", table, ties)
        assert beside.value == pytest.approx(alone.value, abs=1e-9)
        assert beside.attained == alone.attained
        assert beside.exact
        np.testing.assert_allclose(beside.strategy, alone.strategy, atol=1e-9)
        for policies in ("pure", "mixed"):
            one = pure_commitment(game, "leader", None, ties, policies)
            two = pure_commitment(bigger, "leader", None, ties, policies)
            assert two.value == pytest.approx(one.value)
            np.testing.assert_array_equal(one.strategy, two.strategy)


def test_independent_followers_are_exact():
    """Two followers, each alone with the leader, and an objective about both of them."""
    random = np.random.default_rng(1)
    own = random.random((2, 3, 2))
    payoffs = np.zeros((3, 3, 2, 2))
    payoffs[1], payoffs[2] = own[0][:, :, None], own[1][:, None, :]
    payoffs[1] += random.random((1, 1, 2))  # what the other does to one, whatever one does
    table = random.random((3, 2, 2))
    game = NormalForm(payoffs)
    best, robust = (mixed_commitment(game, 0, table, t) for t in ("optimistic", "pessimistic"))
    assert best.exact
    assert robust.exact
    for mixture in random.dirichlet(np.ones(3), 300):
        one, two = (mixture @ own[k] for k in (0, 1))
        value = (mixture @ table.reshape(3, -1)).reshape(2, 2)[one.argmax(), two.argmax()]
        assert value <= best.value + 1e-9
        assert value <= robust.value + 1e-9
