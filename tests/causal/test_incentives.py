"""Graphical incentives on the graphs of Everitt et al. 2021, and what information is worth."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.examples import example
from scg_envs.causal.incentives import (
    control_incentive,
    information_gain,
    requisite_graph,
    response_incentive,
    value_of_control,
    value_of_information,
)
from scg_envs.errors import InvalidArgument, UnknownName

from .games import random_game


def test_grade_predictor() -> None:
    game = example("grade_predictor").build()
    names = list(game.variables)
    informative = [n for n in names if value_of_information(game, "predict", n)]
    assert informative == ["school", "education", "grade"]
    assert [n for n in names if response_incentive(game, "predict", n)] == ["race", "school"]
    assert not requisite_graph(game, "university").has_edge("gender", "predict")
    assert "gender" not in [n for n in names if value_of_control(game, "university", n)]


def test_content_recommender() -> None:
    game = example("content_recommender").build()
    names = list(game.variables)
    assert [n for n in names if control_incentive(game, "posts", n)] == ["influenced", "clicks"]
    assert "opinion" in [n for n in names if value_of_control(game, "recommender", n)]


def test_umbrella_information() -> None:
    game = example("umbrella").build()
    # Without a forecast leaving it pays 0.6 - 0.4; with one, taking it in 0.4 of all cases.
    assert information_gain(game, "UM", "F") == pytest.approx(0.24)
    assert information_gain(game, "UM", "W") == pytest.approx(0.36)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_worthless_where_the_graph_says_so(seed: int) -> None:
    game = random_game(seed, n_decisions=1, n_agents=1)
    gain = information_gain(game, "D0", "X")
    assert isinstance(gain, float)
    assert gain >= -1e-12
    if not value_of_information(game, "D0", "X"):
        assert gain == pytest.approx(0)


def test_errors() -> None:
    game = example("wichardt").build()
    with pytest.raises(InvalidArgument, match="agent1 lacks sufficient recall"):
        requisite_graph(game, "agent1")
    with pytest.raises(InvalidArgument, match="expected only A"):
        information_gain(game, "A", "B")
    with pytest.raises(UnknownName, match="decision 'U1'"):
        value_of_information(game, "U1", "A")
    umbrella = example("umbrella").build()
    with pytest.raises(InvalidArgument, match="comes after"):
        information_gain(umbrella, "UM", "A")
