"""Logit equilibria: the fixed point holds, the branch starts uniform and ends at an equilibrium."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scg_envs.causal.normal_form import NormalForm, equilibria, logit_equilibrium, logit_limit
from scg_envs.core.errors import InvalidArgument


def fixed_point_error(game, profile, rate):
    worst = 0.0
    for player, strategy in enumerate(profile):
        values = rate * game.action_payoffs(profile, player)
        answer = np.exp(values - values.max())
        worst = max(worst, np.abs(answer / answer.sum() - strategy).max())
    return worst


@settings(max_examples=40)
@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.floats(0, 30),
)
def test_every_player_answers_by_logit(seed, shape, rate):
    game = NormalForm(np.random.default_rng(seed).normal(size=(len(shape), *shape)))
    found = logit_equilibrium(game, rate)
    assert fixed_point_error(game, found.profile, rate) < 1e-8


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.integers(2, 4))
def test_the_limit_is_an_equilibrium(seed, size):
    payoffs = np.random.default_rng(seed).random((2, size, size))
    # The branch is followed to a finite rate, at which payoffs that all but tie are not told apart:
    # selections refuse a limit whose regret is not negligible.
    least = [np.diff(np.sort(table, axis=k), axis=k).min() for k, table in enumerate(payoffs)]
    assume(min(least) > 1e-5)
    game = NormalForm(payoffs)
    limit = logit_limit(game)
    assert limit.regret < 1e-9
    point = np.concatenate(limit.profile)
    gaps = [np.abs(np.concatenate(e.profile) - point).max() for e in equilibria(game)]
    assert min(gaps) < 1e-8


@pytest.mark.parametrize(
    ("row", "column", "limit"),
    [
        # Risk dominance decides between the pure equilibria of a stag hunt (Turocy 2005).
        ([[4, 0], [3, 2]], [[4, 3], [0, 2]], ([0, 1], [0, 1])),
        ([[2, 0], [0, 1]], [[1, 0], [0, 2]], ([2 / 3, 1 / 3], [1 / 3, 2 / 3])),
        ([[1, 1], [0, 2]], [[1, 0], [1, 2]], ([1 / 2, 1 / 2], [1 / 2, 1 / 2])),
        ([[2, 4], [1, 3]], [[1, 0], [0, 1]], ([1, 0], [1, 0])),
    ],
)
def test_known_limits(row, column, limit):
    found = logit_limit(NormalForm.bimatrix(row, column))
    for strategy, expected in zip(found.profile, limit, strict=True):
        np.testing.assert_allclose(strategy, expected, atol=1e-9)


def test_one_player_mixes_over_the_best_actions():
    np.testing.assert_allclose(logit_limit(NormalForm([[1.0, 2.0, 2.0]])).profile[0], [0, 0.5, 0.5])


def test_rate_zero_is_uniform_and_rates_are_per_unit_of_payoff():
    payoffs = np.random.default_rng(0).random((2, 3, 3))
    uniform = logit_equilibrium(NormalForm(payoffs), 0.0)
    np.testing.assert_allclose(uniform.profile[0], 1 / 3)
    one = logit_equilibrium(NormalForm(payoffs), 6.0)
    ten = logit_equilibrium(NormalForm(10 * payoffs), 0.6)
    np.testing.assert_allclose(one.profile[0], ten.profile[0], atol=1e-9)
    with pytest.raises(InvalidArgument, match="from 0 up"):
        logit_equilibrium(NormalForm(payoffs), -1.0)
