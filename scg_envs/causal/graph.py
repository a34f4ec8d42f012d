"""The mechanised game: who relies on whose rule, and what follows from that.

Every variable V has a mechanism, M_V, drawn as a further parent: its distribution, or for a
decision its rule variable Pi_D. Further edges run from mechanisms into rule variables alone, from
those that are *relevant* to them (Hammond et al. 2023, Defs. 15 and 17).

One orientation throughout: an edge runs from D' to D where D *relies on* D', so that the arrows
of the relevance graph are those between rule variables in the mechanised game, and decisions are
solved in the order of the arrows. PyCID draws its relevance graph the other way round.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias

import networkx as nx

from .model import CausalGame


def mechanism(game: CausalGame, name: str) -> str:
    """The mechanism's name in drawings and graphs: "Π_D" for a decision, "M_V" for the others."""
    return ("Π_" if game.variable(name).kind == "decision" else "M_") + name


@lru_cache(maxsize=64)
def _with_mechanisms(game: CausalGame) -> nx.DiGraph:
    """The graph with a mechanism parent for every variable and no edges between mechanisms."""
    graph = game.graph.copy()
    graph.add_edges_from((mechanism(game, name), name) for name in game.variables)
    return graph


@lru_cache(maxsize=4096)
def s_reachable(game: CausalGame, name: str, decision: str) -> bool:
    """Whether the mechanism of `name` is s-reachable for the rule of `decision`.

    It is unless, in the graph with mechanisms but without edges between them, it is d-separated
    from the owner's utilities below the decision D, given D and its parents. What is not
    s-reachable never changes what is best in a context of D; what is, does in some game of this
    graph. So while every context is reached, it never changes the set of best rules. Where some are
    not, a rule may do anything there and still be best, and whatever decides which contexts are
    reached (`decides_reach`) changes the set as well. A game that knows better
    (`CausalGame.reliance`) is believed.

    Args:
        game: the game.
        name: any variable; a decision's mechanism is its rule variable.
        decision: the decision D whose rule may depend on it.

    Raises:
        UnknownName: no such variable or decision.
    """
    variable = game.decision(decision)
    if game.reliance is not None and game.variable(name).kind == "decision":
        return name in game.reliance[decision]
    source = mechanism(game, name)
    below = nx.descendants(game.graph, decision)
    utilities = below.intersection(game.utilities(variable.agent))
    if name == decision or not utilities:
        return False
    given = {decision, *variable.parents}
    return not nx.is_d_separator(_with_mechanisms(game), {source}, utilities, given)


def decides_reach(game: CausalGame, name: str, decision: str) -> bool:
    """Whether the mechanism of `name` bears on which contexts of `decision` are reached.

    Args:
        game: the game.
        name: any variable.
        decision: the decision D, whose contexts are the values of its parents; in a game made from
            a tree, where it observes nothing, whether play comes there.

    Raises:
        UnknownName: no such variable or decision.
    """
    variable = game.decision(decision)
    if name == decision:
        return False
    if game.reliance is not None and game.variable(name).kind == "decision":
        return decision in game.reliance[name]  # who moves before it relies on it
    return game.variable(name).name in game.ancestors(frozenset(variable.parents))


Relevance: TypeAlias = Callable[[CausalGame, str, str], bool]
"""Whether the mechanism of a variable is relevant to a decision's rule (Def. 17): `s_reachable` for
best response, or another relation's `relies_on`."""


def relevance_graph(game: CausalGame, relevant: Relevance = s_reachable) -> nx.DiGraph:
    """The graph over decisions with an edge D' -> D wherever D relies on D' (see the module)."""
    graph = nx.DiGraph()
    graph.add_nodes_from(game.decisions())
    for decision in game.decisions():
        for other in game.decisions():
            if relevant(game, other, decision):
                graph.add_edge(other, decision)
    return graph


def condensation(game: CausalGame) -> tuple[tuple[str, ...], ...]:
    """The strongly connected blocks of the relevance graph, each after those it relies on."""
    graph = nx.condensation(relevance_graph(game))
    blocks = [graph.nodes[i]["members"] for i in nx.lexicographical_topological_sort(graph)]
    return tuple(tuple(d for d in game.decisions() if d in block) for block in blocks)


def mechanised_graph(game: CausalGame, relevant: Relevance = s_reachable) -> nx.DiGraph:
    """The mechanised game under best response, or under the relation that `relevant` belongs to.

    Nodes bear `kind`: "chance", "decision", "utility", "rule" (Pi_D) or "parameter" (M_V). Edges
    bear `kind`: "object" between variables, "mechanism" from M_V to V, "relevance" between
    mechanisms.
    """
    graph = nx.DiGraph()
    for variable in game.variables.values():
        kind = "rule" if variable.kind == "decision" else "parameter"
        graph.add_node(variable.name, kind=variable.kind)
        graph.add_node(mechanism(game, variable.name), kind=kind)
    graph.add_edges_from(game.graph.edges, kind="object")
    for name in game.variables:
        graph.add_edge(mechanism(game, name), name, kind="mechanism")
        for decision in game.decisions():
            if relevant(game, name, decision):
                source, target = mechanism(game, name), mechanism(game, decision)
                graph.add_edge(source, target, kind="relevance")
    return graph


def sufficient_recall(
    game: CausalGame, agent: str | None = None, fixed: Iterable[str] = ()
) -> bool:
    """Whether the relevance graph restricted to each agent's own decisions has no cycle.

    Then an equilibrium in behavioral policies exists (Prop. 4.2 and Hammond et al., Prop. 8).
    Cycles across agents are harmless.

    Args:
        game: the game.
        agent: look at this agent alone.
        fixed: decisions whose rules a pre-policy replaces; they rely on nothing any more.

    Raises:
        UnknownName: no such agent.
    """
    graph = relevance_graph(game)
    for owner in game.agents if agent is None else (agent,):
        own = set(game.decisions(owner)).difference(fixed)
        if not nx.is_directed_acyclic_graph(graph.subgraph(own)):
            return False
    return True


@dataclass(frozen=True)
class Subgame:
    """A part of the game that can be solved by itself (Hammond et al., Defs. 25 and 26).

    Attributes:
        variables: its variables, parents before children.
        decisions: its decisions.
    """

    variables: tuple[str, ...]
    decisions: tuple[str, ...]


def _closure(game: CausalGame, decisions: Iterable[str]) -> frozenset[str]:
    """The least set around the decisions that is closed under relevance and directed paths."""
    inside = set(decisions)
    while True:
        grown = set(inside)
        for decision in inside.intersection(game.decisions()):
            grown.update(name for name in game.variables if s_reachable(game, name, decision))
        below = set().union(*(nx.descendants(game.graph, name) for name in grown))
        above = set().union(*(nx.ancestors(game.graph, name) for name in grown))
        grown |= below & above
        if grown == inside:
            return frozenset(inside)
        inside = grown


def least_subgame(game: CausalGame, decisions: Iterable[str]) -> Subgame:
    """The least subgame around some decisions: closed under relevance and directed paths.

    Raises:
        UnknownName: no such decision.
    """
    return _subgame(game, _closure(game, [game.decision(d).name for d in decisions]))


def _subgame(game: CausalGame, inside: frozenset[str]) -> Subgame:
    names = tuple(name for name in game.variables if name in inside)
    return Subgame(names, tuple(n for n in names if game.variables[n].kind == "decision"))


def subgames(game: CausalGame) -> tuple[Subgame, ...]:
    """The least subgame around every set of decisions, smallest first.

    Closed under relevance from its decisions and under directed paths. What is cut off enters as
    fixed contexts; those that no play reaches are not feasible and bind nothing.
    """
    blocks = condensation(game)
    found: set[frozenset[str]] = set()
    for count in range(1, len(blocks) + 1):
        for chosen in combinations(blocks, count):
            found.add(_closure(game, [d for block in chosen for d in block]))
    ordered = [_subgame(game, inside) for inside in found]
    return tuple(sorted(ordered, key=lambda part: (len(part.variables), part.variables)))
