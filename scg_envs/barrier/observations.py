"""What the players of the barrier game see, encoded for N games at once.

`vector`: the coordinates of blue, yellow and red as six bytes.
`grid`: the whole board in MiniGrid's encoding, (width, height, 3) of object, color, state.
`view`: the same for the 7x7 cells around an agent, without rotation or occlusion; what lies
outside of the board is wall.

In MiniGrid's encoding blue is an agent, a barrier a box of its color, a goal a goal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, get_args

import numpy as np
from gymnasium.spaces import Box, MultiDiscrete
from minigrid.core.constants import COLOR_TO_IDX, OBJECT_TO_IDX
from numpy.typing import NDArray

from ..compiled import compiled
from ..errors import UnknownName
from .layouts import Layout
from .tables import AGENTS, tables_of

Observation = Literal["vector", "grid", "view"]
OBSERVATIONS: tuple[Observation, ...] = get_args(Observation)
VIEW_SIZE = 7
_RADIUS = VIEW_SIZE // 2

Encoder = Callable[[NDArray[np.uint16], NDArray[np.uint8]], None]

_EMPTY = (OBJECT_TO_IDX["empty"], 0, 0)
_WALL = (OBJECT_TO_IDX["wall"], COLOR_TO_IDX["grey"], 0)
_GOAL = (OBJECT_TO_IDX["goal"], COLOR_TO_IDX["green"], 0)
_AGENT_CODES = np.array(
    [
        (OBJECT_TO_IDX["agent" if agent == "blue" else "box"], COLOR_TO_IDX[agent], 0)
        for agent in AGENTS
    ],
    dtype=np.uint8,
)


def check_observation(observation: str) -> None:
    """Raise `UnknownName` unless it is one of `OBSERVATIONS`."""
    if observation not in OBSERVATIONS:
        raise UnknownName("observation", observation, OBSERVATIONS)


def observation_space(layout: Layout, observation: Observation) -> MultiDiscrete | Box:
    """The space of one agent's observation, a new one at each call."""
    check_observation(observation)
    if observation == "vector":
        sizes = [layout.width, layout.height] * len(AGENTS)
        return MultiDiscrete(sizes, dtype=np.uint8)  # type: ignore[arg-type]  # any integer does
    shape = (layout.width, layout.height, 3) if observation == "grid" else (VIEW_SIZE, VIEW_SIZE, 3)
    return Box(0, max(*OBJECT_TO_IDX.values(), *COLOR_TO_IDX.values()), shape, np.uint8)


def make_encoder(layout: Layout, observation: Observation, agent: str) -> Encoder:
    """A function that writes what `agent` sees in N games.

    It takes (3, N) uint16 positions and a (N, ...) uint8 array, C-contiguous, to write into; for
    `vector` the array may have more than six columns, and the further ones stay as they are.
    """
    check_observation(observation)
    tables = tables_of(layout)
    if observation == "vector":
        return partial(_encode_vector, tables.xy)
    if observation == "grid":
        board = encode_board(layout)
        return partial(_write_grid, tables.xy, layout.height, board.ravel())
    return partial(_write_view, tables.xy, _static_views(layout), AGENTS.index(agent))


def _static_views(layout: Layout) -> NDArray[np.uint8]:
    """(cells, 147) the board without agents as seen from every cell."""
    padded = np.empty((layout.width + 2 * _RADIUS, layout.height + 2 * _RADIUS, 3), dtype=np.uint8)
    padded[:] = _WALL
    padded[_RADIUS:-_RADIUS, _RADIUS:-_RADIUS] = encode_board(layout)
    return np.array(
        [padded[x : x + VIEW_SIZE, y : y + VIEW_SIZE].ravel() for x, y in layout.cells()]
    )


def encode_board(layout: Layout) -> NDArray[np.uint8]:
    """(width, height, 3) the board without agents, in MiniGrid's encoding."""
    board = np.empty((layout.width, layout.height, 3), dtype=np.uint8)
    board[:] = _EMPTY
    for cell in layout.walls:
        board[cell] = _WALL
    for cell in layout.goals:
        board[cell] = _GOAL
    return board


def _write_grid(xy, height, board, positions, out):
    _encode_grid(xy, height, board, _AGENT_CODES, positions, out.reshape(len(out), -1))


def _write_view(xy, views, center, positions, out):
    _encode_view(xy, views, center, _AGENT_CODES, positions, out.reshape(len(out), -1))


@compiled
def _encode_vector(xy, positions, out):
    for i in range(positions.shape[1]):
        for agent in range(3):
            cell = positions[agent, i]
            out[i, 2 * agent] = xy[cell, 0]
            out[i, 2 * agent + 1] = xy[cell, 1]


@compiled
def _encode_grid(xy, height, board, codes, positions, out):
    """Into (N, width * height * 3) `out`: flat rows."""
    for i in range(positions.shape[1]):
        for k in range(board.shape[0]):  # a loop is compiled to a block copy, a slice is not
            out[i, k] = board[k]
        for agent in range(3):
            cell = positions[agent, i]
            at = 3 * (np.int64(xy[cell, 0]) * height + xy[cell, 1])
            for k in range(3):
                out[i, at + k] = codes[agent, k]


@compiled
def _encode_view(xy, views, center, codes, positions, out):
    """Into (N, 147) `out`: flat rows."""
    for i in range(positions.shape[1]):
        here = positions[center, i]
        for k in range(views.shape[1]):
            out[i, k] = views[here, k]
        for agent in range(3):
            cell = positions[agent, i]
            x = np.int64(xy[cell, 0]) - xy[here, 0] + _RADIUS
            y = np.int64(xy[cell, 1]) - xy[here, 1] + _RADIUS
            if 0 <= x < VIEW_SIZE and 0 <= y < VIEW_SIZE:
                at = 3 * (x * VIEW_SIZE + y)
                for k in range(3):
                    out[i, at + k] = codes[agent, k]


@compiled
def encode_commitment(posts, shown, out, column):
    """Write the shown posts' coordinates and the phase into three columns of (N, ...) `out`.

    Args:
        posts: (posts + 1, 2) uint8 the posts, and the null token last.
        shown: (N,) int32 numbers of posts; HIDDEN, which is -1, for the null token.
        out: (N, ...) uint8, written from `column` on.
        column: the first of the three.
    """
    last = posts.shape[0] - 1
    for i in range(shown.shape[0]):
        post = shown[i] if shown[i] >= 0 else last
        out[i, column] = posts[post, 0]
        out[i, column + 1] = posts[post, 1]
        out[i, column + 2] = 1
