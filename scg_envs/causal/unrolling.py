"""A causal game as a game tree, for Gambit and whoever else reads .efg files.

The variables take their values one after the other, parents first. A decision has an information
set for every context that it can find itself in. Chance variables that bear on no decision and no
utility are left out, and so are moves of probability 0, with the contexts that only they lead to.
"""

from collections.abc import Hashable, Iterable
from fractions import Fraction

import numpy as np

from ..core.errors import InvalidArgument
from .comparison import as_fraction
from .extensive_form import ExtensiveForm, InformationSet, Node, Outcome
from .model import CausalGame, Variable

MAX_NODES = 1 << 18
"""Nodes beyond which a game is not written as a tree."""


def to_extensive_form(game: CausalGame) -> ExtensiveForm:
    """The tree of a causal game; `exchange.write_efg` writes it into a file.

    An information set is labeled with its decision, and with what is observed there, as in
    "D2 | D1=e". Numbers become fractions: those that they evidently stand for, such as 1/3 (see
    `comparison`), else the floats' own; a distribution is then scaled to sum to 1.

    Args:
        game: the game.

    Returns:
        The tree; its players are the game's agents, a leaf pays what their utilities sum to.

    Raises:
        InvalidArgument: more than `MAX_NODES` nodes, or two values of a variable that read alike.
    """
    return _Unrolling(game).tree()


def fraction(number: float) -> Fraction:
    """The rational number that a float evidently stands for, else the float's own value."""
    evident = as_fraction(number)
    return Fraction(number) if evident is None else evident


class _Unrolling:
    """Grows the tree; remembers the information sets."""

    def __init__(self, game: CausalGame) -> None:
        self.game = game
        ends = frozenset(game.utilities()) | frozenset(game.decisions())
        matter = game.ancestors(ends)
        self.order = [
            v for v in game.variables.values() if v.kind != "utility" and v.name in matter
        ]
        self.sets: dict[tuple[str, tuple[int, ...]], InformationSet] = {}
        self.leaves: dict[tuple[Fraction, ...], Outcome] = {}
        self.count = 0

    def tree(self) -> ExtensiveForm:
        return ExtensiveForm(self.game.agents, self.grow({}), self.game.name)

    def grow(self, values: dict[str, int]) -> Node:
        """The node at which the first variables have taken their values (indices)."""
        self.count += 1
        if self.count > MAX_NODES:
            raise InvalidArgument(
                f"{self.game.name} has more than {MAX_NODES} nodes as a tree; write a part of it."
            )
        if len(values) == len(self.order):
            return Node(outcome=self.outcome(values))
        variable = self.order[len(values)]
        here = self.information_set(variable, tuple(values[p] for p in variable.parents))
        moves: Iterable[int] = range(len(variable.domain))
        if variable.table is not None:
            row = variable.table[tuple(values[p] for p in variable.parents)]
            moves = np.flatnonzero(row).tolist()
        children = tuple(self.grow({**values, variable.name: move}) for move in moves)
        return Node("", here, children)

    def information_set(self, variable: Variable, context: tuple[int, ...]) -> InformationSet:
        """Where a variable takes its value; the same one for the same context."""
        key = (variable.name, context)
        if key not in self.sets:
            seen = ", ".join(
                f"{p}={self.game.variables[p].domain[i]}"
                for p, i in zip(variable.parents, context, strict=True)
            )
            label = f"{variable.name} | {seen}" if seen else variable.name
            names = _names(variable.name, variable.domain)
            if variable.table is None:
                assert variable.agent is not None
                player = self.game.agents.index(variable.agent)
                self.sets[key] = InformationSet(player, label, names)
            else:
                row = variable.table[context]
                likely = np.flatnonzero(row)
                shares = [fraction(float(row[i])) for i in likely]
                total = sum(shares)
                self.sets[key] = InformationSet(
                    None,
                    label,
                    tuple(names[i] for i in likely),
                    tuple(share / total for share in shares),
                )
        return self.sets[key]

    def outcome(self, values: dict[str, int]) -> Outcome:
        """What everybody is paid; leaves that pay the same share an outcome."""
        paid = []
        for agent in self.game.agents:
            total = Fraction(0)
            for name in self.game.utilities(agent):
                utility = self.game.variables[name]
                assert utility.table is not None
                total += fraction(float(utility.table[tuple(values[p] for p in utility.parents)]))
            paid.append(total)
        return self.leaves.setdefault(tuple(paid), Outcome("", tuple(paid)))


def _names(variable: str, domain: tuple[Hashable, ...]) -> tuple[str, ...]:
    names = tuple(str(value) for value in domain)
    if len(set(names)) < len(names):
        raise InvalidArgument(
            f"two values of {variable} read alike in a file: {', '.join(names)}; rename one."
        )
    return names
