"""Paths through a graph, one by one: which there are, and what blocks them.

All functions take a directed acyclic graph: `game.graph`, `graph.mechanised_graph(game)` without
the edges between mechanisms, or `incentives.requisite_graph(game, agent)`. A *trail* is a sequence
of adjacent nodes, none of them twice, whatever the edges' directions; a *directed path* follows
them. An inner node of a trail is a *collider* if both edges point at it, a *fork* if neither does,
else a *chain*.

A set Z blocks a trail if it holds one of its forks or chains, or neither one of its colliders nor
anything below that collider; else the trail is *active* given Z. Two nodes are d-separated by Z if
it blocks every trail between them (Pearl 2009, "Causality", Def. 1.2.3). There may be exponentially
many trails: `d_separated` does not list them.
"""

from collections.abc import Collection, Iterator
from typing import Literal, TypeAlias, get_args

import networkx as nx

from ..core.errors import InvalidArgument, UnknownName

Trail: TypeAlias = tuple[str, ...]

Motif: TypeAlias = Literal["chain", "fork", "collider"]

Door: TypeAlias = Literal["any", "back", "front", "indirect front"]
"""How a trail leaves its start: by whatever edge, against its first edge, along it, or along it and
through a collider later on (so that it is no directed path)."""


def directed_paths(
    graph: nx.DiGraph, start: str, end: str, avoid: Collection[str] = ()
) -> Iterator[Trail]:
    """The directed paths from one node to another.

    Args:
        graph: the graph.
        start: where they begin.
        end: where they end.
        avoid: nodes that may not lie between the two.

    Yields:
        The nodes of a path, both ends included.

    Raises:
        UnknownName: no such node.
        InvalidArgument: both ends are the same.
    """
    _check_ends(graph, start, end)
    yield from _simple_paths(graph, start, end, avoid)


def has_directed_path(graph: nx.DiGraph, start: str, end: str, avoid: Collection[str] = ()) -> bool:
    """Whether there is any of `directed_paths`; quick on large graphs, too.

    Args:
        graph: the graph.
        start: where it begins.
        end: where it ends.
        avoid: nodes that may not lie between the two.

    Raises:
        UnknownName: no such node.
        InvalidArgument: both ends are the same.
    """
    _check_ends(graph, start, end)
    return bool(nx.has_path(_without(graph, avoid, start, end), start, end))


def trails(
    graph: nx.DiGraph,
    start: str,
    end: str,
    given: Collection[str] | None = None,
    door: Door = "any",
) -> Iterator[Trail]:
    """The trails between two nodes.

    Args:
        graph: the graph.
        start: where they begin.
        end: where they end.
        given: only those that are active given these nodes; None: blocked or not.
        door: only those that leave the start in this way.

    Yields:
        The nodes of a trail, both ends included.

    Raises:
        UnknownName: no such node, or no such door.
        InvalidArgument: both ends are the same.
    """
    _check_ends(graph, start, end)
    if door not in get_args(Door):
        raise UnknownName("door", door, get_args(Door))
    for trail in _simple_paths(graph.to_undirected(as_view=True), start, end):
        leaves_along = graph.has_edge(trail[0], trail[1])
        if (door == "back" and leaves_along) or ("front" in door and not leaves_along):
            continue
        if door == "indirect front" and nx.is_path(graph, trail):
            continue
        if given is None or is_active(graph, trail, given):
            yield trail


def motif(graph: nx.DiGraph, trail: Trail, position: int) -> Motif:
    """What an inner node of a trail is.

    Args:
        graph: the graph.
        trail: its nodes.
        position: which of them, from 1 to len(trail) - 2; the ends are no motif.

    Raises:
        InvalidArgument: an end of the trail, or neighbors that no edge joins.
    """
    if not 0 < position < len(trail) - 1:
        raise InvalidArgument(
            f"position={position} in a trail of {len(trail)} nodes; expected an inner one, "
            f"from 1 to {len(trail) - 2}."
        )
    before, here, after = trail[position - 1 : position + 2]
    for neighbor in (before, after):
        if not (graph.has_edge(neighbor, here) or graph.has_edge(here, neighbor)):
            raise InvalidArgument(f"no edge joins {neighbor} and {here}; expected a trail.")
    pointing = graph.has_edge(before, here) + graph.has_edge(after, here)
    return ("fork", "chain", "collider")[pointing]


def is_active(graph: nx.DiGraph, trail: Trail, given: Collection[str]) -> bool:
    """Whether information flows along a trail when some nodes are known.

    Args:
        graph: the graph.
        trail: its nodes.
        given: what is known.

    Raises:
        UnknownName: no such node.
        InvalidArgument: neighbors that no edge joins.
    """
    for name in (*trail, *given):
        _check(graph, name)
    known = set(given)
    for position in range(1, len(trail) - 1):
        here = trail[position]
        if motif(graph, trail, position) == "collider":
            if known.isdisjoint({here} | nx.descendants(graph, here)):
                return False
        elif here in known:
            return False
    return True


def d_separated(
    graph: nx.DiGraph, ones: Collection[str], others: Collection[str], given: Collection[str] = ()
) -> bool:
    """Whether some nodes are d-separated from others, given further ones.

    Args:
        graph: the graph.
        ones: nodes.
        others: nodes, none of them among the former.
        given: what is known; none of the others.

    Raises:
        UnknownName: no such node.
        InvalidArgument: a node stands in two of the sets.
    """
    sets = [set(names) for names in (ones, others, given)]
    for name in set().union(*sets):
        _check(graph, name)
        if sum(name in names for names in sets) > 1:
            raise InvalidArgument(f"{name} stands in two of the sets; expected three without it.")
    return bool(nx.is_d_separator(graph, *sets))


def _simple_paths(
    graph: nx.Graph, start: str, end: str, avoid: Collection[str] = ()
) -> Iterator[Trail]:
    yield from map(tuple, nx.all_simple_paths(_without(graph, avoid, start, end), start, end))


def _without(graph: nx.Graph, avoid: Collection[str], start: str, end: str) -> nx.Graph:
    """The graph without some nodes, but with both ends."""
    return graph.subgraph(set(graph).difference(avoid) | {start, end})


def _check_ends(graph: nx.DiGraph, start: str, end: str) -> None:
    for name in (start, end):
        _check(graph, name)
    if start == end:
        raise InvalidArgument(f"from {start} to itself; expected two different ends.")


def _check(graph: nx.DiGraph, name: str) -> None:
    if name not in graph:
        raise UnknownName("variable", name, graph)
