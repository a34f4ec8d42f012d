"""The subtrees of a tree that are subgames (Selten 1965), and what is left of one without others.

A subgame starts at a node that is an information set by itself, or where chance moves, and contains
every information set that it meets as a whole.
"""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from .extensive_form import ExtensiveForm, InformationSet, Node, Path, Step, agrees
from .factors import Table

Pays = Mapping[Node, tuple[Any, ...]]
"""What each player is paid in subgames, by their first nodes: Fractions, or floats."""


def subgame_roots(tree: ExtensiveForm, given: Container[InformationSet] = ()) -> tuple[Node, ...]:
    """The nodes at which a subgame of a tree starts, each before those inside it.

    Args:
        tree: any tree; its own root is one of them unless it is a leaf.
        given: information sets where the move is drawn by a rule that everybody knows, as by
            chance; they hold nothing together.
    """
    order = list(tree.nodes())
    number = {node: k for k, node in enumerate(order)}
    met: dict[InformationSet, list[int]] = defaultdict(list)
    for k, node in enumerate(order):
        here = node.information_set
        if here is not None and here.player is not None and here not in given:
            met[here].append(k)
    last = list(range(len(order)))
    low, high = list(range(len(order))), list(range(len(order)))
    roots = []
    for k in reversed(range(len(order))):
        node = order[k]
        here = node.information_set
        alone = True
        if here in met:
            assert here is not None
            low[k], high[k] = met[here][0], met[here][-1]
            alone = len(met[here]) == 1
        for child in node.children:
            c = number[child]
            last[k] = max(last[k], last[c])
            low[k], high[k] = min(low[k], low[c]), max(high[k], high[c])
        if here is not None and (k == 0 or (alone and low[k] >= k and high[k] <= last[k])):
            roots.append(node)
    return tuple(reversed(roots))


@dataclass(frozen=True, eq=False)
class Piece:
    """A subgame without those inside it.

    Attributes:
        ends: where it ends: leaves, and the first nodes of other subgames.
        ways: for each player and information set in it, the player's own moves in it on the way.
        inside: the subgames that it leads into.
    """

    ends: tuple[Step, ...]
    ways: tuple[Mapping[InformationSet, Sequence[Path]], ...]
    inside: tuple[Node, ...]

    def table(self, plans: Sequence[Sequence[Mapping[InformationSet, int]]], pays: Pays) -> Any:
        """What the players' plans pay; shape (players, plans of the first, ...)."""
        exact = all(isinstance(x, Fraction) for paid in pays.values() for x in paid)
        n = len(self.ways)
        payoffs = np.full((n, *map(len, plans)), Fraction(0) if exact else 0.0)
        for end in self.ends:
            after = pays.get(end.node, (Fraction(0),) * n)
            reached = np.ix_(
                *(
                    [k for k, plan in enumerate(own) if agrees(plan, path)]
                    for own, path in zip(plans, end.moves, strict=True)
                )
            )
            for i in range(n):
                worth = end.paid[i] + after[i] if exact else float(end.paid[i]) + float(after[i])
                payoffs[i][reached] += end.chance * worth if exact else float(end.chance) * worth
        return payoffs

    def expected(self, rules: Mapping[InformationSet, Table], pays: Pays) -> tuple[float, ...]:
        """What rules pay each player."""
        n = len(self.ways)
        total = np.zeros(n)
        for end in self.ends:
            odds = prod(float(rules[h][a]) for path in end.moves for h, a in path)
            after = pays.get(end.node, (0.0,) * n)
            paid = [float(a) + float(b) for a, b in zip(end.paid, after, strict=True)]
            total += float(end.chance) * odds * np.array(paid)
        return tuple(total.tolist())


def cut(
    tree: ExtensiveForm,
    root: Node,
    drawn: Mapping[InformationSet, Sequence[Fraction]],
    subgames: Container[Node],
) -> Piece:
    """What is left of a subgame when those inside it are cut off.

    Args:
        tree: the whole tree.
        root: where the subgame starts.
        drawn: information sets whose moves are drawn by rules that everybody knows.
        subgames: the first nodes of those inside.
    """
    ends: list[Step] = []
    ways: list[dict[InformationSet, list[Path]]] = [{} for _ in tree.players]
    for step in tree.walk(root, drawn, subgames):
        here = step.node.information_set
        if here is None or step.node in subgames:
            ends.append(step)
        elif here.player is not None and here not in drawn:
            known = ways[here.player].setdefault(here, [])
            if step.moves[here.player] not in known:
                known.append(step.moves[here.player])
    inside = tuple(end.node for end in ends if end.node in subgames)
    return Piece(tuple(ends), tuple(ways), inside)
