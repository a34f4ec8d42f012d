"""NormalForm: payoffs, regrets, what is left after a commitment, and bad input."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument, UnknownName

HOUSEHOLD = NormalForm.bimatrix(
    [[1, 1], [0, 2]],
    [[1, 0], [1, 2]],
    players=("robot", "human"),
    actions=(("Cook", "Help"), ("External", "Self")),
)


def random_profile(random, shape):
    return tuple(random.dirichlet(np.ones(size)) for size in shape)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_expectations_agree_with_the_sum_over_joint_actions(seed, shape):
    random = np.random.default_rng(seed)
    game = NormalForm(random.normal(size=(len(shape), *shape)))
    profile = random_profile(random, shape)
    payoffs = np.zeros(len(shape))
    for joint in np.ndindex(*shape):
        weight = np.prod([p[a] for p, a in zip(profile, joint, strict=True)])
        payoffs += weight * game.payoffs[(slice(None), *joint)]
    np.testing.assert_allclose(game.expected_payoffs(profile), payoffs, atol=1e-12)
    for player, size in enumerate(shape):
        deviations = []
        for action in range(size):
            other = list(profile)
            other[player] = np.eye(size)[action]
            deviations.append(game.expected_payoffs(other)[player])
        np.testing.assert_allclose(game.action_payoffs(profile, player), deviations, atol=1e-12)
        gain = max(deviations) - payoffs[player]
        assert game.regrets(profile)[player] == pytest.approx(max(gain, 0), abs=1e-12)


def test_rational_payoffs_are_exact():
    half = np.array([Fraction(1, 2), Fraction(1, 2)])
    assert HOUSEHOLD.regret((half, half)) == Fraction(0)
    payoffs = HOUSEHOLD.expected_payoffs((half, half))
    assert payoffs.tolist() == [Fraction(1), Fraction(1)]
    assert all(isinstance(value, Fraction) for value in payoffs)
    third = np.array([Fraction(1, 3), Fraction(2, 3)])
    assert HOUSEHOLD.regret((third, half)) == Fraction(1, 6)
    assert HOUSEHOLD.fix("robot", third).exact_payoffs.tolist() == [[Fraction(1), Fraction(4, 3)]]


def test_floats_that_are_evidently_rational():
    assert NormalForm([[0.1, 0.25]]).exact_payoffs.tolist() == [[Fraction(1, 10), Fraction(1, 4)]]
    assert NormalForm([[0.1, np.sqrt(2)]]).exact_payoffs is None


def test_fix_leaves_the_game_of_the_others():
    random = np.random.default_rng(0)
    game = NormalForm(random.normal(size=(3, 2, 3, 4)), ("a", "b", "c"))
    profile = random_profile(random, game.shape)
    rest = game.fix("b", profile[1])
    assert rest.players == ("a", "c")
    assert rest.shape == (2, 4)
    np.testing.assert_allclose(
        rest.expected_payoffs((profile[0], profile[2])), game.expected_payoffs(profile)[[0, 2]]
    )


def test_the_game_is_a_value():
    table = np.zeros((2, 2, 2))
    game = NormalForm(table)
    table[0, 0, 0] = 5.0
    assert game.payoffs[0, 0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        game.payoffs[0, 0, 0] = 1.0
    assert game.players == ("1", "2")
    assert game.actions == (("1", "2"), ("1", "2"))


@pytest.mark.parametrize(
    ("payoffs", "names", "message"),
    [
        (np.zeros(3), {}, "shape"),
        (np.zeros((2, 3)), {}, "shape"),
        (np.zeros((2, 0, 3)), {}, "every player needs an action"),
        ([[1.0, np.nan]], {}, r"payoff nan at \(0, 1\)"),
        ([["x", "y"]], {}, "no numbers"),
        (np.zeros((2, 2, 2)), {"players": ("a",)}, "1 names of players; expected 2"),
        (np.zeros((2, 2, 2)), {"players": ("a", "a")}, "'a' appears twice"),
        (np.zeros((2, 2, 2)), {"actions": (("x", "y"),)}, "actions for 1 players"),
        (
            np.zeros((2, 2, 2)),
            {"actions": (("x", "y"), ("x",))},
            "1 names of actions of 2; expected 2",
        ),
    ],
)
def test_bad_games(payoffs, names, message):
    with pytest.raises(InvalidArgument, match=message):
        NormalForm(payoffs, **names)


def test_bad_questions():
    with pytest.raises(InvalidArgument, match="same shape"):
        NormalForm.bimatrix([[1, 2]], [[1], [2]])
    with pytest.raises(UnknownName, match="robot, human"):
        HOUSEHOLD.player_index("cat")
    with pytest.raises(InvalidArgument, match="0 to 1"):
        HOUSEHOLD.player_index(2)
    with pytest.raises(InvalidArgument, match=r"expected \(2, 2\)"):
        HOUSEHOLD.expected_payoffs((np.ones(1), np.ones(2)))
    with pytest.raises(InvalidArgument, match=r"sum to 1, not 0\.7"):
        HOUSEHOLD.fix("robot", np.array([0.5, 0.2]))
    with pytest.raises(InvalidArgument, match="only player"):
        NormalForm([[1.0, 2.0]]).fix(0, np.array([0.5, 0.5]))
