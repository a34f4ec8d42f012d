"""Games in normal and in extensive form as causal games.

In a causal game made from a tree every information set is a decision that observes nothing: a rule
says what to do if play comes there. Chance is summed out of the utilities. The tree knows more than
the graph, and the game keeps it: what a decision relies on (the moves that may follow it, and
earlier moves that bear on where in the information set the mover is), and its owner's own moves on
the way. The latter make policies *plans*, which say nothing where the owner's own moves exclude
coming: so a game is the same whether it is written as a tree or as the table of its reduced normal
form.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import lcm, prod

import numpy as np

from ..core.errors import InvalidArgument
from .builder import GameBuilder
from .comparison import EXACT_UP_TO, Amounts
from .extensive_form import ExtensiveForm, InformationSet
from .model import CausalGame, Origin
from .normal_form.game import NormalForm

UNTITLED = "game"
"""The name of a game without a title."""

LARGEST = 1 << 22
"""Combinations of moves beyond which a tree is not turned into a causal game."""


def from_normal_form(game: NormalForm) -> CausalGame:
    """A causal game in which each player has one decision, named after it, observing nothing."""
    builder = GameBuilder(game.title or UNTITLED)
    for player, actions in zip(game.players, game.actions, strict=True):
        builder.decision(player, agent=player, actions=actions)
    for i, player in enumerate(game.players):
        name = _fresh(f"U_{player}", game.players)
        builder.utility(name, agent=player, parents=game.players, payoff=game.measured[i])
    return builder.build()


def _fresh(name: str, taken: "tuple[str, ...] | list[str]") -> str:
    """The name, with primes if it is taken."""
    while name in taken:
        name += "'"
    return name


def from_extensive_form(game: ExtensiveForm) -> CausalGame:
    """A causal game whose decisions are the players' information sets.

    A decision bears the information set's label if no other has it, else the player's name, with a
    number where the player has several.

    Raises:
        InvalidArgument: too many combinations of moves, or a player who comes to an information
            set twice in one play.
    """
    sets = [s for i in range(len(game.players)) for s in game.information_sets(i)]
    names = _names(game, sets)
    shape = tuple(len(s.actions) for s in sets)
    if prod(shape) > LARGEST:
        raise InvalidArgument(
            f"{prod(shape)} combinations of moves in {game.title or 'the tree'}; expected at most "
            f"{LARGEST}. Solve a part of the game."
        )
    leaves: list[tuple[Mapping[InformationSet, int], list[Fraction]]] = []
    relies: dict[InformationSet, set[InformationSet]] = {s: set() for s in sets}
    arrivals: dict[InformationSet, list[dict[InformationSet, int]]] = {s: [] for s in sets}
    for step in game.walk():
        here = step.node.information_set
        moves = {s: a for own in step.moves for s, a in own}
        if here is None:
            leaves.append((moves, [step.chance * x for x in step.paid]))
        elif here.player is not None:
            if here in moves:
                raise InvalidArgument(
                    f"the information set {names[here]} comes twice in one play; expected once."
                )
            arrivals[here].append(moves)
            for earlier in moves:
                relies[earlier].add(here)
    for here, ways in arrivals.items():
        for earlier in {s for way in ways for s in way}:
            if len({way.get(earlier) for way in ways}) > 1:
                relies[here].add(earlier)
    payoffs = [
        _summed(sets, [(moves, paid[i]) for moves, paid in leaves])
        for i in range(len(game.players))
    ]
    builder = GameBuilder(game.title or UNTITLED)
    for s in sets:
        assert s.player is not None
        builder.decision(names[s], agent=game.players[s.player], actions=s.actions)
    decisions = tuple(names[s] for s in sets)
    for i, player in enumerate(game.players):
        name = _fresh(f"U_{player}", decisions)
        builder.utility(name, agent=player, parents=decisions, payoff=payoffs[i])
    reliance = {names[s]: frozenset(names[o] for o in others) for s, others in relies.items()}
    own_moves = {
        names[s]: tuple(tuple((names[o], a) for o, a in way) for way in ways)
        for i in range(len(game.players))
        for s, ways in game.ways(i).items()
    }
    origin = Origin(game, names)
    return replace(builder.build(), reliance=reliance, own_moves=own_moves, origin=origin)


def _summed(
    sets: list[InformationSet],
    leaves: list[tuple[Mapping[InformationSet, int], Fraction]],
) -> Amounts:
    """What the leaves pay for every combination of moves, shape (moves of the first set, ...).

    Added up in whole numbers, so that ties of the tree are ties of the table.
    """
    axis = {s: i for i, s in enumerate(sets)}
    unit = lcm(*(x.denominator for _, x in leaves))
    counts = [(moves, int(x * unit)) for moves, x in leaves]
    small = max(unit, sum(abs(n) for _, n in counts)) <= EXACT_UP_TO
    table = np.zeros([len(s.actions) for s in sets], dtype=np.int64 if small else object)
    for moves, number in counts:
        where: list[int | slice] = [slice(None)] * len(sets)
        for s, move in moves.items():
            where[axis[s]] = move
        table[tuple(where)] += number
    return Amounts(table.astype(np.float64) if small else table, Fraction(1, unit))


def _names(game: ExtensiveForm, sets: list[InformationSet]) -> dict[InformationSet, str]:
    labels = [s.label for s in sets]
    names: dict[InformationSet, str] = {}
    for i, player in enumerate(game.players):
        own = game.information_sets(i)
        for k, s in enumerate(own, start=1):
            if s.label and labels.count(s.label) == 1:
                names[s] = s.label
            else:
                name = player if len(own) == 1 else f"{player} {k}"
                names[s] = _fresh(name, labels)
    return names
