"""Incentives of one agent that can be read off the graph (Everitt et al. 2021).

Each says what holds in *some* game of the graph and in none without the criterion. The decisions of
other agents count as chance variables, for their policies are given. The criteria for information,
response and control use the *requisite graph*, in which observations that can't matter to the
decision are no longer observed (Lauritzen and Nilsson 2001), and need sufficient recall.
"""

import networkx as nx

from ..core.errors import InvalidArgument
from .graph import sufficient_recall
from .model import CausalGame
from .paths import has_directed_path


def requisite_graph(game: CausalGame, agent: str) -> nx.DiGraph:
    """The graph without the observations that can't matter to the agent's decisions.

    Last decisions first, a parent X of D is dropped if it is d-separated from the agent's utilities
    below D, given D and its other parents.

    Raises:
        UnknownName: no such agent.
        InvalidArgument: the agent lacks sufficient recall.
    """
    return _requisite(game, agent, game.graph.copy())


def _requisite(game: CausalGame, agent: str, graph: nx.DiGraph) -> nx.DiGraph:
    if not sufficient_recall(game, agent):
        raise InvalidArgument(f"{agent} lacks sufficient recall, which these criteria need.")
    utilities = set(game.utilities(agent))
    for decision in reversed(game.decisions(agent)):
        family = {decision, *graph.predecessors(decision)}
        below = utilities & nx.descendants(graph, decision)
        useless = [
            x
            for x in graph.predecessors(decision)
            if not below or nx.is_d_separator(graph, {x}, below, family - {x})
        ]
        graph.remove_edges_from((x, decision) for x in useless)
    return graph


def value_of_information(game: CausalGame, decision: str, name: str) -> bool:
    """Whether observing the variable could be worth something to the decision's owner.

    It could exactly if it is no descendant of the decision and, were it observed, it would be
    requisite.

    Raises:
        UnknownName: no such decision or variable.
        InvalidArgument: the owner lacks sufficient recall.
    """
    agent = game.owner(game.decision(decision).name)
    game.variable(name)
    if name == decision or name in nx.descendants(game.graph, decision):
        return False
    graph = game.graph.copy()
    graph.add_edge(name, decision)
    return bool(_requisite(game, agent, graph).has_edge(name, decision))


def response_incentive(game: CausalGame, decision: str, name: str) -> bool:
    """Whether all optimal rules could make the decision respond to the variable.

    They could exactly if the requisite graph has a directed path from it to the decision.

    Raises:
        UnknownName: no such decision or variable.
        InvalidArgument: the owner lacks sufficient recall.
    """
    agent = game.owner(game.decision(decision).name)
    game.variable(name)
    return name in nx.ancestors(requisite_graph(game, agent), decision)


def _controlled(game: CausalGame, agent: str, name: str) -> nx.DiGraph | None:
    """The requisite graph in which control of a variable is judged; None for own decisions."""
    game.variable(name)
    return None if name in game.decisions(agent) else requisite_graph(game, agent)


def _bears_on_utility(game: CausalGame, agent: str, graph: nx.DiGraph, name: str) -> bool:
    """Whether a variable is a utility of the agent, or a directed path leads from it to one."""
    return not {name, *nx.descendants(graph, name)}.isdisjoint(game.utilities(agent))


def value_of_control(game: CausalGame, agent: str, name: str) -> bool:
    """Whether setting the variable could be worth something to the agent.

    It could exactly if it is none of the agent's decisions and the requisite graph has a directed
    path from it to a utility of the agent.

    Raises:
        UnknownName: no such agent or variable.
        InvalidArgument: the agent lacks sufficient recall.
    """
    graph = _controlled(game, agent, name)
    return graph is not None and _bears_on_utility(game, agent, graph, name)


def direct_value_of_control(game: CausalGame, agent: str, name: str) -> bool:
    """Whether setting the variable could pay even if no decision responded to it.

    It could exactly if it is none of the agent's decisions and the requisite graph has a directed
    path from it to a utility of the agent that avoids the agent's decisions.

    Raises:
        UnknownName: no such agent or variable.
        InvalidArgument: the agent lacks sufficient recall.
    """
    graph = _controlled(game, agent, name)
    utilities, own = game.utilities(agent), game.decisions(agent)
    return graph is not None and (
        name in utilities or any(has_directed_path(graph, name, u, avoid=own) for u in utilities)
    )


def indirect_value_of_control(game: CausalGame, agent: str, name: str) -> bool:
    """Whether setting the variable could pay for the sake of what a decision gets to know.

    It could exactly if it is none of the agent's decisions and the requisite graph has a directed
    path from it to one of those that matters. A variable can have value of control both ways, and
    has none unless it has it in one of the two. PyCID's `admits_indir_voc` asks for a back-door
    trail from the variable to a utility on top, and so misses noise in a measurement: in
    W = S xor X, with W observed and S paid for, setting X is worth knowing S.

    Raises:
        UnknownName: no such agent or variable.
        InvalidArgument: the agent lacks sufficient recall.
    """
    graph = _controlled(game, agent, name)
    if graph is None:
        return False
    informed = nx.descendants(graph, name).intersection(game.decisions(agent))
    return any(_bears_on_utility(game, agent, graph, d) for d in informed)


def control_incentive(game: CausalGame, decision: str, name: str) -> bool:
    """Whether the decision could be made for its effect on the variable (instrumental control).

    It could exactly if a directed path runs from the decision through it to a utility of the owner;
    the decision itself lies on every such path.

    Raises:
        UnknownName: no such decision or variable.
    """
    agent = game.owner(game.decision(decision).name)
    game.variable(name)
    if name != decision and name not in nx.descendants(game.graph, decision):
        return False
    return _bears_on_utility(game, agent, game.graph, name)
