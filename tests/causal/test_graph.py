"""Mechanised games, relevance, recall, subgames: known graphs, and relevance by experiment."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.evaluation import Play
from scg_envs.causal.examples import example
from scg_envs.causal.graph import (
    condensation,
    mechanised_graph,
    relevance_graph,
    s_reachable,
    subgames,
    sufficient_recall,
)
from scg_envs.causal.rationality import (
    EpsilonBestResponse,
    Fixed,
    Reactive,
    RiskAverse,
    best_actions,
)
from scg_envs.core.errors import UnknownName

from .games import random_game


def test_orientation_runs_from_what_is_relied_on() -> None:
    """The first taxi relies on the second's rule, which comes after it; not the other way."""
    graph = relevance_graph(example("taxi").build())
    assert list(graph.edges) == [("D2", "D1")]
    assert condensation(example("taxi").build()) == (("D2",), ("D1",))


def test_wichardt_is_one_cycle() -> None:
    game = example("wichardt").build()
    assert set(relevance_graph(game).edges) == set(nx.complete_graph("ABD", nx.DiGraph).edges)
    assert condensation(game) == (("A", "B", "D"),)
    assert not sufficient_recall(game)
    assert sufficient_recall(game, "agent2")
    assert sufficient_recall(game, fixed=("A", "B"))


def test_cycles_across_agents_are_harmless() -> None:
    game = example("matching_pennies").build()
    assert not nx.is_directed_acyclic_graph(relevance_graph(game))
    assert sufficient_recall(game)


def test_a_signal_makes_sender_and_receiver_rely_on_each_other() -> None:
    graph = relevance_graph(example("job_market").build())
    assert set(graph.edges) == {("D1", "D2"), ("D2", "D1")}


def test_mechanised_graph_of_the_household() -> None:
    graph = mechanised_graph(example("household").build())
    kinds = nx.get_node_attributes(graph, "kind")
    assert kinds["Π_robot"] == "rule"
    assert kinds["M_U_human"] == "parameter"
    relevance = {(a, b) for a, b, d in graph.edges(data=True) if d["kind"] == "relevance"}
    assert relevance == {
        ("Π_robot", "Π_human"),
        ("Π_human", "Π_robot"),
        ("M_U_robot", "Π_robot"),
        ("M_U_human", "Π_human"),
    }


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_what_is_not_reachable_never_changes_best_replies(seed: int) -> None:
    game = random_game(seed)
    random = np.random.default_rng(seed)
    rules = {d: random.dirichlet(np.ones(2), game.context_shape(d)) for d in game.decisions()}
    for decision in game.decisions():
        before = best_actions(game, decision, Play.of_rules(game, rules))
        for other in game.decisions():
            if other != decision and not s_reachable(game, other, decision):
                fresh = random.dirichlet(np.ones(2), game.context_shape(other))
                play = Play.of_rules(game, {**rules, other: fresh})
                assert (best_actions(game, decision, play) == before).all()


def test_relevance_for_other_relations() -> None:
    game = example("umbrella").build()
    # What the forecast is worth depends on both; how likely a forecast is, only on average.
    assert s_reachable(game, "F", "UM")
    assert Fixed("take").relies_on(game, "W", "UM") is False
    assert EpsilonBestResponse(0.1).relies_on(game, "F", "UM")
    assert RiskAverse(1.0).relies_on(game, "W", "UM")
    household = example("household").build()
    copy = Reactive(("human",), lambda human: human)
    assert copy.relies_on(household, "human", "robot")
    assert not copy.relies_on(household, "U_robot", "robot")


def test_graphs_of_other_relations() -> None:
    game = example("taxi").build()
    assert list(relevance_graph(game, Fixed("e").relies_on).edges) == []
    # How often the second taxi comes into a context is the first one's doing.
    epsilon = relevance_graph(game, EpsilonBestResponse(0.1).relies_on)
    assert set(epsilon.edges) == {("D2", "D1"), ("D1", "D2")}
    graph = mechanised_graph(game, EpsilonBestResponse(0.1).relies_on)
    assert graph.edges["Π_D1", "Π_D2"]["kind"] == "relevance"


def test_epsilon_relies_on_how_likely_contexts_are() -> None:
    game = (
        GameBuilder("seen")
        .chance("X", (0, 1), cpd=[0.5, 0.5])
        .decision("D", agent="a", actions=(0, 1), parents=("X",))
        .utility("U", agent="a", parents=("X", "D"), payoff=[[0, 1], [1, 0]])
        .build()
    )
    assert not s_reachable(game, "X", "D")
    assert EpsilonBestResponse(0.1).relies_on(game, "X", "D")


def test_subgames_of_the_taxis() -> None:
    found = subgames(example("taxi").build())
    assert [s.decisions for s in found] == [("D2",), ("D1", "D2")]
    assert found[-1].variables == ("D1", "D2", "U1", "U2")


def test_unknown_names() -> None:
    with pytest.raises(UnknownName, match="decision 'Y'"):
        s_reachable(example("household").build(), "robot", "Y")
    with pytest.raises(UnknownName, match="variable 'Z'"):
        s_reachable(example("household").build(), "Z", "robot")
