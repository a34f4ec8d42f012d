"""Ways through a tree: what `walk` says of every node, against a slow recursion over the tree."""

from collections.abc import Iterator
from fractions import Fraction
from math import prod

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.extensive_form import ExtensiveForm, Node, Path, agrees

from .trees import as_rules, leaves, pure_strategies, random_tree

Visit = tuple[Node, tuple[Path, ...], Fraction, tuple[Fraction, ...]]
trees = st.builds(random_tree, st.integers(0, 10**6), st.integers(1, 4), st.integers(2, 10))


def slowly(tree: ExtensiveForm) -> Iterator[Visit]:
    """Every node with the moves, the chance and the payments on the way to it."""

    def below(
        node: Node, moves: list[Path], chance: Fraction, paid: list[Fraction]
    ) -> Iterator[Visit]:
        own = node.outcome.payoffs if node.outcome is not None else [0] * len(paid)
        paid = [a + b for a, b in zip(paid, own, strict=True)]
        yield node, tuple(moves), chance, tuple(paid)
        here = node.information_set
        for a, child in enumerate(node.children):
            assert here is not None
            if here.player is None:
                assert here.probabilities is not None
                yield from below(child, moves, chance * here.probabilities[a], paid)
            else:
                longer = list(moves)
                longer[here.player] = (*moves[here.player], (here, a))
                yield from below(child, longer, chance, paid)

    n = len(tree.players)
    yield from below(tree.root, [()] * n, Fraction(1), [Fraction(0)] * n)


@settings(max_examples=80)
@given(trees)
def test_a_walk_comes_to_every_node_with_what_has_led_to_it(tree):
    found = [(s.node, s.moves, s.chance, s.paid) for s in tree.walk()]
    assert found == list(slowly(tree))
    assert [node for node, *_ in found] == list(tree.nodes())


@settings(max_examples=60)
@given(trees, st.data())
def test_a_walk_of_a_part_is_that_part(tree, data):
    nodes = list(tree.nodes())
    inner = [n for n in nodes if n.children]
    root = data.draw(st.sampled_from(inner))
    ends = set(data.draw(st.lists(st.sampled_from(nodes), max_size=3))) - {root}
    whole = list(tree.walk(root))
    part = list(tree.walk(root, ends=ends))
    assert {s.node for s in part} <= {s.node for s in whole}
    by_node = {s.node: s for s in whole}
    for step in part:
        visit = by_node[step.node]
        assert (step.moves, step.chance) == (visit.moves, visit.chance)
        own = step.node.outcome.payoffs if step.node.outcome is not None else None
        if step.node in ends and own is not None:  # what is paid there belongs to what is cut off
            assert tuple(a + b for a, b in zip(step.paid, own, strict=True)) == visit.paid
        else:
            assert step.paid == visit.paid
    below = {s.node for end in ends if end in by_node for s in list(tree.walk(end))[1:]}
    assert {s.node for s in part} == {s.node for s in whole} - below


@settings(max_examples=60)
@given(trees, st.integers(0, 10**6))
def test_moves_that_are_drawn_are_moves_of_chance(tree, seed):
    random = np.random.default_rng(seed)
    sets = [s for i in range(len(tree.players)) for s in tree.information_sets(i)]
    drawn = {
        s: [Fraction(1, len(s.actions))] * len(s.actions) for s in sets if random.random() < 0.5
    }
    for cut, whole in zip(tree.walk(drawn=drawn), tree.walk(), strict=True):
        taken = [(s, a) for own in whole.moves for s, a in own if s in drawn]
        assert cut.node is whole.node
        assert cut.chance == whole.chance * prod(drawn[s][a] for s, a in taken)
        left = tuple(tuple(m for m in own if m[0] not in drawn) for own in whole.moves)
        assert cut.moves == left


@settings(max_examples=60)
@given(trees)
def test_ways_and_leaves_are_those_of_the_recursion(tree):
    visits = list(slowly(tree))
    for player in range(len(tree.players)):
        ways = {}
        for node, moves, _, _ in visits:
            here = node.information_set
            if here is not None and here.player == player:
                ways.setdefault(here, {})[moves[player]] = None
        assert tree.ways(player) == {here: list(own) for here, own in ways.items()}
    found = [(s.chance, s.paid) for s in reversed(tree.leaves())]
    plain = [(chance, tuple(paid)) for chance, _, paid in leaves(tree)]
    np.testing.assert_allclose([float(c) for c, _ in found], [c for c, _ in plain])
    np.testing.assert_allclose([[float(x) for x in p] for _, p in found], [p for _, p in plain])


@settings(max_examples=40)
@given(st.builds(random_tree, st.integers(0, 10**6), st.just(2), st.integers(2, 7)), st.data())
def test_plans_agree_with_the_paths_that_are_played(tree, data):
    chosen = [data.draw(st.sampled_from(pure_strategies(tree, i))) for i in range(2)]
    rules = as_rules(chosen)
    reached = sum(
        (leaf.chance for leaf in tree.leaves()
         if all(agrees(plan, path) for plan, path in zip(chosen, leaf.moves, strict=True))),
        Fraction(0),
    )  # fmt: skip
    assert reached == 1
    for leaf in tree.leaves():
        odds = prod(rules[here][a] for path in leaf.moves for here, a in path)
        played = all(agrees(plan, path) for plan, path in zip(chosen, leaf.moves, strict=True))
        assert (odds == 1) == played
