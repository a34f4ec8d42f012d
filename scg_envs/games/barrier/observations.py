"""What the players of the barrier game see, encoded for N games at once.

`vector`: the coordinates of blue and of the barriers in their order, two bytes each.
`grid`: the whole board in MiniGrid's encoding, (width, height, 3) of object, color, state.
`view`: the 7x7 cells around an agent in MiniGrid's encoding, (7, 7, 3), without rotation or
occlusion; what lies outside of the board is wall.

In MiniGrid's encoding blue is an agent, a barrier what it looks like in pictures, a goal a goal.
A learner's row is the vector, the posts that it is shown of each commitment, and the phase.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from gymnasium.spaces import Box, MultiDiscrete
from minigrid.core.constants import COLOR_TO_IDX, OBJECT_TO_IDX
from numpy.typing import NDArray

from ...core.compiled import kernel, put_word
from ...core.errors import UnknownName
from ...core.seen_board import SeenBoard
from ...core.spaces import multi_discrete
from .layouts import Layout
from .looks import looks_of
from .tables import tables_of

Observation = Literal["vector", "grid", "view"]
OBSERVATIONS: tuple[Observation, ...] = get_args(Observation)
VIEW_SIZE = 7
_RADIUS = VIEW_SIZE // 2
_BLOCK = 32  # games whose boards are copied at once
_MIDDLE = 3 * (VIEW_SIZE * _RADIUS + _RADIUS)

_EMPTY = (OBJECT_TO_IDX["empty"], 0, 0)
_WALL = (OBJECT_TO_IDX["wall"], COLOR_TO_IDX["grey"], 0)
_GOAL = (OBJECT_TO_IDX["goal"], COLOR_TO_IDX["green"], 0)


class Encoding(NamedTuple):
    """What the encoders read.

    Attributes:
        pairs: (cells,) uint64 the cells' coordinates, each pair as a word of two bytes.
        shown_pairs: (C, points + 1) uint64 the coordinates of the posts that each committed barrier
            has announced under a pre-policy, as a word of two bytes; the null token is last, where
            HIDDEN, which is -1, finds it.
        phase: how many commitment steps there are.
        at: (cells,) int32 where a cell is in a flat board; None in `vector`, as what follows.
        boards: (_BLOCK, bytes) uint8 the board without agents, again and again; for `view`
            (cells, bytes), as seen from every cell.
        partial: whether it is a `view`.
        codes: (A,) uint16 object and color of every agent as a word; its state is 0, as the
            floor's.
    """

    pairs: NDArray[np.uint64]
    shown_pairs: NDArray[np.uint64]
    phase: int
    at: NDArray[np.int32] | None = None
    boards: NDArray[np.uint8] | None = None
    partial: bool | None = None
    codes: NDArray[np.uint16] | None = None


class Seen(NamedTuple):
    """Where to write what is seen in N games; what is None is not written.

    Attributes:
        rows: (N, 2 A) uint8 the vector that all agents see, or (N, `row_bytes`) with the
            commitments that blue is shown and the phase.
        boards: (viewers, N * bytes) uint8 the boards of the first so many agents.
        commitments: (viewers, N, 2 C) uint8 the commitments that they are shown.
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
        sizes = [layout.width, layout.height] * len(layout.agents)
        return multi_discrete(sizes)
    shape = (layout.width, layout.height, 3) if observation == "grid" else (VIEW_SIZE, VIEW_SIZE, 3)
    return Box(0, max(*OBJECT_TO_IDX.values(), *COLOR_TO_IDX.values()), shape, np.uint8)


def row_bytes(layout: Layout, commitments: int) -> int:
    """How long a learner's row is: the vector, so many shown posts, and the phase."""
    return 2 * (len(layout.agents) + commitments) + 1


def cells_seen(rows: NDArray[np.uint8], layout: Layout) -> NDArray[np.int64]:
    """(A, N) where blue and the barriers stand, as `y * width + x`.

    Args:
        rows: (N, 2 A or more) observations `vector`, whose columns are x and y of each.
        layout: whose cells are numbered.
    """
    own = rows[:, : 2 * len(layout.agents)]
    x, y = own[:, 0::2].T, own[:, 1::2].T
    return np.ascontiguousarray(y.astype(np.int64) * layout.width + x)


def seen_board(layout: Layout, shown: NDArray[np.uint8]) -> SeenBoard:
    """What the columns of blue's observation `vector` in its batched view are.

    Args:
        layout: whose cells they name.
        shown: (C, points + 1, 2) the cells that each commitment may be shown as.
    """
    tables = tables_of(layout)
    agents = len(layout.agents)
    columns = [(2 * k, 2 * k + 1) for k in range(agents + len(shown))]
    x, y = tables.xy[tables.floor].T.tolist()
    may = np.unique(shown.reshape(-1, 2), axis=0).tolist()
    return SeenBoard(
        learner=columns[0],
        others=tuple(columns[1:agents]),
        announced=tuple(columns[agents:]),
        cells=tuple(zip(x, y, strict=True)),
        others_cells=tuple(sorted(set().union(*layout.posts.values()))),
        shown_cells=tuple((x, y) for x, y in may),
    )


def seen_routes(layout: Layout, steps: int) -> SeenBoard:
    """What the columns of blue's batched view are where a barrier walks a route that is shown.

    Args:
        layout: whose cells they name.
        steps: of the longest route; the first shown cell is where the barrier is now.
    """
    tables = tables_of(layout)
    agents = len(layout.agents)
    columns = [(2 * k, 2 * k + 1) for k in range(agents + steps)]
    x, y = tables.xy[tables.floor].T.tolist()
    floor = tuple(zip(x, y, strict=True))
    return SeenBoard(
        learner=columns[0],
        others=tuple(columns[1:agents]),
        announced=(),
        cells=floor,
        others_cells=floor,
        shown_cells=(*floor, (layout.width, layout.height)),
        ahead=tuple(columns[agents + 1 :]),
    )


def show_commitments(seen: Any, layout: Layout, cells: NDArray[np.uint8]) -> None:
    """Write what blue is shown of commitments into observations of its batched view.

    Args:
        seen: N observations `vector`, or a dictionary of N of another kind, in place.
        layout: whose board is observed.
        cells: (N, 2 C) coordinates.
    """
    if isinstance(seen, dict):
        seen["commitment"][:] = cells
    else:
        first = 2 * len(layout.agents)
        seen[:, first : first + cells.shape[1]] = cells


def make_encoding(
    layout: Layout,
    observation: Observation,
    shown: NDArray[np.uint8] | None = None,
    phase: int = 1,
) -> Encoding:
    """The tables of an observation.

    Args:
        layout: the layout.
        observation: which one.
        shown: (C, points + 1, 2) the cells that each commitment may be shown as, the null token
            last; None where nothing is shown.
        phase: how many commitment steps there are.
    """
    check_observation(observation)
    tables = tables_of(layout)
    shown_pairs = _pairs(np.zeros((1, 1, 2), np.uint8) if shown is None else shown)
    encoding = Encoding(_pairs(tables.xy), shown_pairs, phase)
    if observation == "vector":
        return encoding
    x, y = tables.xy.T.astype(np.int32)
    partial = observation == "view"
    looks = [("agent", "blue"), *looks_of(layout).values()]
    codes = [(OBJECT_TO_IDX[shape], COLOR_TO_IDX[color]) for shape, color in looks]
    return encoding._replace(
        at=3 * (x * layout.height + y),
        boards=_static_views(layout) if partial else _static_boards(layout),
        partial=partial,
        codes=_pairs(np.array(codes, dtype=np.uint8)).astype(np.uint16),
    )


def _pairs(pairs: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """(...) words whose two low bytes are the pairs (..., 2); processors are little-endian."""
    low, high = pairs[..., 0].astype(np.uint64), pairs[..., 1].astype(np.uint64)
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
def hold(queue, games, e):
    """Keep what a learner's rows say of some games beside blue's cell and the phase, as words."""
    agents, shown = games.cells.shape[0], games.shown.shape[0]
    for k in range(queue.shape[0]):
        for w in range(games.held.shape[0]):
            games.held[w, np.uintp(queue[k])] = np.uint64(0)
    for column in range(1, agents + shown):
        w, shift, c = column // 4, np.uint64(16 * (column % 4)), column - agents
        for k in range(queue.shape[0]):
            i = np.uintp(queue[k])
            if column < agents:
                pair = e.pairs[games.cells[column, i]]
            else:
                pair = e.shown_pairs[c, games.shown[c, 0, i]]
            games.held[w, i] |= pair << shift


@kernel(inline="always")
def observe(seen, games, e, begin, end):
    """Write what is seen in games `begin` to `end`."""
    _observe(seen.rows, seen.boards, seen.commitments, seen.phases, games, e, begin, end)


@kernel(forceinline=True)
def _observe(rows, boards, commitments, phases, games, e, begin, end):
    """`observe`; numba drops the loops for arguments that are None."""
    cells = games.cells
    if rows is not None:
        if rows.shape[1] == 2 * cells.shape[0]:
            _write_rows(rows[begin:end], cells, begin, end, e)
        else:
            _write_learner_rows(rows[begin:end], games, begin, end, e)
    if boards is not None:
        size = e.boards.shape[1]
        for viewer in range(boards.shape[0]):
            out = boards[viewer, begin * size : end * size]
            if e.partial:
                _write_views(out, viewer, cells, begin, end, e)
            else:
                _write_grids(out, cells, begin, end, e)
    if commitments is not None:
        for viewer in range(commitments.shape[0]):
            out = commitments[viewer, begin:end]
            for c in range(games.shown.shape[0]):
                shown, pairs = games.shown[c, viewer, begin:end], e.shown_pairs[c]
                for i in range(shown.shape[0]):
                    put_word(out[i], 2 * c, np.uint16(pairs[shown[i]]))
    if phases is not None:
        for i in range(begin, end):
            phases[i] = games.playing[i] * e.phase


@kernel(forceinline=True)
def _write_learner_rows(out, games, begin, end, e):
    """Whole words first; what is left of the last one in pairs of bytes."""
    blue, playing = games.cells[0, begin:end], games.playing[begin:end]
    last, phase = out.shape[1] - 1, np.uint8(e.phase)
    words = last // 8
    first = games.held[0, begin:end]
    if words > 0:
        for i in range(blue.shape[0]):
            put_word(out[i], 0, first[i] | e.pairs[blue[i]])
            out[i, last] = phase if playing[i] else np.uint8(0)
    else:
        for i in range(blue.shape[0]):
            put_word(out[i], 0, np.uint16(e.pairs[blue[i]]))
            out[i, last] = phase if playing[i] else np.uint8(0)
    for w in range(1, words):
        held = games.held[w, begin:end]
        for i in range(held.shape[0]):
            put_word(out[i], 8 * w, held[i])
    for k in range(max(4 * words, 1), last // 2):
        held, shift = games.held[k // 4, begin:end], np.uint64(16 * (k % 4))
        for i in range(held.shape[0]):
            put_word(out[i], 2 * k, np.uint16(held[i] >> shift))


@kernel(forceinline=True)
def _write_rows(out, cells, begin, end, e):
    for agent in range(cells.shape[0]):
        own = cells[agent, begin:end]
        for i in range(own.shape[0]):
            put_word(out[i], 2 * agent, np.uint16(e.pairs[own[i]]))


@kernel(forceinline=True)
def _copy(out, start, source):
    """Copy (bytes,) into `out` from `start` on; a loop becomes a block copy, a slice does not."""
    target = out[start : start + source.shape[0]]
    for k in range(target.shape[0]):
        target[k] = source[k]


@kernel(forceinline=True)
def _write_grids(out, cells, begin, end, e):
    size = e.boards.shape[1]
    block = e.boards.reshape(-1)
    for first in range(begin, end, _BLOCK):  # while a block is in the cache, agent by agent
        start, after = (first - begin) * size, min(first + _BLOCK, end)
        _copy(out, start, block[: out.shape[0] - start])
        for agent in range(cells.shape[0]):
            own = cells[agent, first:after]
            for i in range(own.shape[0]):
                _draw(out, start + i * size + e.at[own[i]], agent, e)


@kernel(forceinline=True)
def _write_views(out, viewer, cells, begin, end, e):
    size = e.boards.shape[1]
    for first in range(begin, end, _BLOCK):
        start, after = (first - begin) * size, min(first + _BLOCK, end)
        own = cells[viewer, first:after]
        for i in range(own.shape[0]):
            _copy(out, start + i * size, e.boards[own[i]])
        for agent in range(cells.shape[0]):
            there = cells[agent, first:after]
            for i in range(own.shape[0]):
                _draw(out, start + i * size + _in_view(there[i], own[i], e), agent, e)
        for i in range(own.shape[0]):
            _draw(out, start + i * size + _MIDDLE, viewer, e)


@kernel(forceinline=True)
def _in_view(cell, here, e):
    """Where a cell is in the view from `here`: if out of sight in the middle, drawn last."""
    there, own = np.int32(e.pairs[cell]), np.int32(e.pairs[here])
    x = (there & 255) - (own & 255) + _RADIUS
    y = (there >> 8) - (own >> 8) + _RADIUS
    inside = (x >= 0) & (x < VIEW_SIZE) & (y >= 0) & (y < VIEW_SIZE)
    return 3 * (x * VIEW_SIZE + y) if inside else _MIDDLE


@kernel(forceinline=True)
def _draw(out, at, agent, e):
    put_word(out, at, e.codes[agent])
