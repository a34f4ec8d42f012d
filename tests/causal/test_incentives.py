"""Graphical incentives on the graphs of Everitt et al. 2021."""

import pytest

from scg_envs.causal import GameBuilder
from scg_envs.causal.examples import example
from scg_envs.causal.incentives import (
    control_incentive,
    requisite_graph,
    response_incentive,
    value_of_control,
    value_of_information,
)
from scg_envs.core.errors import InvalidArgument, UnknownName


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
    controlled = [n for n in names if control_incentive(game, "posts", n)]
    assert controlled == ["posts", "influenced", "clicks"]
    assert "opinion" in [n for n in names if value_of_control(game, "recommender", n)]


def test_errors() -> None:
    game = example("wichardt").build()
    with pytest.raises(InvalidArgument, match="agent1 lacks sufficient recall"):
        requisite_graph(game, "agent1")
    with pytest.raises(UnknownName, match="decision 'U1'"):
        value_of_information(game, "U1", "A")


def test_control_of_the_decision_itself() -> None:
    # It lies on every path from it to a utility, and there is none from a decision nobody feels.
    game = (
        GameBuilder("idle")
        .decision("D", agent="a", actions=(0, 1))
        .decision("idle", agent="a", actions=(0, 1))
        .utility("U", agent="a", parents=("D",), payoff=[0, 1])
        .build()
    )
    assert control_incentive(game, "D", "D")
    assert not control_incentive(game, "idle", "idle")
