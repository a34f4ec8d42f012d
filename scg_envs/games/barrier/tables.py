"""A layout as arrays: what the kernels read.

A cell is one number, `y * width + x`, so that a position is a `uint16`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .layouts import Cell, Layout

ACTIONS = ("stay", "right", "down", "left", "up")
STAY = ACTIONS.index("stay")
_MOVES = ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1))
# Actions that a table of moves has room for: a power of two, so that a number's low three bits
# never read beyond a cell's own row. The unused ones stay.
STRIDE = 8


@dataclass(frozen=True, eq=False)
class Tables:
    """Lookup tables of one layout.

    Attributes:
        next_cell: (2, cells, STRIDE) uint16, where an action leads if nobody stands there: row 0
            for barriers (goals are closed to them), row 1 for blue. A blocked move leads back.
        goal_at: (cells,) uint8, 0 or the goal's place in `Layout.outcomes`.
        xy: (cells, 2) uint8, the cells' coordinates.
        start: blue's start.
        goals: (goals,) int32 cells in the order of their digits.
        posts: (posts,) int32 cells of each barrier.
        floor: (floor,) int32 cells that are neither wall nor goal.
    """

    next_cell: NDArray[np.uint16]
    goal_at: NDArray[np.uint8]
    xy: NDArray[np.uint8]
    start: int
    goals: NDArray[np.int32]
    posts: dict[str, NDArray[np.int32]]
    floor: NDArray[np.int32]

    @property
    def barrier_moves(self) -> NDArray[np.uint16]:
        """(cells * STRIDE,) where an action leads a barrier, at `cell * STRIDE + action`."""
        return self.next_cell[0].reshape(-1)

    @property
    def blue_moves(self) -> NDArray[np.uint16]:
        """(cells * STRIDE,) where an action leads blue, at `cell * STRIDE + action`."""
        return self.next_cell[1].reshape(-1)


@lru_cache(maxsize=64)
def tables_of(layout: Layout) -> Tables:
    """The tables of a layout; shared between all who ask, so never written to."""

    def number(cell: Cell) -> int:
        return cell[1] * layout.width + cell[0]

    cells = list(layout.cells())
    next_cell = np.empty((2, len(cells), STRIDE), dtype=np.uint16)
    next_cell[:] = np.arange(len(cells))[:, None]
    goal_at = np.zeros(len(cells), dtype=np.uint8)
    for goal, name in layout.goals.items():
        goal_at[number(goal)] = layout.outcomes.index(name)
    for x, y in cells:
        for action, (dx, dy) in enumerate(_MOVES):
            target = (x + dx, y + dy)
            inside = 0 <= target[0] < layout.width and 0 <= target[1] < layout.height
            free = inside and target not in layout.walls
            here = number((x, y))
            next_cell[1, here, action] = number(target) if free else here
            next_cell[0, here, action] = (
                number(target) if free and target not in layout.goals else here
            )
    return Tables(
        next_cell=next_cell,
        goal_at=goal_at,
        xy=np.array(cells, dtype=np.uint8),
        start=number(layout.start),
        goals=np.array([number(goal) for goal in layout.goals], dtype=np.int32),
        posts={
            agent: np.array([number(post) for post in posts], dtype=np.int32)
            for agent, posts in layout.posts.items()
        },
        floor=np.array(
            [number(c) for c in cells if c not in layout.walls and c not in layout.goals],
            dtype=np.int32,
        ),
    )
