"""Limits and numerical equilibria are judged in each player's own units."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.exchange import read_nfg
from scg_envs.causal.normal_form import (
    EquilibriumSet,
    NormalForm,
    Selected,
    equilibria,
    learning_outcomes,
    logit_limit,
    select,
)
from scg_envs.causal.undefined import Undefined

DATA = Path(__file__).parents[2] / "data" / "ties"


@pytest.mark.parametrize("name", ["rich_leader.nfg", "rich_leader_million.nfg"])
def test_both_have_a_dominant_action_whatever_the_stakes(name):
    game = read_nfg(DATA / name)
    limit = logit_limit(game)
    assert limit.pure
    assert [int(s.argmax()) for s in limit.profile] == [1, 0]
    learned = learning_outcomes(game)
    assert isinstance(learned, Selected)
    assert [int(s.argmax()) for s in learned.equilibria[0].profile] == [1, 0]


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([1e-12, 1e-6, 1.0, 1e6, 1e9]),
    st.sampled_from([0.0, 1e3]),
)
def test_a_limit_is_an_equilibrium_or_undefined(seed, scale, shift):
    random = np.random.default_rng(seed)
    payoffs = random.integers(-3, 4, size=(2, 2, 3)).astype(float)
    payoffs[1] = payoffs[1] * scale + shift * scale
    game = NormalForm(payoffs)
    selected = select(EquilibriumSet((), "all"), game, "logit")
    if isinstance(selected, Undefined):
        return
    (limit,) = selected.equilibria
    # In the second player's own units it has little to gain, whatever they are.
    one, two = game.regrets(limit.profile)
    assert one < 1e-4
    assert two < 1e-4 * scale


def test_few_limits_are_undefined():
    """So that the test before this one says something."""
    random = np.random.default_rng(1)
    undefined = 0
    for _ in range(20):
        payoffs = random.integers(-9, 10, size=(2, 2, 2)).astype(float)
        payoffs[1] *= 1e-8
        found = select(EquilibriumSet((), "all"), NormalForm(payoffs), "logit")
        undefined += isinstance(found, Undefined)
    assert undefined <= 1


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_the_sample_of_three_players_does_not_depend_on_units(scale):
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 0, 0, 0] = payoffs[:, 1, 1, 1] = 1.0
    payoffs[0] *= scale
    payoffs[2] *= 1 / scale
    found = equilibria(NormalForm(payoffs))
    first = sorted(round(float(e.profile[0][0]), 6) for e in found)
    base = np.zeros((3, 2, 2, 2))
    base[:, 0, 0, 0] = base[:, 1, 1, 1] = 1.0
    reference = sorted(round(float(e.profile[0][0]), 6) for e in equilibria(NormalForm(base)))
    assert first == reference


def test_a_fine_hides_no_regret():
    """Of three players, one is fined where nobody goes; the others are indifferent for real."""
    payoffs = np.zeros((3, 2, 2, 3))
    payoffs[0] = np.array([[1, 0], [0, 1]])[:, :, None]
    payoffs[1] = np.array([[0, 1], [1, 0]])[:, :, None]
    payoffs[2, :, :, 1] = 0.01
    payoffs[2, :, :, 2] = -1e12
    (only,) = equilibria(NormalForm(payoffs))
    np.testing.assert_allclose(only.profile[0], [0.5, 0.5], atol=1e-9)
    assert only.profile[2].tolist() == [0, 1, 0]
