"""What an example is: a game, where it comes from, and the outcome one would like to see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy.typing as npt

from ..builder import GameBuilder
from ..model import CausalGame, Event
from ..rationality import Relation


@dataclass(frozen=True)
class Example:
    """A game by name.

    Attributes:
        name: as the command line knows it.
        source: where it comes from.
        build: makes the game.
        desirable: the desirable outcome Y=y.
        committed: the agent whose pre-policy is of interest.
        relations: decisions whose relation is part of the story, such as a judge's.
    """

    name: str
    source: str
    build: Callable[[], CausalGame]
    desirable: Event
    committed: str
    relations: Mapping[str, Relation] = field(default_factory=dict)


def matrix_game(
    name: str,
    players: tuple[str, str],
    actions: tuple[Sequence[str], Sequence[str]],
    row: npt.ArrayLike,
    column: npt.ArrayLike,
) -> CausalGame:
    """A two-player game in normal form as a causal game; a decision bears its agent's name."""
    builder = GameBuilder(name)
    for player, labels in zip(players, actions, strict=True):
        builder.decision(player, agent=player, actions=labels)
    for player, payoff in zip(players, (row, column), strict=True):
        builder.utility(f"U_{player}", agent=player, parents=players, payoff=payoff)
    return builder.build()
