"""One subgame's outcomes, and decisions that nature makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal import (
    SUBGAME_PERFECT,
    Undefined,
    interventional_outcomes,
    payoffs,
    played_by_nature,
    random_game,
    rational_outcomes,
    subgame_outcomes,
)
from scg_envs.causal.examples import example
from scg_envs.causal.graph import least_subgame, subgames
from scg_envs.causal.policies import behavioral_profile
from scg_envs.core.errors import InvalidArgument, UnknownName

from .games import key, pure_profiles


def test_the_second_taxi() -> None:
    game = example("taxi").build()
    outcomes = subgame_outcomes(game, ("D2",))
    assert not isinstance(outcomes, Undefined)
    (profile,) = outcomes.profiles
    # Wherever the first stands, the second stands elsewhere.
    np.testing.assert_array_equal(profile.rules["D2"], [[0, 1], [1, 0]])
    whole = subgame_outcomes(game, ("D1",))
    assert not isinstance(whole, Undefined)
    assert set(whole.profiles[0].rules) == {"D1", "D2"}  # the first relies on the second


@settings(max_examples=40)
@given(st.integers(0, 100_000))
def test_perfect_is_rational_in_every_subgame(seed: int) -> None:
    game = random_game(seed, payoffs=(0, 2), max_parents=1)
    rational = {}
    for part in subgames(game):
        found = subgame_outcomes(game, part)
        if isinstance(found, Undefined):
            rational[part.decisions] = set()
            continue
        assert found.game.decisions() == part.decisions
        assert found.kind == "all"
        rational[part.decisions] = {key(found.game, p) for p in found.profiles}
    expected = {
        key(game, profile)
        for profile in pure_profiles(game)
        if all(
            tuple(np.round(profile.rules[d]).astype(int).tobytes() for d in names) in keys
            for names, keys in rational.items()
        )
    }
    whole = interventional_outcomes(game, None, SUBGAME_PERFECT, "pure")
    perfect = set() if isinstance(whole, Undefined) else {key(game, p) for p in whole.profiles}
    assert perfect <= expected
    assert perfect == expected


def test_all_of_it_is_the_game() -> None:
    game = example("household").build()
    (part,) = subgames(game)
    found, whole = subgame_outcomes(game, part), rational_outcomes(game)
    assert not isinstance(found, Undefined)
    assert not isinstance(whole, Undefined)
    assert {key(game, p) for p in found.profiles} == {key(game, p) for p in whole.profiles}


@settings(max_examples=30)
@given(st.integers(0, 100_000))
def test_nature_plays_the_same(seed: int) -> None:
    game = random_game(seed, payoffs=None)
    random = np.random.default_rng(seed)
    rules = {d: random.dirichlet(np.ones(2), game.context_shape(d)) for d in game.decisions()}
    given_first = played_by_nature(game, {"D0": rules["D0"]})
    assert given_first.decisions() == tuple(d for d in game.decisions() if d != "D0")
    rest = {d: r for d, r in rules.items() if d != "D0"}
    assert payoffs(given_first, behavioral_profile(given_first, rest)) == pytest.approx(
        payoffs(game, behavioral_profile(game, rules))
    )


def test_errors() -> None:
    game = example("taxi").build()
    with pytest.raises(UnknownName, match="unknown decision 'U1'"):
        subgame_outcomes(game, ("U1",))
    with pytest.raises(InvalidArgument, match="no decisions"):
        subgame_outcomes(game, ())
    with pytest.raises(UnknownName, match="unknown action of D1 'f'"):
        played_by_nature(game, {"D1": "f"})
    assert least_subgame(game, ("D2",)).decisions == ("D2",)
