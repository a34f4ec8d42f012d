"""Games of three and more players: what the numerical method must not miss, and what it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.normal_form import (
    NormalForm,
    equilibria,
    pure_equilibria,
    solve_bimatrix,
    solve_many_players,
)


def flat(found):
    return np.array([np.concatenate(e.profile).astype(float) for e in found])


@settings(max_examples=25)
@given(st.integers(0, 10**9), st.sampled_from([(2, 2, 2), (2, 3, 2), (2, 2, 2, 2)]))
def test_random_games(seed, shape):
    game = NormalForm(np.random.default_rng(seed).random((len(shape), *shape)))
    found = equilibria(game)
    assert found.kind == "sample"
    assert len(found) % 2 == 1  # Wilson 1971: a generic game has an odd number
    assert all(e.regret < 1e-9 for e in found)
    assert sum(e.pure for e in found) == len(pure_equilibria(game))


@settings(max_examples=20)
@given(st.integers(0, 10**9), st.integers(2, 4))
def test_on_two_players_it_finds_what_enumeration_finds(seed, size):
    game = NormalForm(np.random.default_rng(seed).random((2, size, size)))
    one, two = flat(solve_many_players(game)), flat(solve_bimatrix(game))
    assert len(one) == len(two)
    assert np.abs(one[:, None] - two[None]).max(axis=2).min(axis=1).max() < 1e-7


def test_three_player_matching_pennies():
    """Jordan 1993: 1 matches 2, 2 matches 3, 3 mismatches 1; only the uniform profile is left."""
    payoffs = np.zeros((3, 2, 2, 2))
    for a, b, c in np.ndindex(2, 2, 2):
        payoffs[:, a, b, c] = (a == b, b == c, c != a)
    (only,) = equilibria(NormalForm(payoffs))
    for strategy in only.profile:
        np.testing.assert_allclose(strategy, [0.5, 0.5])


def test_as_many_regular_equilibria_as_there_can_be():
    """McKelvey and McLennan 1996: nine, the most of any generic 2x2x2 game."""
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 0, 0, 0], payoffs[:, 1, 1, 0] = (9, 8, 12), (9, 8, 2)
    payoffs[:, 0, 1, 1], payoffs[:, 1, 0, 1] = (3, 4, 6), (3, 4, 4)
    found = equilibria(NormalForm(payoffs))
    assert len(found) == 9
    assert max(e.regret for e in found) < 1e-9


def test_irrational_probabilities():
    """Joining pays 1 if both others join, staying away 1/2: all, nobody, or each at 1/sqrt(2)."""
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 0, 0, 0] = 1
    payoffs[0, 1] = payoffs[1, :, 1] = payoffs[2, :, :, 1] = 1 / 2
    found = equilibria(NormalForm(payoffs))
    joining = sorted(tuple(strategy[0] for strategy in e.profile) for e in found)
    np.testing.assert_allclose(joining, [[0] * 3, [np.sqrt(1 / 2)] * 3, [1] * 3], atol=1e-9)


def test_the_seed_decides():
    game = NormalForm(np.random.default_rng(7).random((3, 3, 3, 3)))
    np.testing.assert_array_equal(flat(equilibria(game, seed=3)), flat(equilibria(game, seed=3)))


def test_many_players_stay_bounded():
    game = NormalForm(np.random.default_rng(0).random((8, *(2,) * 8)))
    found = solve_many_players(game, max_supports=20)
    assert len(found) >= 1
    assert found.kind == "sample"
    assert len(equilibria(NormalForm(np.zeros((3, 3, 3, 3))), max_equilibria=5)) == 5


def test_one_player_alone():
    found = equilibria(NormalForm([[3.0, 5.0, 5.0]]))
    assert (found.kind, [e.profile[0].tolist() for e in found]) == (
        "extreme",
        [[0, 1, 0], [0, 0, 1]],
    )
    assert equilibria(NormalForm([[3.0, 5.0, 4.0]])).kind == "all"
    assert equilibria(NormalForm([[3.0, 5.0, 5.0]]), "pure").kind == "all"


@pytest.mark.parametrize("constant", [0.0, 4.0])
def test_indifferent_games_have_equilibria(constant):
    found = equilibria(NormalForm(np.full((3, 2, 2, 2), constant)))
    assert len(found) >= 8
    assert all(e.regret == 0 for e in found)
