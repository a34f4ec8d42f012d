"""Paths: every trail by hand on a small graph, and d-separation as no active trail."""

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal import paths, random_game
from scg_envs.core.errors import InvalidArgument, UnknownName

#  A -> B -> C <- D, B -> D, C -> E
GRAPH = nx.DiGraph([("A", "B"), ("B", "C"), ("D", "C"), ("B", "D"), ("C", "E")])


def test_directed_paths() -> None:
    assert set(paths.directed_paths(GRAPH, "A", "E")) == {tuple("ABCE"), tuple("ABDCE")}
    assert list(paths.directed_paths(GRAPH, "A", "E", avoid=("D",))) == [tuple("ABCE")]
    assert paths.has_directed_path(GRAPH, "A", "E", avoid=("D",))
    assert not paths.has_directed_path(GRAPH, "A", "E", avoid=("C",))
    assert not list(paths.directed_paths(GRAPH, "E", "A"))
    # What is avoided may still be an end.
    assert paths.has_directed_path(GRAPH, "A", "B", avoid=("A", "B"))


def test_motifs_and_doors() -> None:
    assert set(paths.trails(GRAPH, "B", "D")) == {tuple("BD"), tuple("BCD")}
    assert paths.motif(GRAPH, tuple("BCD"), 1) == "collider"
    assert paths.motif(GRAPH, tuple("CBD"), 1) == "fork"
    assert paths.motif(GRAPH, tuple("ABC"), 1) == "chain"
    assert set(paths.trails(GRAPH, "C", "D", door="back")) == {tuple("CD"), tuple("CBD")}
    assert set(paths.trails(GRAPH, "C", "E", door="front")) == {tuple("CE")}
    assert set(paths.trails(GRAPH, "B", "D", door="indirect front")) == {tuple("BCD")}
    # The collider is open once it, or what is below it, is known.
    assert set(paths.trails(GRAPH, "B", "D", given=())) == {tuple("BD")}
    assert tuple("BCD") in set(paths.trails(GRAPH, "B", "D", given=("E",)))
    assert not set(paths.trails(GRAPH, "A", "D", given=("B",)))


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.data())
def test_separated_where_no_trail_is_active(seed: int, data: st.DataObject) -> None:
    graph = random_game(seed, decisions=3, chance=3).graph
    names = sorted(graph)
    known = data.draw(st.sets(st.sampled_from(names), max_size=3))
    for one, other in combinations([n for n in names if n not in known], 2):
        active = any(True for _ in paths.trails(graph, one, other, given=known))
        assert paths.d_separated(graph, {one}, {other}, known) is not active
        every = set(paths.trails(graph, one, other))
        doors = [set(paths.trails(graph, one, other, door=d)) for d in ("back", "front")]
        assert doors[0] | doors[1] == every
        assert not doors[0] & doors[1]
        directed = set(paths.directed_paths(graph, one, other))
        indirect = set(paths.trails(graph, one, other, door="indirect front"))
        assert doors[1] == directed | indirect
        assert not directed & indirect
        assert bool(directed) is paths.has_directed_path(graph, one, other)


def test_errors() -> None:
    with pytest.raises(UnknownName, match="unknown variable 'Z'"):
        list(paths.trails(GRAPH, "A", "Z"))
    with pytest.raises(UnknownName, match="unknown variable 'Z'"):
        paths.is_active(GRAPH, tuple("ABC"), {"Z"})
    with pytest.raises(UnknownName, match="Did you mean 'back'"):
        list(paths.trails(GRAPH, "A", "B", door="backk"))  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="from A to itself"):
        list(paths.directed_paths(GRAPH, "A", "A"))
    with pytest.raises(InvalidArgument, match="expected an inner one, from 1 to 1"):
        paths.motif(GRAPH, tuple("ABC"), 2)
    with pytest.raises(InvalidArgument, match="no edge joins E and B"):
        paths.motif(GRAPH, tuple("ABE"), 1)
    with pytest.raises(InvalidArgument, match="A stands in two of the sets"):
        paths.d_separated(GRAPH, {"A"}, {"B"}, {"A"})
