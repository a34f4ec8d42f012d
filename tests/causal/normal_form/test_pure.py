"""Pure equilibria: none missing, none wrong."""

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scg_envs.causal.normal_form import NormalForm, equilibria, pure_equilibria
from scg_envs.core.errors import InvalidArgument, UnknownName


def brute_force(game):
    found = []
    for joint in product(*(range(size) for size in game.shape)):
        stable = True
        for player in range(game.n_players):
            for action in range(game.shape[player]):
                other = (*joint[:player], action, *joint[player + 1 :])
                stable &= game.payoffs[(player, *joint)] >= game.payoffs[(player, *other)]
        if stable:
            found.append(joint)
    return found


@st.composite
def games(draw):
    shape = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    table = arrays.arrays(
        np.int64, (len(shape), *shape), elements=st.integers(-2, 2), fill=st.nothing()
    )
    return NormalForm(draw(table))


@settings(max_examples=200)
@given(games())
def test_brute_force(game):
    assert [tuple(joint) for joint in pure_equilibria(game).tolist()] == brute_force(game)
    found = equilibria(game, "pure")
    assert found.kind == "all"
    assert len(found) == len(brute_force(game))
    assert all(e.regret < 1e-9 and e.pure for e in found)


@pytest.mark.parametrize("shape", [(40, 30), (2,) * 11, (3, 700, 2), (17, 3, 5, 4)])
def test_every_code_path_agrees_with_comparing_along_axes(shape):
    random = np.random.default_rng(0)
    for levels in (2, 3, 10**6):
        payoffs = random.integers(0, levels, (len(shape), *shape)).astype(float)
        best = np.ones(shape, dtype=bool)
        for player in range(len(shape)):
            best &= payoffs[player] >= payoffs[player].max(axis=player, keepdims=True)
        np.testing.assert_array_equal(pure_equilibria(NormalForm(payoffs)), np.argwhere(best))


def test_strict_ordinal_games():
    """Robinson and Goforth: of 144 games, 108 have one pure equilibrium, 18 two, 18 none."""
    counts = {0: 0, 1: 0, 2: 0}
    for one, two in product(permutations(range(4)), repeat=2):
        game = NormalForm.bimatrix(np.reshape(one, (2, 2)), np.reshape(two, (2, 2)))
        counts[len(pure_equilibria(game))] += 1
    # Exchanging rows or columns makes four copies of each.
    assert counts == {0: 4 * 18, 1: 4 * 108, 2: 4 * 18}


def test_rounding_breaks_no_tie():
    game = NormalForm([[0.1 + 0.2, 0.3]])
    assert len(pure_equilibria(game)) == 2
    assert len(pure_equilibria(NormalForm([[Fraction(3, 10) + Fraction(1, 10**17), 0.3]]))) == 1


def test_more_than_wanted_are_a_sample():
    game = NormalForm(np.zeros((2, 5, 5)))
    assert equilibria(game, "pure").kind == "all"
    found = equilibria(game, "pure", max_equilibria=7)
    assert (found.kind, len(found)) == ("sample", 7)


def test_bad_questions():
    game = NormalForm(np.zeros((2, 2, 2)))
    with pytest.raises(UnknownName, match="pure, mixed"):
        equilibria(game, "behavioral")
    with pytest.raises(InvalidArgument, match="1 or more"):
        equilibria(game, max_equilibria=0)
