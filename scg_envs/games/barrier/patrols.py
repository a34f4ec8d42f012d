"""The barrier game's patrols: a closed route that a barrier walks, over and over.

    space = patrols(BarrierGame("gates"), "red", longest=4)
    space.parse("(1,2) (1,3) (1,2)")          # there and back; where a cell is said twice it waits

A route begins on one of the barrier's posts, where the barrier stands when play begins, goes from
each cell to a neighbor or stays, never through walls or goals, and ends where it began. So the
start is its phase: a route that begins elsewhere on the same circle is another patrol. A post is a
patrol of no steps, and a route that is another one walked twice is that other one.

Followers are shown the cells from where the barrier is now to the end of the circle, at every step
anew: the route and the phase. The null token is `(width, height)` again and again.

Of up to `families.MOST` routes the space is finite, and every route has a number. More are a
continuum of routes drawn move by move: number 0 of a point in the unit cube says how many steps
(all are as likely), number 1 where, and number k + 2 the k-th move, each in proportion to the
number of routes that are left then. So uniform points are uniform routes among those of as many
steps, repetitions of shorter ones included.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import scipy
from gymnasium.spaces import MultiDiscrete
from numpy.typing import NDArray

from ...core.checks import check_memory
from ...core.errors import InvalidArgument, InvalidCommitment
from ...core.spaces import multi_discrete
from .families import Family, FiniteWalks, ManyWalks, walks_of
from .game import BarrierGame
from .layouts import Cell, Layout
from .tables import ACTIONS, tables_of
from .walkers import Walker

USUAL, LONGEST = 4, 64  # steps
_PAIR = re.compile(r"[(\[]\s*(-?\d+)\s*,\s*(-?\d+)\s*[)\]]", re.ASCII)
Route = tuple[Cell, ...]  # without its end, which is its beginning


class Routes(Family[Route]):
    """The closed routes of a barrier: what they are, how they are said, and how they walk.

    Attributes:
        layout: the layout.
        committed: the barrier.
        longest: the most steps of a route.
    """

    def __init__(self, layout: Layout, committed: str, longest: int) -> None:
        """Count the routes from each cell.

        Args:
            layout: the layout.
            committed: the barrier that walks.
            longest: the most steps of a route.

        Raises:
            UnknownName: no barrier.
            InvalidArgument: not a whole number of steps from 1 to `LONGEST`.
        """
        layout.other_barrier(committed)
        if not 1 <= longest <= LONGEST:
            raise InvalidArgument(
                f"the longest patrol has {longest} steps; expected a whole number from 1 to "
                f"{LONGEST}, such as 'patrol:{USUAL}'."
            )
        self.layout, self.committed, self.longest = layout, committed, longest
        tables = tables_of(layout)
        moves = tables.next_cell[0][:, : len(ACTIONS)].astype(np.int64)
        self._neighbors = [sorted(set(row)) for row in moves.tolist()]
        self._posts = tables.posts[committed]
        # Where there is no further cell.
        self._blank = np.array([layout.width, layout.height], dtype=np.uint8)
        self.null = np.tile(self._blank, longest)
        cells, ends = len(moves), len(self._posts)
        check_memory(
            f"the ways of {longest} steps from {cells} cells to {ends} posts",
            (longest + 1) * cells * ends * np.dtype(np.float64).itemsize,
            "draw fewer posts, or take shorter patrols",
        )
        step = scipy.sparse.csr_array(
            (
                np.ones(sum(map(len, self._neighbors))),
                np.concatenate(self._neighbors),
                np.cumsum([0, *map(len, self._neighbors)]),
            ),
            shape=(cells, cells),
        )
        # How many ways there are from each cell to each post in so many steps.
        start = np.zeros((cells, ends))
        start[self._posts, np.arange(ends)] = 1
        self._ways = [start]
        for _ in range(longest):
            self._ways.append(step @ self._ways[-1])
        self._closed = [ways[self._posts, np.arange(len(self._posts))] for ways in self._ways]
        posts = self._posts.tolist()
        self._column = {post: column for column, post in enumerate(posts)}
        self._begin = [_Shares(posts, closed) for closed in self._closed]
        self._shares: dict[tuple[int, int, int], _Shares] = {}

    @property
    def dimension(self) -> int:
        """How many steps, where, and a number for each further move."""
        return self.longest + 1

    @property
    def states(self) -> int:
        """The phases of the longest."""
        return self.longest

    @property
    def shown_space(self) -> MultiDiscrete:
        """Cells, `(width, height)` where there is none; a new space at each call."""
        return multi_discrete([self.layout.width + 1, self.layout.height + 1] * self.longest)

    @property
    def number(self) -> float:
        """How many closed ways there are, repetitions of shorter ones included."""
        return float(np.sum(self._closed[1:]))

    def all(self) -> Iterator[Route]:
        """Every route once: the posts first, then by the number of steps."""
        for steps in range(1, self.longest + 1):
            for column, post in enumerate(self._posts.tolist()):
                yield from self._from(column, [post], steps)

    def _from(self, column: int, way: list[int], steps: int) -> Iterator[Route]:
        """The routes of so many steps that begin so, but for repetitions of shorter ones."""
        left = steps - len(way) + 1
        if left == 1:
            if way[0] in self._neighbors[way[-1]] and len(_root(way)) == steps:
                yield self._cells(way)
            return
        for cell in self._neighbors[way[-1]]:
            if self._ways[left - 1][cell, column]:
                yield from self._from(column, [*way, cell], steps)

    def at(self, unit: NDArray[np.float64]) -> Route:
        """The route that numbers of the unit cube stand for."""
        numbers = unit.tolist()
        steps = 1 + min(int(numbers[0] * self.longest), self.longest - 1)
        way = [self._begin[steps].thing(numbers[1])]
        column = self._column[way[0]]
        for k in range(1, steps):
            way.append(self._moves_from(way[-1], column, steps - k).thing(numbers[k + 1]))
        return self._cells(_root(way))

    def unit(self, member: Route) -> NDArray[np.float64]:
        """(longest + 1,) the middle of the numbers that stand for a route."""
        way = [y * self.layout.width + x for x, y in member]
        unit, steps = np.full(self.longest + 1, 0.5), len(way)
        unit[0] = (steps - 0.5) / self.longest
        unit[1] = self._begin[steps].middle(way[0])
        for k in range(1, steps):
            moves = self._moves_from(way[k - 1], self._column[way[0]], steps - k)
            unit[k + 1] = moves.middle(way[k])
        return unit

    def _moves_from(self, cell: int, column: int, left: int) -> _Shares:
        """Where to go from a cell, to be back at a post in so many steps after that."""
        key = cell, column, left
        if key not in self._shares:
            near = self._neighbors[cell]
            self._shares[key] = _Shares(near, self._ways[left][near, column])
        return self._shares[key]

    def read(self, label: Any) -> Route:
        """The route that a label names: cells, the last of which is the first.

        Raises:
            InvalidCommitment: it is none; the message names the cells.
        """
        if isinstance(label, str):
            cells = [(int(x), int(y)) for x, y in _PAIR.findall(label)]
            if not cells or _PAIR.sub("", label).strip("()[], "):
                raise self._wrong(label)
        else:
            try:
                cells = [(int(x), int(y)) for x, y in label]
            except (TypeError, ValueError):
                raise self._wrong(label) from None
            if not cells:
                raise self._wrong(label)
        way = cells if len(cells) == 1 else cells[:-1]
        self._check(cells)
        route = self._cells(_root([y * self.layout.width + x for x, y in way]))
        if len(route) > self.longest:
            raise InvalidCommitment(
                f"{self.committed}'s patrol has {len(route)} steps, and those here have "
                f"{self.longest} at most; take the pre-policies 'patrol:{len(route)}'."
            )
        return route

    def _check(self, cells: Sequence[Cell]) -> None:
        layout, whose = self.layout, f"{self.committed}'s patrol"
        for x, y in cells:
            if not (0 <= x < layout.width and 0 <= y < layout.height):
                raise InvalidCommitment(
                    f"{whose} goes to ({x},{y}), which is not on the board of layout "
                    f"{layout.name!r}: columns are 0 to {layout.width - 1}, rows 0 to "
                    f"{layout.height - 1}."
                )
        for number, cell in enumerate(cells):
            what = "wall" if cell in layout.walls else "goal" if cell in layout.goals else ""
            if what:
                come = f" from {_said(cells[number - 1])}" if number else ""
                raise InvalidCommitment(
                    f"{whose} goes{come} to {_said(cell)}, which is a {what} in layout "
                    f"{layout.name!r}; barriers enter neither walls nor goals, so lead it around."
                )
        for one, other in pairwise(cells):
            if abs(one[0] - other[0]) + abs(one[1] - other[1]) > 1:
                raise InvalidCommitment(
                    f"{whose} goes from {_said(one)} to {_said(other)}, which are not next to "
                    "each other; name every cell on its way."
                )
        if cells[0] != cells[-1]:
            raise InvalidCommitment(
                f"{whose} begins at {_said(cells[0])} and ends at {_said(cells[-1])}; a patrol is "
                "closed, so let it end where it begins."
            )
        layout.post_number(self.committed, cells[0])

    def walker(self, route: Route) -> Walker:
        """The patrol, whose states are its phases."""
        width, n = self.layout.width, len(route)
        cell = np.array([y * width + x for x, y in route], dtype=np.int32)
        following = (np.arange(n, dtype=np.int32) + 1) % n
        return Walker(cell, following[:, None].astype(np.int32), 0)

    def shown(self, route: Route) -> NDArray[np.uint8]:
        """(steps, 2 longest) what followers are shown in each phase."""
        rows = np.tile(self._blank, (len(route), self.longest))
        for phase in range(len(route)):
            rows[phase, : 2 * len(route)] = np.ravel(route[phase:] + route[:phase])
        return rows

    def seen(self, token: NDArray[Any]) -> Walker | None:
        """The walker that followers are shown, in the phase in which it is."""
        pairs = [(x, y) for x, y in np.asarray(token).reshape(-1, 2).tolist()]
        route = tuple(pair for pair in pairs if pair != tuple(self._blank))
        return self.walker(route) if route else None

    def standing(self, post: Cell) -> Route:
        """The patrol of that cell alone."""
        return (post,)

    def start(self, route: Route) -> Cell:
        """The post on which it begins."""
        return route[0]

    @staticmethod
    def label(route: Route) -> list[list[int]]:
        """The cells, the last of which is the first; of a post that one alone."""
        return [list(cell) for cell in (route if len(route) == 1 else (*route, route[0]))]

    @staticmethod
    def describe(route: Route) -> str:
        """For instance "walks (1,2) (1,3) (1,2)"."""
        if len(route) == 1:
            return f"holds the post ({route[0][0]}, {route[0][1]})"
        return f"walks {' '.join(map(_said, (*route, route[0])))} again and again"

    def _cells(self, way: Sequence[int]) -> Route:
        width = self.layout.width
        return tuple((cell % width, cell // width) for cell in way)

    def _wrong(self, label: Any) -> InvalidCommitment:
        x, y = self._cells([int(self._posts[0])])[0]
        return InvalidCommitment(
            f"{self.committed}'s patrol is {label!r}; expected cells (column,row) next to each "
            f"other, the last being the first, such as '(1,2) (1,3) (1,2)', or one post to stand "
            f"on, such as '({x},{y})'."
        )


def patrols(
    game: BarrierGame, committed: str = "red", longest: int = USUAL
) -> FiniteWalks[Route] | ManyWalks[Route]:
    """The patrols of a barrier, up to so many steps.

    Args:
        game: whose layout it is.
        committed: the barrier.
        longest: the most steps of a route.

    Raises:
        UnknownName: no barrier.
        InvalidArgument: not a whole number of steps from 1 to `LONGEST`.
    """
    return walks_of(Routes(game.layout, committed, longest), "a patrol")


def _root(way: Sequence[int]) -> list[int]:
    """The shortest way of which a way is a repetition."""
    n = len(way)
    for length in range(1, n):
        if n % length == 0 and list(way[:length]) * (n // length) == list(way):
            return list(way[:length])
    return list(way)


class _Shares:
    """Things that share the numbers from 0 to 1 by their weights."""

    def __init__(self, things: list[int], weights: NDArray[np.float64]) -> None:
        kept = np.flatnonzero(weights)
        self._things = [things[k] for k in kept]
        self._edges = np.cumsum(weights[kept]).tolist()

    def thing(self, number: float) -> int:
        """The one that a number stands for."""
        place = bisect_right(self._edges, number * self._edges[-1])
        return self._things[min(place, len(self._things) - 1)]

    def middle(self, thing: int) -> float:
        """The middle of the numbers that stand for one."""
        place = self._things.index(thing)
        low = self._edges[place - 1] if place else 0.0
        return float((low + self._edges[place]) / 2 / self._edges[-1])


def _said(cell: Cell) -> str:
    return f"({cell[0]},{cell[1]})"
