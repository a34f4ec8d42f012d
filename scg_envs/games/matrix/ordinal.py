"""The 144 strict ordinal 2x2 games, in the topology of Robinson and Goforth.

Each player ranks the four cells from 1 to 4 without ties. Which row is called the first and which
column the left one does not matter, so games are turned until the row player's 4 is in the right
column and the column player's 4 in the upper row. That leaves 12 patterns for each player.

Swapping two payoffs of neighboring rank is the smallest change of a player's preferences. The
prisoner's dilemma is where the patterns begin: swapping 1 with 2, then 2 with 3, and so on in turn,
gives 6 patterns and comes back to the first. These are numbered 1 to 6; so are the other 6, in
which the player's 4 is where both get theirs if both do so, with the stag hunt as number 2. Along
both, numbers 1 and 2, 3 and 4, 5 and 6 differ by a swap of 1 and 2, the others by one of 2 and 3.

A game's number is layer, row, column: g_lrc. The row player's pattern has number r, the column
player's number c. The layer says which 6 patterns these are of: layer 1 holds the prisoner's
dilemma (111) and chicken (122), with the 4s in opposite corners; layer 3 the stag hunt (322), with
both 4s in one cell; a swap of the column player's 3 and 4 leads from layer 1 to layer 2, one of the
row player's to layer 4.

David Robinson and David Goforth, "The Topology of the 2x2 Games: A New Periodic Table" (2005);
names after Bryan Bruns, "Names for Games: Locating 2x2 Games" (Games, 2015). Symmetric games have
a name of their own, the others the names of the row's and the column's pattern, with a slash.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import NormalForm
from ...core.errors import UnknownName
from .matrix_game import MatrixGame, joint_labels

AGENTS = ("human", "ai")
ACTIONS = (("up", "down"), ("left", "right"))

_DISCORD, _HARMONY = 0, 1  # the two dozens of patterns
_HALVES = {1: (_DISCORD, _DISCORD), 2: (_DISCORD, _HARMONY), 3: (_HARMONY, _HARMONY)}
_HALVES[4] = (_HARMONY, _DISCORD)

# The row player's payoffs (up left, up right, down left, down right) in the prisoner's dilemma and
# the stag hunt, and the number of the pattern.
_BEGINNINGS: dict[int, tuple[tuple[int, ...], int]] = {
    _DISCORD: ((1, 3, 2, 4), 1),
    _HARMONY: ((1, 4, 2, 3), 2),
}

PATTERN_NAMES = (
    ("prisoners_dilemma", "chicken", "leader", "hero", "compromise", "deadlock"),
    ("concord", "stag_hunt", "assurance", "coordination", "peace", "harmony"),
)
"""The symmetric games of layers 1 and 3, which give the patterns 1 to 6 their names."""

ALSO_CALLED = {"battle": "leader", "no_conflict": "concord"}
"""Other names in use."""

NUMBERS: tuple[str, ...] = tuple(
    f"{layer}{row}{column}" for layer, row, column in product(_HALVES, range(1, 7), range(1, 7))
)
"""All 144 numbers, from "111" to "466"."""


def swapped(pattern: tuple[int, ...], low: int) -> tuple[int, ...]:
    """The pattern with the ranks `low` and `low + 1` exchanged."""
    return tuple({low: low + 1, low + 1: low}.get(rank, rank) for rank in pattern)


@cache
def _patterns(half: int) -> tuple[tuple[int, ...], ...]:
    """The row player's patterns 1 to 6 of a half."""
    pattern, number = _BEGINNINGS[half]
    found = {number: pattern}
    for _ in range(5):
        pattern = swapped(pattern, 1 if number % 2 else 2)
        number = number % 6 + 1
        found[number] = pattern
    return tuple(found[k] for k in range(1, 7))


def ordinal_payoffs(number: str) -> NDArray[np.float64]:
    """(2, 2, 2) the payoffs, 1 to 4, of the row and the column player."""
    layer, row, column = map(int, number)
    halves = _HALVES[layer]
    one = np.array(_patterns(halves[0])[row - 1], dtype=np.float64).reshape(2, 2)
    two = np.array(_patterns(halves[1])[column - 1], dtype=np.float64).reshape(2, 2)
    # The column player sees the same game with rows and columns exchanged and turned around.
    return np.stack([one, two[::-1, ::-1].T])


def ordinal_name(number: str) -> str:
    """The name of a game by number."""
    layer, row, column = map(int, number)
    halves = _HALVES[layer]
    names = [PATTERN_NAMES[half][k - 1] for half, k in zip(halves, (row, column), strict=True)]
    return names[0] if names[0] == names[1] else "/".join(names)


@cache
def _numbers() -> dict[str, str]:
    """Numbers by name."""
    known = {ordinal_name(number): number for number in NUMBERS}
    return known | {other: known[name] for other, name in ALSO_CALLED.items()}


def ordinal_number(name: str) -> str:
    """The number of a game by number or name.

    Raises:
        UnknownName: neither; the message lists the symmetric games.
    """
    if name in NUMBERS:
        return name
    number = _numbers().get(name)
    if number is None:
        symmetric = [known for known in _numbers() if "/" not in known]
        hint = 'Others are called "row pattern/column pattern", or by number, "111" to "466".'
        raise UnknownName("ordinal game", name, symmetric, hint)
    return number


def is_ordinal(name: str) -> bool:
    """Whether a name or number is that of an ordinal game."""
    return name in NUMBERS or name in _numbers()


def _title(pattern: str) -> str:
    return pattern.replace("prisoners", "prisoner's").replace("_", " ").capitalize()


def ordinal_numbers() -> tuple[str, ...]:
    """All 144 numbers, from "111" to "466"."""
    return NUMBERS


def ordinal(layout: str = "111") -> MatrixGame:
    """The 144 strict ordinal 2x2 games, by number or name."""
    return ordinal_game(layout)


def ordinal_game(name: str) -> MatrixGame:
    """One of the 144 games; the human is the row player, the AI commits.

    The human wants its own favorite cell.

    Args:
        name: a number ("111") or a name ("prisoners_dilemma", "chicken/stag_hunt").

    Raises:
        UnknownName: no such game.
    """
    number = ordinal_number(name)
    called = ordinal_name(number)
    title = " / ".join(_title(part) for part in called.split("/"))
    form = NormalForm(ordinal_payoffs(number), AGENTS, ACTIONS, title=f"{title} ({number})")
    return MatrixGame(
        form,
        desirable=joint_labels(form)[int(form.payoffs[0].argmax())],
        committed="ai",
        name=number,
        title=form.title,
        summary=f"strict ordinal 2x2 game {number}, {called}",
        source="Robinson and Goforth 2005, The Topology of the 2x2 Games",
    )
