"""The barrier game's rules: a small table from where a barrier sees blue to its move.

    space = rules(BarrierGame("gates"), "red", sense="sides")
    space.parse("from (2,4): right=stay below=down left=up above=up")

What a barrier sees of blue is one of a few cases, its *sense*:

| sense | cases |
| --- | --- |
| `sides` | right, below, left, above: where blue is farther off; right or left if equal |
| `compass` | the eight directions, such as below-left |
| `columns` | left, same, right: blue's column beside its own |
| `rows` | above, same, below: blue's row beside its own |

A rule begins on a post and names a move for each case. Walls and goals stop it, as blue and the
other barrier do. It is stationary: what it does depends on where it and blue are now, and on
nothing else, so that the pair of both is all of the state, and nothing has to be remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from gymnasium.spaces import MultiDiscrete
from numpy.typing import NDArray

from ...core.checks import check_memory
from ...core.errors import InvalidCommitment, UnknownName
from ...core.spaces import multi_discrete
from .families import Family, FiniteWalks, ManyWalks, walks_of
from .game import BarrierGame
from .layouts import Cell, Layout
from .tables import ACTIONS, tables_of
from .walkers import Walker

USUAL = "sides"
_ROWS, _COLUMNS = ("above", "same", "below"), ("left", "same", "right")
_COMPASS = tuple(
    "-".join(word for word in (row, column) if word != "same")
    for row in _ROWS
    for column in _COLUMNS
    if (row, column) != ("same", "same")
)
SENSES: dict[str, tuple[str, ...]] = {
    "sides": ("right", "below", "left", "above"),
    "compass": _COMPASS,
    "columns": _COLUMNS,
    "rows": _ROWS,
}
_RULE = re.compile(r"\s*from\s*\(\s*(-?\d+)\s*,\s*(-?\d+)\s*\)\s*:(.*)", re.ASCII | re.DOTALL)
Rule = tuple[int, tuple[int, ...]]  # the number of the post, and the move for each case


class Rules(Family[Rule]):
    """The rules of a barrier by a sense.

    Attributes:
        cases: the names of what it may see.
        sense: (cells, cells) which case it is, by its own cell and blue's.
    """

    def __init__(self, layout: Layout, committed: str, sense: str) -> None:
        """Tell the cases apart everywhere.

        Args:
            layout: the layout.
            committed: the barrier that moves.
            sense: one of `SENSES`.

        Raises:
            UnknownName: no barrier, or no such sense.
        """
        layout.other_barrier(committed)
        if sense not in SENSES:
            raise UnknownName("sense of a rule", sense, SENSES)
        self.layout, self.committed, self.cases = layout, committed, SENSES[sense]
        tables = tables_of(layout)
        self._posts, self._moves = tables.posts[committed], tables.next_cell[0]
        self.sense = sensed(tables.xy, sense)
        nowhere, nothing = (layout.width, layout.height), [len(ACTIONS)] * len(self.cases)
        self.null = np.array([*nowhere, *nothing], dtype=np.uint8)

    @property
    def number(self) -> float:
        """How many posts and tables there are."""
        return float(len(self._posts) * len(ACTIONS) ** len(self.cases))

    @property
    def dimension(self) -> int:
        """The post, and the move in each case."""
        return 1 + len(self.cases)

    @property
    def states(self) -> int:
        """The cells."""
        return self.layout.width * self.layout.height

    @property
    def shown_space(self) -> MultiDiscrete:
        """The post, and the moves; a new space at each call."""
        return multi_discrete((self.null + 1).tolist())

    def all(self) -> Iterator[Rule]:
        """Every rule, those that stand still first of each post's."""
        moves = range(len(ACTIONS))
        for post in range(len(self._posts)):
            yield from ((post, table) for table in product(moves, repeat=len(self.cases)))

    def at(self, unit: NDArray[np.float64]) -> Rule:
        """The rule that numbers stand for: each in equal parts, the post's and the moves'."""
        sizes = self._sizes
        numbers = np.minimum((unit * sizes).astype(np.int64), sizes - 1).tolist()
        return numbers[0], tuple(numbers[1:])

    def unit(self, member: Rule) -> NDArray[np.float64]:
        """(dimension,) the middle of each part."""
        numbers = np.array([member[0], *member[1]], dtype=np.float64)
        return np.asarray((numbers + 0.5) / self._sizes)

    @property
    def _sizes(self) -> NDArray[np.int64]:
        return np.array([len(self._posts), *[len(ACTIONS)] * len(self.cases)])

    def read(self, label: Any) -> Rule:
        """The rule said as `from (2,4): right=stay below=down left=up above=up`.

        Raises:
            InvalidCommitment: it says none.
        """
        said = _RULE.fullmatch(label) if isinstance(label, str) else None
        if said is None:
            raise self._wrong(label)
        post = self.layout.post_number(self.committed, (int(said[1]), int(said[2])))
        table: dict[str, int] = {}
        for word in said[3].replace(",", " ").split():
            case, equals, move = word.partition("=")
            if not equals or case in table:
                raise self._wrong(label)
            for what, name, known in (("case", case, self.cases), ("move", move, ACTIONS)):
                if name not in known:
                    raise InvalidCommitment(str(UnknownName(f"{what} of a rule", name, known)))
            table[case] = ACTIONS.index(move)
        missing = [case for case in self.cases if case not in table]
        if missing:
            raise InvalidCommitment(
                f"{self.committed}'s rule {label!r} names no move for {', '.join(missing)}; "
                f"expected one for each of {', '.join(self.cases)}."
            )
        return post, tuple(table[case] for case in self.cases)

    def label(self, member: Rule) -> str:
        """For instance `from (2,4): right=stay below=down left=up above=up`."""
        x, y = self.start(member)
        moves = zip(self.cases, member[1], strict=True)
        return f"from ({x},{y}): {' '.join(f'{case}={ACTIONS[move]}' for case, move in moves)}"

    def describe(self, member: Rule) -> str:
        """For instance "follows the rule from (2,4): right=stay below=down left=up above=up"."""
        return f"follows the rule {self.label(member)}"

    def standing(self, post: Cell) -> Rule:
        """The rule that stays whatever it sees."""
        return self.layout.post_number(self.committed, post), (0,) * len(self.cases)

    def start(self, member: Rule) -> Cell:
        """The post on which it begins."""
        return self.layout.posts[self.committed][member[0]]

    def walker(self, member: Rule) -> Walker:
        """The rule as a table over its own cell and blue's."""
        post, table = member
        return self._walker(np.array(table)[self.sense], int(self._posts[post]))

    def _walker(self, moves: NDArray[Any], start: int) -> Walker:
        own = np.arange(len(self._moves), dtype=np.int32)
        return Walker(own, self._moves[own[:, None], moves].astype(np.int32), start, by_cell=True)

    def shown(self, member: Rule) -> NDArray[np.uint8]:
        """(1, 2 + cases) the post, and the moves."""
        return np.array([[*self.start(member), *member[1]]], dtype=np.uint8)

    def seen(self, token: NDArray[Any]) -> Walker | None:
        """The rule that followers are shown."""
        if token[2] == len(ACTIONS):
            return None
        return self._walker(np.asarray(token[2:])[self.sense], 0)

    def _wrong(self, label: Any) -> InvalidCommitment:
        one = self.label(self.standing(self.layout.posts[self.committed][0]))
        return InvalidCommitment(
            f"{self.committed}'s rule is {label!r}; expected a post and a move for each of "
            f"{', '.join(self.cases)}, such as {one!r}."
        )


def sensed(xy: NDArray[np.uint8], sense: str) -> NDArray[np.uint8]:
    """(cells, cells) which case of a sense it is, by the barrier's cell and blue's.

    Args:
        xy: (cells, 2) the cells' coordinates.
        sense: one of `SENSES`.

    Raises:
        InvalidArgument: a board so large that the table would fill the memory.
    """
    place = xy.astype(np.int64)
    check_memory(
        f"what a barrier senses between {len(xy)} cells",
        2 * len(xy) ** 2 * place.itemsize,
        "take a smaller board",
    )
    dx, dy = np.moveaxis(place[None, :] - place[:, None], 2, 0)
    if sense == "columns":
        case = np.sign(dx) + 1
    elif sense == "rows":
        case = np.sign(dy) + 1
    elif sense == "compass":
        case = 3 * (np.sign(dy) + 1) + np.sign(dx) + 1
        case = np.where(case > 4, case - 1, case)  # 4 is where the barrier itself is
    else:
        beside = np.abs(dx) >= np.abs(dy)
        case = np.where(beside, np.where(dx >= 0, 0, 2), np.where(dy > 0, 1, 3))
    return case.astype(np.uint8)


def rules(
    game: BarrierGame, committed: str = "red", sense: str = USUAL
) -> FiniteWalks[Rule] | ManyWalks[Rule]:
    """The rules of a barrier by a sense.

    Args:
        game: whose layout it is.
        committed: the barrier.
        sense: one of `SENSES`.

    Raises:
        UnknownName: no barrier, or no such sense.
    """
    return walks_of(Rules(game.layout, committed, sense), "a rule")
