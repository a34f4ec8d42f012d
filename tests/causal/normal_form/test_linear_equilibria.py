"""Equilibria by linear programming: zero-sum games, correlated equilibria."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.normal_form import (
    NormalForm,
    correlated_equilibrium,
    equilibria,
    mixed_commitment,
    solve_zero_sum,
)
from scg_envs.core.errors import InvalidArgument


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.integers(1, 6), st.integers(1, 6))
def test_the_value_of_a_zero_sum_game(seed, rows, columns):
    matrix = np.random.default_rng(seed).normal(size=(rows, columns))
    game = NormalForm.bimatrix(matrix, 3 - matrix)
    found = solve_zero_sum(game)
    assert found.regret < 1e-9
    assert found.payoffs.sum() == pytest.approx(3)
    assert equilibria(game).equilibria[0].payoffs[0] == pytest.approx(found.payoffs[0])
    assert mixed_commitment(game, 0).value == pytest.approx(found.payoffs[0])


def test_wichardt_in_mixed_strategies():
    """Unique: half (0, 0), half (1, 1), against 1/2; value 0."""
    one = np.array([[1, -1], [-5, -5], [-5, -5], [-1, 1]])
    game = NormalForm.bimatrix(one, -one)
    found = equilibria(game)
    assert len(found) == 1
    assert [p.tolist() for p in found.equilibria[0].profile] == [[0.5, 0, 0, 0.5], [0.5, 0.5]]
    assert solve_zero_sum(game).payoffs[0] == pytest.approx(0)


def test_not_zero_sum():
    with pytest.raises(InvalidArgument, match="constant"):
        solve_zero_sum(NormalForm.bimatrix([[1, 0]], [[1, 1]]))
    with pytest.raises(InvalidArgument, match="3 players"):
        solve_zero_sum(NormalForm(np.zeros((3, 1, 1, 1))))


def test_aumanns_chicken():
    """The best correlated equilibrium for the sum pays 5 1/4 each, more than any mixture."""
    table = np.array([[6, 2], [7, 0]])
    found = correlated_equilibrium(NormalForm.bimatrix(table, table.T))
    np.testing.assert_allclose(found.payoffs, 5.25)
    np.testing.assert_allclose(found.distribution, [[0.5, 0.25], [0.25, 0]], atol=1e-9)


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_correlated_equilibria_hold_all_nash_equilibria(seed, shape):
    random = np.random.default_rng(seed)
    game = NormalForm(random.random((len(shape), *shape)))
    objective = random.random(shape)
    best = correlated_equilibrium(game, objective)
    assert best.regret < 1e-9
    assert best.distribution.sum() == pytest.approx(1)
    assert best.value == pytest.approx((objective * best.distribution).sum())
    for e in equilibria(game):
        assert best.value >= game.expected(objective, e.profile) - 1e-8


def test_objective_of_another_shape():
    with pytest.raises(InvalidArgument, match=r"expected \(2, 2\)"):
        correlated_equilibrium(NormalForm(np.zeros((2, 2, 2))), np.zeros(4))
