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

from ...core.pictures.board import Board
from ...core.pictures.caption import HEIGHT, caption_strip
from .layouts import Cell, Layout
from .looks import looks_of

Frame = NDArray[np.uint8]

_FRAME, _DOT = 3, 13  # pixels: a frame's width, and what is left around a dot
TILE = HEIGHT  # so that a frame with its caption is whole tiles
_FLOOR, _WALL, _GOAL, _WANTED = "floor", "wall", "goal", "goal that is wanted"
_WAY, _HELD, _ON = "way", "held", ", "
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
        across, down = range(-1, layout.width + 1), range(-1, layout.height + 1)
        self._ground = [[self._name((x, y)) for x in across] for y in down]
        self._images = self._draw_ground()
        self._board = self.board({}).pixels()

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
        for cell, name in self._placed(where, highlighted, routes or {}).items():
            self._tile(board, cell)[:] = self.image(name)
        return np.concatenate([caption_strip(caption, board.shape[1]), board])

    def board(
        self,
        where: Mapping[str, Cell],
        highlighted: Collection[str] = (),
        routes: Mapping[str, Collection[Cell]] | None = None,
    ) -> Board:
        """What `frame` shows below the caption, as tiles.

        Args:
            where: the agents' cells; agents that are left out are not drawn.
            highlighted: the agents that are committed.
            routes: by agent the cells of the way that it walks; it is drawn as one that moves.
        """
        placed = self._placed(where, highlighted, routes or {})
        rows = tuple(
            tuple(placed.get((x, y), name) for x, name in enumerate(row, -1))
            for y, row in enumerate(self._ground, -1)
        )
        marks = [(name, cell) for cell, name in self._layout.goals.items()]
        words = [f"{name} at column {x}, row {y}" for name, (x, y) in (*where.items(), *marks)]
        legend = self._legend(where, highlighted, routes or {})
        return Board(rows, self.image, "; ".join(words), legend)

    def _legend(
        self,
        where: Mapping[str, Cell],
        highlighted: Collection[str],
        routes: Mapping[str, Collection[Cell]],
    ) -> dict[str, str]:
        """What the tiles of goals and agents stand for."""
        goals = [name.replace("_", " ") for name in self._layout.goals.values()]
        wanted = self._desirable.replace("_", " ")
        legend = {_WANTED: f"{wanted}, which is wanted"} if wanted in goals else {}
        others = [name for name in goals if name != wanted]
        legend |= {_GOAL: ", ".join(others)} if others else {}
        for agent in where:
            looks = self._thing(agent, highlighted, routes)
            committed = ", committed" if agent in highlighted else ""
            legend[f"{_FLOOR}{_ON}{looks}"] = f"{agent}{committed}"
        return legend

    def _thing(
        self, agent: str, highlighted: Collection[str], routes: Mapping[str, Collection[Cell]]
    ) -> str:
        """What stands for an agent: its shape and color."""
        shape, color = self._looks.get(agent, ("ball", agent))
        held = agent in highlighted and agent in self._looks and agent not in routes
        return f"{_HELD if held else shape} {color}"

    def image(self, name: str) -> Frame:
        """(32, 32, 3) the tile of a name: what the ground is, and what lies or stands on it."""
        image = self._images.get(name)
        if image is None:
            ground, *things = name.split(_ON)
            image = self._images[ground].copy()
            for thing in things:
                what, color = thing.split()
                if what == _WAY:
                    image[_DOT:-_DOT, _DOT:-_DOT] = COLORS[color]
                    continue
                shape = Door(color, is_locked=True) if what == _HELD else _SHAPES[what](color)
                drawn = Grid.render_tile(shape, tile_size=TILE)
                if ground.startswith(_GOAL):  # which shows around what stands there
                    bare = drawn == Grid.render_tile(None, tile_size=TILE)
                    drawn = np.where(bare.all(axis=2, keepdims=True), image, drawn)
                image = drawn.astype(np.uint8)  # MiniGrid's tiles are floats
            self._images[name] = image
        return image

    def _placed(
        self,
        where: Mapping[str, Cell],
        highlighted: Collection[str],
        routes: Mapping[str, Collection[Cell]],
    ) -> dict[Cell, str]:
        """The names of the tiles on which anything lies or stands."""
        placed: dict[Cell, str] = {}

        def put(cell: Cell, thing: str) -> None:
            x, y = cell
            placed[cell] = f"{placed.get(cell, self._ground[y + 1][x + 1])}{_ON}{thing}"

        for agent, cells in routes.items():
            for cell in cells:
                put(cell, f"{_WAY} {self._looks[agent][1]}")
        for agent, cell in where.items():
            put(cell, self._thing(agent, highlighted, routes))
        return placed

    def text(self, where: Mapping[str, Cell]) -> str:
        """The board as the layout file draws it, with the agents where they are."""
        rows = [
            [char if char == "#" or char.isdigit() else "." for char in row]
            for row in self._layout.rows
        ]
        for agent, (x, y) in where.items():
            rows[y][x] = self._letters[agent]
        return "\n".join("".join(row) for row in rows)

    def _name(self, cell: Cell) -> str:
        """What the ground is called there; the border shifts the cells by one."""
        x, y = cell
        inside = 0 <= x < self._layout.width and 0 <= y < self._layout.height
        if not inside or cell in self._layout.walls:
            return _WALL
        if cell not in self._layout.goals:
            return _FLOOR
        return _WANTED if self._layout.goals[cell] == self._desirable else _GOAL

    def _draw_ground(self) -> dict[str, Frame]:
        """What bare tiles look like, by name."""
        tiles = {_WALL: Wall(), _FLOOR: None, _GOAL: Goal()}
        images = {
            name: np.asarray(Grid.render_tile(tile, tile_size=TILE), dtype=np.uint8)
            for name, tile in tiles.items()
        }
        wanted = images[_GOAL].copy()
        wanted[:_FRAME] = wanted[-_FRAME:] = wanted[:, :_FRAME] = wanted[:, -_FRAME:] = 255
        return images | {_WANTED: wanted}

    @staticmethod
    def _tile(board: Frame, cell: Cell) -> Frame:
        """The part of the board that shows a cell; the border shifts the cells by one."""
        top, left = (cell[1] + 1) * TILE, (cell[0] + 1) * TILE
        return board[top : top + TILE, left : left + TILE]
