"""Limits and numerical equilibria are judged in each player's own units."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scg_envs.causal.exchange import read_nfg
from scg_envs.causal.normal_form import (
    Commitment,
    EquilibriumSet,
    NormalForm,
    Selected,
    correlated_equilibrium,
    equilibria,
    evaluate_commitment,
    learning_outcomes,
    logit_limit,
    mixed_commitment,
    select,
    solve_zero_sum,
)
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.ties import Ties

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


@settings(max_examples=25)
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


@pytest.mark.parametrize("fine", [10**9, 10**13])
def test_a_mixed_commitment_next_to_a_fine_leaves_the_follower_content(fine):
    """The follower does A only because of a tiny threat: 1/2 (1 - x) <= fine x."""
    follower = np.array([[0, Fraction(1, 2)], [0, -fine]], dtype=object)
    leader = np.array([[1, 0], [0, 0]], dtype=object)
    game = NormalForm(np.array([leader, follower], dtype=object))
    best = mixed_commitment(game, 0)
    threat = Fraction(1, 2) / (fine + Fraction(1, 2))
    assert best.response[1].tolist() == [1, 0]
    assert best.strategy[1] == pytest.approx(float(threat), rel=1e-12)
    assert best.value == pytest.approx(float(1 - threat), abs=1e-15)
    assert best.regret < 1e-6


@pytest.mark.parametrize("size", [2, 7])
def test_mixed_equilibria_beside_a_fine(size):
    """Matching pennies over `size` actions, and one more that the second player is fined for."""
    eye = np.eye(size, dtype=int)
    first = np.hstack([eye, np.zeros((size, 1), int)])
    second = np.hstack([-eye, np.full((size, 1), -(10**13))])
    (only,) = equilibria(NormalForm(np.stack([first, second])))
    assert equilibria(NormalForm(np.stack([first, second]))).kind == "all"
    np.testing.assert_allclose(np.array(only.profile[0], float), np.full(size, 1 / size))
    np.testing.assert_allclose(np.array(only.profile[1], float), [1 / size] * size + [0])


def test_what_floats_cannot_tell_apart_is_a_sample():
    random = np.random.default_rng(0)
    payoffs = random.normal(size=(2, 4, 4))
    payoffs[0, 0] -= 1e12
    payoffs[1] += np.sqrt(2)
    assert equilibria(NormalForm(payoffs)).kind == "sample"


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_zero_sum_games_in_any_units(scale):
    rps = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) * scale
    solved = solve_zero_sum(NormalForm(np.stack([rps, -rps])))
    np.testing.assert_allclose(solved.profile, np.full((2, 3), 1 / 3), atol=1e-9)
    with pytest.raises(InvalidArgument, match="do not add up"):
        solve_zero_sum(NormalForm(np.stack([rps, 1e-6 * scale * (rps > 0) - rps])))


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_correlated_equilibria_in_any_units(scale):
    """Chicken: the best sum of payoffs is 10.5 / 2 each (Aumann 1974)."""
    chicken = np.array([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], dtype=float)
    objective = chicken.sum(axis=0)
    chicken[1] *= scale
    assert correlated_equilibrium(NormalForm(chicken), objective).value == pytest.approx(10.5)


FINES = [-3, -1000, -5 * 10**5, -(10**6), -(10**9)]


def random_game(seed: int, fine: int, shape: tuple[int, ...]) -> NormalForm:
    """Small integers, and now and then a fine, for everybody."""
    random = np.random.default_rng(seed)
    amounts = np.array([-2, -1, 0, 1, 2, fine], dtype=object)
    return NormalForm(amounts[random.integers(0, 6, (len(shape), *shape))])


def check_what_it_brings(game: NormalForm, ties: Ties, scale: float) -> None:
    best = mixed_commitment(game, 0, ties=ties)
    assert isinstance(best, Commitment)
    assert best.regret <= 1e-9 * scale
    brought = evaluate_commitment(game, 0, best.strategy, ties=ties)
    assert isinstance(brought, Commitment)
    assert not best.attained or brought.value == pytest.approx(best.value, rel=1e-9, abs=1e-9)
    assert best.upper_bound >= brought.value - 1e-9 * max(1, abs(brought.value))


@settings(max_examples=60)
@given(
    st.integers(0, 10**6),
    st.sampled_from(FINES),
    st.sampled_from([(2, 3), (3, 3), (3, 2)]),
    st.sampled_from(["optimistic", "pessimistic"]),
    st.booleans(),
)
@example(2888, -(10**9), (3, 3), "optimistic", False)
def test_what_a_mixed_commitment_is_worth_is_what_committing_to_it_brings(
    seed, fine, shape, ties, irrational
):
    game = random_game(seed, fine, shape)
    if irrational:
        game = NormalForm(game.payoffs * np.pi)
    check_what_it_brings(game, ties, 10 * abs(fine))


@settings(max_examples=25)
@given(
    st.integers(0, 10**6), st.sampled_from(FINES), st.sampled_from(["optimistic", "pessimistic"])
)
@example(8, -3, "optimistic")
def test_so_it_is_of_two_followers_who_answer_for_themselves(seed, fine, ties):
    payoffs = random_game(seed, fine, (2, 2, 2)).given.copy()
    payoffs[1], payoffs[2] = payoffs[1][:, :, :1], payoffs[2][:, :1]
    check_what_it_brings(NormalForm(payoffs), ties, 10 * abs(fine))


def test_what_is_too_large_for_rational_numbers_is_worth_what_it_brings(monkeypatch):
    """And the bound says that more may be had."""
    payoffs = [[[1, 0, 1], [-2, 0, 0], [2, 1, 1]], [[2, -(10**9), -(10**9)], [0, 0, -2]]]
    payoffs[1].append([-(10**9), 0, 0])
    game = NormalForm(np.array(payoffs, dtype=object))
    best = mixed_commitment(game, 0)
    assert best.strategy.tolist() == [Fraction(5 * 10**8, 10**9 + 1), 0, 1 - best.strategy[0]]
    assert best.value == float(1 + best.strategy[2])
    assert best.exact
    monkeypatch.setattr("scg_envs.causal.normal_form.pure_answers.MOST_EXACT", 0)
    rounded = mixed_commitment(game, 0)
    assert (rounded.value, rounded.exact) == (1.0, False)
    assert rounded.upper_bound == pytest.approx(best.value, rel=1e-12)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_a_mixed_commitment_is_worth_the_same_in_any_units(seed):
    payoffs = random_game(seed, -(10**9), (3, 3)).given
    best = mixed_commitment(NormalForm(payoffs), 0)
    units = np.array([payoffs[0] * Fraction(1, 10**6), payoffs[1] * 10**6 + 7], dtype=object)
    assert mixed_commitment(NormalForm(units), 0).value == pytest.approx(
        best.value * 1e-6, rel=1e-9, abs=1e-12
    )


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_rounding_breaks_no_tie_of_two_followers(seed):
    """After a mixture that makes one of them indifferent, written in floats that are off a bit."""
    random = np.random.default_rng(seed)
    payoffs = random.integers(-2, 3, (3, 2, 2, 2))
    payoffs[1, 0], payoffs[1, 1] = [[0, 0], [2, 2]], [[1, 1], [0, 0]]  # 2/3 each, at 1/3 : 2/3
    game = NormalForm(payoffs)
    exact = equilibria(game.fix(0, np.array([Fraction(1, 3), Fraction(2, 3)])))
    for low in (np.float64(1) / 3, np.nextafter(1 / 3, 1), np.nextafter(1 / 3, 0)):
        found = equilibria(game.fix(0, np.array([low, 1 - low])))
        assert found.kind == exact.kind
        assert len(found) == len(exact)
        for one in exact:
            whole = np.concatenate(one.profile).astype(np.float64)
            assert min(np.abs(whole - np.concatenate(e.profile)).max() for e in found) < 1e-9
