"""Selections over the equilibria, and the dynamics behind one of them."""

import numpy as np
import pytest

from scg_envs.causal.normal_form import NormalForm, equilibria, learning_outcomes, select
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument, UnknownName

HOUSEHOLD = NormalForm.bimatrix([[1, 1], [0, 2]], [[1, 0], [1, 2]])
DESIRABLE = np.array([[0, 0], [0, 1]])
PENNIES = NormalForm.bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
RPS = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])


@pytest.mark.parametrize(("selection", "value"), [("pure", 1 / 2), ("extreme", 5 / 12)])
def test_household(selection, value):
    selected = select(equilibria(HOUSEHOLD), HOUSEHOLD, selection)
    assert selected.expected(HOUSEHOLD, DESIRABLE) == pytest.approx(value)
    assert selected.weights.sum() == pytest.approx(1)


def test_household_by_logit_and_dynamics():
    found = equilibria(HOUSEHOLD)
    limit = select(found, HOUSEHOLD, "logit")
    assert limit.expected(HOUSEHOLD, DESIRABLE) == pytest.approx(1 / 4)
    learned = select(found, HOUSEHOLD, "dynamics", seed=1)
    assert all(e.pure for e in learned.equilibria)
    assert learned.expected(HOUSEHOLD, DESIRABLE) == pytest.approx(0.5, abs=0.15)
    again = select(found, HOUSEHOLD, "dynamics", seed=1)
    np.testing.assert_array_equal(learned.weights, again.weights)
    assert "not pure" in select(equilibria(HOUSEHOLD, "pure"), HOUSEHOLD, "logit", "pure").message


def test_competitive_rock_paper_scissors():
    game = NormalForm.bimatrix(RPS, -RPS)
    assert "pure" in select(equilibria(game), game, "pure").message
    assert not select(equilibria(game, "pure"), game, "extreme", "pure")
    match = select(equilibria(game), game, "extreme").expected(game, np.eye(3))
    assert match == pytest.approx(1 / 3)


def test_replicators_cycle_where_fictitious_play_settles():
    """Matching pennies: no rest point attracts replicators; averages of play converge."""
    assert isinstance(learning_outcomes(PENNIES, starts=20), Undefined)
    averages = learning_outcomes(PENNIES, "fictitious", starts=20)
    np.testing.assert_allclose(averages.equilibria[0].profile[0], [0.5, 0.5], atol=1e-9)
    assert averages.weights.tolist() == [1.0]


def test_dynamics_of_three_players_and_of_one():
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 0, 0, 0], payoffs[:, 1, 1, 1] = 1, 2
    learned = learning_outcomes(NormalForm(payoffs), starts=60)
    assert [e.payoffs[0] for e in learned.equilibria] == [2, 1]
    assert learned.weights[0] > 0.5
    (only,) = learning_outcomes(NormalForm([[0.0, 3.0]]), starts=5).equilibria
    np.testing.assert_allclose(only.profile[0], [0, 1])


def test_learning_says_out_of_how_many_starts():
    """And how sure its shares are: those of 150 coins, by the formula for a proportion."""
    found = equilibria(HOUSEHOLD)
    learned = learning_outcomes(HOUSEHOLD, starts=150)
    assert learned.starts == 150
    share = learned.expected(HOUSEHOLD, DESIRABLE)
    values = np.array([HOUSEHOLD.expected(DESIRABLE, e.profile) for e in learned.equilibria])
    error = learned.standard_error(values)
    assert error == pytest.approx(np.sqrt(share * (1 - share) / 150))
    again = [learning_outcomes(HOUSEHOLD, starts=150, seed=seed) for seed in range(1, 9)]
    spread = np.std([one.expected(HOUSEHOLD, DESIRABLE) for one in again])
    assert error / 3 < spread < error * 3
    exact = select(found, HOUSEHOLD, "extreme")
    assert (exact.starts, exact.standard_error(np.ones(len(exact.equilibria)))) == (None, None)


def test_bad_questions():
    with pytest.raises(UnknownName, match="selection 'best'"):
        select(equilibria(PENNIES), PENNIES, "best")
    with pytest.raises(UnknownName, match="learning rule"):
        learning_outcomes(PENNIES, "gradient")
    with pytest.raises(InvalidArgument, match="1 or more"):
        learning_outcomes(PENNIES, starts=0)
