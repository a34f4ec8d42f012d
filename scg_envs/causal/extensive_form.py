"""Games in extensive form: a tree of moves, with information sets, and their normal form."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import TypeAlias

import numpy as np

from ..core.errors import InvalidArgument
from .normal_form.game import Array, NormalForm
from .plans import reduced_plans

MAX_JOINT = 2_000_000
"""Largest number of joint strategies of a normal form."""

MAX_EXACT = 1_000_000
"""Payoffs are added up in rational numbers while joint strategies times leaves are below this."""


@dataclass(frozen=True, eq=False)
class InformationSet:
    """Where a player, or chance, moves without telling some nodes apart. Compared by identity.

    Attributes:
        player: the player's number from 0; None for chance.
        label: its name; may be empty.
        actions: the names of the moves.
        probabilities: chance's, one for each action; None for a player.
    """

    player: int | None
    label: str
    actions: tuple[str, ...]
    probabilities: tuple[Fraction, ...] | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """Payoffs that are paid when play passes a node.

    Attributes:
        label: its name; may be empty.
        payoffs: one for each player.
    """

    label: str
    payoffs: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Node:
    """A node of the tree; without an information set it is a leaf.

    Attributes:
        label: its name; may be empty.
        information_set: who moves here; None in a leaf.
        children: one for each action.
        outcome: what is paid here, or None.
    """

    label: str = ""
    information_set: InformationSet | None = None
    children: tuple["Node", ...] = ()
    outcome: Outcome | None = None


Path: TypeAlias = tuple[tuple[InformationSet, int], ...]
"""Moves of one player, one after the other."""


@dataclass(frozen=True, eq=False)
class Step:
    """A node, and what has led to it.

    Attributes:
        node: the node.
        moves: each player's own moves on the way.
        chance: how likely chance makes its moves on the way.
        paid: what each player is paid on the way and here.
    """

    node: Node
    moves: tuple[Path, ...]
    chance: Fraction
    paid: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class ExtensiveForm:
    """A game in extensive form.

    Attributes:
        players: the players' names.
        root: where play begins.
        title: what the game is called; may be empty.
    """

    players: tuple[str, ...]
    root: Node
    title: str = ""

    @classmethod
    def from_normal_form(cls, game: NormalForm) -> "ExtensiveForm":
        """The tree in which the players move in turn and nobody sees what the others do."""
        sets = [
            InformationSet(i, name, actions)
            for i, (name, actions) in enumerate(zip(game.players, game.actions, strict=True))
        ]
        by_joint = np.moveaxis(game.rational_payoffs, 0, -1)

        def grow(joint: tuple[int, ...]) -> Node:
            depth = len(joint)
            if depth == game.n_players:
                return Node(outcome=Outcome("", tuple(by_joint[joint])))
            children = tuple(grow((*joint, a)) for a in range(game.shape[depth]))
            return Node("", sets[depth], children)

        return cls(game.players, grow(()), game.title)

    def nodes(self) -> Iterator[Node]:
        """All nodes, each before its children, in the order of the actions."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def information_sets(self, player: int | None) -> tuple[InformationSet, ...]:
        """The information sets of a player, or of chance (None), in the order of the tree."""
        found = dict.fromkeys(
            node.information_set
            for node in self.nodes()
            if node.information_set is not None and node.information_set.player == player
        )
        return tuple(found)

    def strategies(self, player: int) -> list[dict[InformationSet, int]]:
        """The reduced strategies of a player.

        Each says what to do wherever the player may still come to move; strategies that differ
        only where their own earlier moves exclude coming are one. Works without perfect recall.

        Raises:
            InvalidArgument: more than `plans.MAX_PLANS`.
        """
        ways = self.ways(player)
        return reduced_plans(ways, {here: len(here.actions) for here in ways})

    def normal_form(self) -> NormalForm:
        """The reduced normal form.

        A strategy is named after its moves, joined by "/" in the order of the information sets,
        with "*" where its own moves exclude coming.

        Raises:
            InvalidArgument: more than `MAX_JOINT` joint strategies.
        """
        n = len(self.players)
        strategies = []
        for player in range(n):
            strategies.append(self.strategies(player))
            if prod(len(own) for own in strategies) > MAX_JOINT:
                raise InvalidArgument(
                    f"more than {MAX_JOINT} joint strategies; the normal form of this game is too "
                    "large."
                )
        shape = tuple(len(own) for own in strategies)
        leaves = self.leaves()
        exact = prod(shape) * len(leaves) <= MAX_EXACT
        payoffs: Array = np.full((n, *shape), Fraction(0) if exact else 0.0)
        for leaf in leaves:
            reached = np.ix_(
                *(
                    [k for k, strategy in enumerate(own) if agrees(strategy, path)]
                    for own, path in zip(strategies, leaf.moves, strict=True)
                )
            )
            for i in range(n):
                value = leaf.chance * leaf.paid[i]
                payoffs[i][reached] += value if exact else float(value)
        names = tuple(self._names(i, strategies[i]) for i in range(n))
        return NormalForm(payoffs, self.players, names, self.title)

    def _names(self, player: int, strategies: list[dict[InformationSet, int]]) -> tuple[str, ...]:
        sets = self.information_sets(player)
        names = [
            "/".join(here.actions[own[here]] if here in own else "*" for here in sets) or "-"
            for own in strategies
        ]
        twice = len(set(names)) < len(names)
        return tuple(f"{name} ({k})" if twice else name for k, name in enumerate(names, start=1))

    def walk(
        self,
        root: Node | None = None,
        drawn: Mapping[InformationSet, Sequence[Fraction]] | None = None,
        ends: Container[Node] = (),
    ) -> Iterator[Step]:
        """Every node with what has led to it, each before its children, in the order of actions.

        Args:
            root: where to begin; None: at the tree's root.
            drawn: information sets of players whose moves are drawn as by chance, and how.
            ends: nodes to end at, before what they pay.
        """
        n = len(self.players)
        root = self.root if root is None else root
        waiting = [Step(root, ((),) * n, Fraction(1), (Fraction(0),) * n)]
        while waiting:
            step = waiting.pop()
            node, here = step.node, step.node.information_set
            if node in ends:
                yield step
                continue
            if node.outcome is not None:
                paid = tuple(a + b for a, b in zip(step.paid, node.outcome.payoffs, strict=True))
                step = replace(step, paid=paid)
            yield step
            if here is None:
                continue
            odds = (drawn or {}).get(here, here.probabilities)
            for a, child in reversed(list(enumerate(node.children))):
                if odds is not None:
                    waiting.append(replace(step, node=child, chance=step.chance * odds[a]))
                else:
                    i = here.player or 0
                    moved = (*step.moves[:i], (*step.moves[i], (here, a)), *step.moves[i + 1 :])
                    waiting.append(replace(step, node=child, moves=moved))

    def ways(self, player: int) -> dict[InformationSet, list[Path]]:
        """For each information set of a player, its own moves that lead to each of its nodes."""
        ways: dict[InformationSet, list[Path]] = {}
        for step in self.walk():
            here = step.node.information_set
            if here is not None and here.player == player:
                known = ways.setdefault(here, [])
                if step.moves[player] not in known:
                    known.append(step.moves[player])
        return ways

    def leaves(self) -> list[Step]:
        """The leaves with what has led to each, the last one first."""
        return [step for step in self.walk() if step.node.information_set is None][::-1]


def agrees(plan: Mapping[InformationSet, int], path: Path) -> bool:
    """Whether a plan makes every move of a path."""
    return all(plan.get(here) == action for here, action in path)
