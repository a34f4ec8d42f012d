"""What information and control are worth: known answers, brute force, and the graph's criteria."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal import CausalGame, GameBuilder, control_gain, information_gain, random_game
from scg_envs.causal.evaluation import Play, expected_utility
from scg_envs.causal.examples import example
from scg_envs.causal.incentives import (
    direct_value_of_control,
    indirect_value_of_control,
    value_of_control,
    value_of_information,
)
from scg_envs.causal.restriction import played_by_nature
from scg_envs.core.errors import InvalidArgument, UnknownName

from .games import pure_rules


def test_umbrella() -> None:
    game = example("umbrella").build()
    # Taking it always is worth 0.4, when a forecast says so 0.64, and knowing the weather 1.
    assert information_gain(game, "UM", "F") == pytest.approx(0.24)
    assert information_gain(game, "UM", "W") == pytest.approx(0.36)
    # Whoever makes the weather makes it sunny; whoever makes the forecast makes it right.
    assert control_gain(game, "W") == pytest.approx(0.36)
    assert control_gain(game, "F") == pytest.approx(0.36)
    assert direct_value_of_control(game, "walker", "W")
    assert not direct_value_of_control(game, "walker", "F")
    assert indirect_value_of_control(game, "walker", "F")


def test_noise_in_a_measurement() -> None:
    game = (
        GameBuilder("measurement")
        .chance("S", (0, 1), cpd=[0.5, 0.5])
        .chance("X", (0, 1), cpd=[0.5, 0.5])
        .chance("W", (0, 1), parents=("S", "X"), cpd=lambda s, x: s ^ x)
        .decision("D", agent="a", actions=(0, 1), parents=("W",))
        .utility("U", agent="a", parents=("S", "D"), payoff=[[1, 0], [0, 1]])
        .build()
    )
    assert control_gain(game, "X") == pytest.approx(0.5)
    assert indirect_value_of_control(game, "a", "X")
    assert not direct_value_of_control(game, "a", "X")


def best_by_brute_force(game: CausalGame, free: tuple[str, ...]) -> float:
    """The greatest expected utility over all rules of the variables that are free."""
    agent = game.agents[0]
    rules = [pure_rules(game, d) for d in free]
    return max(
        float(expected_utility(game, agent, Play.of_rules(game, dict(zip(free, r, strict=True)))))
        for r in product(*rules)
    )


@settings(max_examples=40)
@given(st.integers(0, 100_000))
def test_the_gains_are_those_of_enumeration(seed: int) -> None:
    game = random_game(
        seed, agents=1, decisions=2, chance=2, max_parents=1, payoffs=None, perfect_recall=True
    )
    before = best_by_brute_force(game, game.decisions())
    for name in ("X0", "X1"):
        gain = control_gain(game, name)
        # Controlling a variable is choosing among its deterministic tables.
        variable = game.variables[name]
        n, contexts = len(variable.domain), variable.table.shape[:-1]  # type: ignore[union-attr]
        tables = [
            np.eye(n)[np.array(picks, dtype=int)].reshape(*contexts, n)
            for picks in product(range(n), repeat=int(np.prod(contexts, dtype=int)))
        ]
        after = max(
            best_by_brute_force(
                game.with_variables(replace(variable, table=table)), game.decisions()
            )
            for table in tables
        )
        assert gain == pytest.approx(after - before, abs=1e-9)
        assert gain >= -1e-12  # type: ignore[operator]
        possible = value_of_control(game, "agent0", name)
        assert possible is (
            direct_value_of_control(game, "agent0", name)
            or indirect_value_of_control(game, "agent0", name)
        )
        if not possible:
            assert gain == pytest.approx(0, abs=1e-9)


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_information_is_worthless_where_the_graph_says_so(seed: int) -> None:
    game = random_game(seed, agents=1, decisions=2, chance=2, max_parents=2, perfect_recall=True)
    for decision in game.decisions():
        for name in ("X0", "X1"):
            try:
                gain = information_gain(game, decision, name)
            except InvalidArgument:  # it comes after the decision
                continue
            assert isinstance(gain, float)
            assert gain >= -1e-9
            if not value_of_information(game, decision, name):
                assert gain == pytest.approx(0, abs=1e-9)


def test_others_as_nature() -> None:
    game = example("taxi").build()
    with pytest.raises(InvalidArgument, match=r"2 agents decide \(taxi1, taxi2\)"):
        information_gain(game, "D2", "D1")
    given_first = played_by_nature(game, {"D1": {"e": 0.5, "c": 0.5}})
    # Seeing the first, the second goes elsewhere: (3 + 5) / 2; else the expensive one: 3.5.
    assert information_gain(given_first, "D2", "D1") == pytest.approx(0.5)
    assert control_gain(given_first, "D1") == pytest.approx(1.0)


def test_errors() -> None:
    umbrella = example("umbrella").build()
    with pytest.raises(InvalidArgument, match="comes after"):
        information_gain(umbrella, "UM", "A")
    with pytest.raises(UnknownName, match="unknown chance variable 'UM'; known: W, F"):
        control_gain(umbrella, "UM")
    with pytest.raises(UnknownName, match="variable 'rain'"):
        information_gain(umbrella, "UM", "rain")
