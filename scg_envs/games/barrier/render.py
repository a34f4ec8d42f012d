"""The barrier game as pictures in MiniGrid's style, and as text.

Tiles are MiniGrid's own: goals are green squares, the desirable one in a white frame, blue is a
ball, a barrier is a box in its color (`scg_envs.games.barrier.looks`). A committed barrier is drawn
as a locked door: it will not move; one that walks stays a box, and dots mark its way. A strip above
the board says what is going on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
from minigrid.core.constants import COLORS
from minigrid.core.grid import Grid
from minigrid.core.world_object import Ball, Box, Door, Goal, Key, Wall, WorldObj
from numpy.typing import NDArray

from ...core.caption import HEIGHT, caption_strip
from .layouts import Cell, Layout
from .looks import looks_of

Frame = NDArray[np.uint8]

_FRAME, _DOT = 3, 13  # pixels: a frame's width, and what is left around a dot
TILE = HEIGHT  # so that a frame with its caption is whole tiles
_SHAPES: dict[str, Callable[[str], WorldObj]] = {"box": Box, "ball": Ball, "key": Key}


class Renderer:
    """Draws positions on a layout's board."""

    def __init__(self, layout: Layout, desirable: str) -> None:
        """Draw the board once.

        Args:
            layout: the layout.
            desirable: the outcome whose goal gets a white frame.
        """
        self._layout = layout
        self._desirable = desirable
        self._looks = looks_of(layout)
        self._letters = {"blue": "B", **layout.letters}
        self._board = self._draw_board()

    def frame(
        self,
        where: Mapping[str, Cell],
        highlighted: Collection[str] = (),
        caption: str = "",
        routes: Mapping[str, Collection[Cell]] | None = None,
    ) -> Frame:
        """The board with agents and border, and the caption above it.

        Args:
            where: the agents' cells; agents that are left out are not drawn.
            highlighted: the agents that are committed.
            caption: one line of text.
            routes: by agent the cells of the way that it walks; it is drawn as one that moves.

        Returns:
            (32 (height + 3), 32 (width + 2), 3) uint8.
        """
        board = self._board.copy()
        routes = {} if routes is None else routes
        for agent, cells in routes.items():
            for cell in cells:
                middle = self._tile(board, cell)[_DOT:-_DOT, _DOT:-_DOT]
                middle[:] = COLORS[self._looks[agent][1]]
        for agent, cell in where.items():
            shape, color = self._looks.get(agent, ("ball", agent))
            doors = agent in highlighted and agent in self._looks and agent not in routes
            tile = Door(color, is_locked=True) if doors else _SHAPES[shape](color)
            self._paint(board, cell, tile)
        return np.concatenate([caption_strip(caption, board.shape[1]), board])

    def text(self, where: Mapping[str, Cell]) -> str:
        """The board as the layout file draws it, with the agents where they are."""
        rows = [
            [char if char == "#" or char.isdigit() else "." for char in row]
            for row in self._layout.rows
        ]
        for agent, (x, y) in where.items():
            rows[y][x] = self._letters[agent]
        return "\n".join("".join(row) for row in rows)

    def _draw_board(self) -> Frame:
        width, height = self._layout.width, self._layout.height
        board = np.zeros(((height + 2) * TILE, (width + 2) * TILE, 3), dtype=np.uint8)
        for y in range(-1, height + 1):
            for x in range(-1, width + 1):
                inside = 0 <= x < width and 0 <= y < height
                wall = not inside or (x, y) in self._layout.walls
                goal = (x, y) in self._layout.goals
                self._paint(board, (x, y), Wall() if wall else Goal() if goal else None)
        for cell, name in self._layout.goals.items():
            if name == self._desirable:
                tile = self._tile(board, cell)
                tile[:_FRAME] = tile[-_FRAME:] = tile[:, :_FRAME] = tile[:, -_FRAME:] = 255
        return board

    def _paint(self, board: Frame, cell: Cell, tile: WorldObj | None) -> None:
        """Draw a tile; on a goal, the goal shows around what stands there."""
        drawn = Grid.render_tile(tile, tile_size=TILE)
        if cell in self._layout.goals and not isinstance(tile, Goal):
            bare = Grid.render_tile(None, tile_size=TILE)
            drawn = np.where(
                (drawn == bare).all(axis=2, keepdims=True), self._tile(board, cell), drawn
            )
        self._tile(board, cell)[:] = drawn

    @staticmethod
    def _tile(board: Frame, cell: Cell) -> Frame:
        """The part of the board that shows a cell; the border shifts the cells by one."""
        top, left = (cell[1] + 1) * TILE, (cell[0] + 1) * TILE
        return board[top : top + TILE, left : left + TILE]
