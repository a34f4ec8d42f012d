"""What the players of the barrier game see, encoded for N games at once.

`vector`: the coordinates of blue, yellow and red as six bytes.
`grid`: the whole board in MiniGrid's encoding, (width, height, 3) of object, color, state.
`view`: the 7x7 cells around an agent in MiniGrid's encoding, (7, 7, 3), without rotation or
occlusion; what lies outside of the board is wall.

In MiniGrid's encoding blue is an agent, a barrier a box of its color, a goal a goal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from gymnasium.spaces import Box, MultiDiscrete
from minigrid.core.constants import COLOR_TO_IDX, OBJECT_TO_IDX
from numpy.typing import NDArray

from ...core.compiled import kernel, put_word
from ...core.errors import UnknownName
from ...core.seen_board import SeenBoard
from ...core.spaces import multi_discrete
from .layouts import Cell, Layout
from .tables import AGENTS, tables_of

Observation = Literal["vector", "grid", "view"]
OBSERVATIONS: tuple[Observation, ...] = get_args(Observation)
VIEW_SIZE = 7
_RADIUS = VIEW_SIZE // 2
_BLOCK = 32  # games whose boards are copied at once
_MIDDLE = 3 * (VIEW_SIZE * _RADIUS + _RADIUS)

_GAME_BYTES = 2 * len(AGENTS)
LEARNER_BYTES = _GAME_BYTES + 3  # the commitment and the phase after the game's own

_EMPTY = (OBJECT_TO_IDX["empty"], 0, 0)
_WALL = (OBJECT_TO_IDX["wall"], COLOR_TO_IDX["grey"], 0)
_GOAL = (OBJECT_TO_IDX["goal"], COLOR_TO_IDX["green"], 0)
_AGENT_CODES = np.array(
    [
        (OBJECT_TO_IDX["agent" if agent == "blue" else "box"], COLOR_TO_IDX[agent])
        for agent in AGENTS
    ],
    dtype=np.uint8,
)


class Encoding(NamedTuple):
    """What the encoders read.

    Attributes:
        xy: (cells, 2) uint8 the cells' coordinates.
        pairs: (cells,) uint64 the cells' coordinates, each pair as a word of two bytes.
        shown_pairs: (posts + 1,) uint64 the coordinates of the committed barrier's posts, each pair
            as a word of two bytes; the null token is last, where HIDDEN, which is -1, finds it.
        at: (cells,) int32 where a cell is in a flat board.
        boards: (_BLOCK, bytes) uint8 the board without agents, again and again; for `view`
            (cells, bytes), as seen from every cell.
        partial: whether it is a `view`.
        codes: (3,) uint16 object and color of every agent as a word; its state is 0, as the
            floor's.
    """

    xy: NDArray[np.uint8]
    pairs: NDArray[np.uint64]
    shown_pairs: NDArray[np.uint64]
    at: NDArray[np.int32]
    boards: NDArray[np.uint8]
    partial: bool
    codes: NDArray[np.uint16]


class Seen(NamedTuple):
    """Where to write what is seen in N games; what is None is not written.

    Attributes:
        rows: (N, 6) uint8 the vector that all agents see, or (N, LEARNER_BYTES) with the
            commitment that blue is shown and the phase.
        boards: (viewers, N * bytes) uint8 the boards of the first so many agents.
        commitments: (viewers, N, 2) uint8 the commitments that they are shown.
        phases: (N,) int64.
    """

    rows: NDArray[np.uint8] | None = None
    boards: NDArray[np.uint8] | None = None
    commitments: NDArray[np.uint8] | None = None
    phases: NDArray[np.int64] | None = None


def check_observation(observation: str) -> None:
    """Raise `UnknownName` unless it is one of `OBSERVATIONS`."""
    if observation not in OBSERVATIONS:
        raise UnknownName("observation", observation, OBSERVATIONS)


def observation_space(layout: Layout, observation: Observation) -> MultiDiscrete | Box:
    """The space of one agent's observation, a new one at each call."""
    check_observation(observation)
    if observation == "vector":
        sizes = [layout.width, layout.height] * len(AGENTS)
        return multi_discrete(sizes)
    shape = (layout.width, layout.height, 3) if observation == "grid" else (VIEW_SIZE, VIEW_SIZE, 3)
    return Box(0, max(*OBJECT_TO_IDX.values(), *COLOR_TO_IDX.values()), shape, np.uint8)


def cells_seen(rows: NDArray[np.uint8], layout: Layout) -> NDArray[np.int64]:
    """(3, N) where blue, yellow and red stand, as `y * width + x`.

    Args:
        rows: (N, 6 or more) observations `vector`, whose columns are x and y of each.
        layout: whose cells are numbered.
    """
    x, y = rows[:, 0:_GAME_BYTES:2].T, rows[:, 1:_GAME_BYTES:2].T
    return np.ascontiguousarray(y.astype(np.int64) * layout.width + x)


def seen_board(layout: Layout, shown: Sequence[Cell]) -> SeenBoard:
    """What the columns of blue's observation `vector` in its batched view are.

    Args:
        layout: whose cells they name.
        shown: the cells that a commitment may be shown as, the null token last.
    """
    tables = tables_of(layout)
    columns = [(2 * k, 2 * k + 1) for k in range(len(AGENTS) + 1)]
    x, y = tables.xy[tables.floor].T.tolist()
    return SeenBoard(
        learner=columns[0],
        others=tuple(columns[1:-1]),
        announced=(columns[-1],),
        cells=tuple(zip(x, y, strict=True)),
        others_cells=tuple(sorted(set().union(*layout.posts.values()))),
        shown_cells=tuple(shown),
    )


def show_commitments(seen: Any, cells: NDArray[np.uint8]) -> None:
    """Write what blue is shown of commitments into observations of its batched view.

    Args:
        seen: N observations `vector`, or a dictionary of N of another kind, in place.
        cells: (N, 2) coordinates.
    """
    if isinstance(seen, dict):
        seen["commitment"][:] = cells
    else:
        seen[:, _GAME_BYTES : _GAME_BYTES + 2] = cells


def make_encoding(layout: Layout, observation: Observation, shown: Sequence[Cell] = ()) -> Encoding:
    """The tables of an observation.

    Args:
        layout: the layout.
        observation: which one.
        shown: the cells that a commitment may be shown as, the null token last.
    """
    check_observation(observation)
    tables = tables_of(layout)
    x, y = tables.xy.T.astype(np.int32)
    partial = observation == "view"
    return Encoding(
        xy=tables.xy,
        pairs=_pairs(tables.xy),
        shown_pairs=_pairs(np.array(shown, dtype=np.uint8).reshape(-1, 2)),
        at=3 * (x * layout.height + y),
        boards=_static_views(layout) if partial else _static_boards(layout),
        partial=partial,
        codes=_pairs(_AGENT_CODES).astype(np.uint16),
    )


def _pairs(pairs: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """(n,) words whose two low bytes are the pairs (n, 2); processors are little-endian."""
    low, high = pairs.T.astype(np.uint64)
    return low | high << np.uint64(8)


def _static_boards(layout: Layout) -> NDArray[np.uint8]:
    """(_BLOCK, bytes) the board without agents so many times: one copy fills so many games."""
    return np.tile(encode_board(layout).ravel(), (_BLOCK, 1))


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


@kernel(forceinline=True)
def held_word(games, e, i):
    """What a learner's row says of game i beside blue's cell and the phase, as a word."""
    return (
        (e.pairs[games.cells[1, i]] << np.uint64(16))
        | (e.pairs[games.cells[2, i]] << np.uint64(32))
        | (e.shown_pairs[games.shown[0, i]] << np.uint64(48))
    )


@kernel(forceinline=True)
def observe(seen, games, e, begin, end):
    """Write what is seen in games `begin` to `end`."""
    _observe(seen.rows, seen.boards, seen.commitments, seen.phases, games, e, begin, end)


@kernel(forceinline=True)
def _observe(rows, boards, commitments, phases, games, e, begin, end):
    """`observe`; numba drops the loops for arguments that are None."""
    blue = games.cells[0, begin:end]
    yellow = games.cells[1, begin:end]
    red = games.cells[2, begin:end]
    playing = games.playing[begin:end]
    if rows is not None:
        if rows.shape[1] == LEARNER_BYTES:
            _write_learner_rows(rows[begin:end], blue, games.held[begin:end], playing, e)
        else:
            _write_rows(rows[begin:end], blue, yellow, red, e)
    if boards is not None:
        size = e.boards.shape[1]
        for viewer in range(boards.shape[0]):
            out = boards[viewer, begin * size : end * size]
            if e.partial:
                own = games.cells[viewer, begin:end]
                _write_views(out, viewer, own, blue, yellow, red, e)
            else:
                _write_grids(out, blue, yellow, red, e)
    if commitments is not None:
        for viewer in range(commitments.shape[0]):
            out, shown = commitments[viewer, begin:end], games.shown[viewer, begin:end]
            for i in range(shown.shape[0]):
                put_word(out[i], 0, np.uint16(e.shown_pairs[shown[i]]))
    if phases is not None:
        for i in range(begin, end):
            phases[i] = games.playing[i]


@kernel(forceinline=True)
def _write_learner_rows(out, blue, held, playing, e):
    for i in range(blue.shape[0]):
        put_word(out[i], 0, held[i] | e.pairs[blue[i]])
        out[i, LEARNER_BYTES - 1] = playing[i]


@kernel(forceinline=True)
def _write_rows(out, blue, yellow, red, e):
    for i in range(blue.shape[0]):
        put_word(out[i], 0, np.uint16(e.pairs[blue[i]]))
        put_word(out[i], 2, np.uint16(e.pairs[yellow[i]]))
        put_word(out[i], 4, np.uint16(e.pairs[red[i]]))


@kernel(forceinline=True)
def _copy(out, start, source):
    """Copy (bytes,) into `out` from `start` on; a loop becomes a block copy, a slice does not."""
    target = out[start : start + source.shape[0]]
    for k in range(target.shape[0]):
        target[k] = source[k]


@kernel(forceinline=True)
def _write_grids(out, blue, yellow, red, e):
    size = e.boards.shape[1]
    block = e.boards.reshape(-1)
    for start in range(0, out.shape[0], block.shape[0]):
        _copy(out, start, block[: out.shape[0] - start])
    for i in range(blue.shape[0]):
        _draw(out, i * size + e.at[blue[i]], 0, e)
        _draw(out, i * size + e.at[yellow[i]], 1, e)
        _draw(out, i * size + e.at[red[i]], 2, e)


@kernel(forceinline=True)
def _write_views(out, viewer, own, blue, yellow, red, e):
    size = e.boards.shape[1]
    for i in range(blue.shape[0]):
        here = own[i]
        _copy(out, i * size, e.boards[here])
        _draw(out, i * size + _in_view(blue[i], here, e), 0, e)
        _draw(out, i * size + _in_view(yellow[i], here, e), 1, e)
        _draw(out, i * size + _in_view(red[i], here, e), 2, e)
        _draw(out, i * size + _MIDDLE, viewer, e)


@kernel(forceinline=True)
def _in_view(cell, here, e):
    """Where a cell is in the view from `here`: if out of sight in the middle, drawn last."""
    x = np.int32(e.xy[cell, 0]) - np.int32(e.xy[here, 0]) + _RADIUS
    y = np.int32(e.xy[cell, 1]) - np.int32(e.xy[here, 1]) + _RADIUS
    inside = (x >= 0) & (x < VIEW_SIZE) & (y >= 0) & (y < VIEW_SIZE)
    return 3 * (x * VIEW_SIZE + y) if inside else _MIDDLE


@kernel(forceinline=True)
def _draw(out, at, agent, e):
    put_word(out, at, e.codes[agent])
