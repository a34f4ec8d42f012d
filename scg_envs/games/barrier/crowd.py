"""Games against barriers that walk, many in lockstep: several walkers' tables as one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import compiled
from .families import WalkingSpace
from .layouts import Layout
from .tables import Tables, tables_of


class Crowd:
    """The walkers of some pre-policies; a game's walker state is a number among all of theirs.

    Attributes:
        points: (n, ...) the pre-policies.
        first: (n,) the state in which each begins.
        begins: (n,) the number of each one's state 0.
        cell: (S,) the cell of every state.
        tokens: (rows, k) what followers are shown.
        layout: the layout.
    """

    def __init__(self, space: WalkingSpace, points: Any) -> None:
        """Put the tables of pre-policies together.

        Args:
            space: whose they are.
            points: (n, ...) at least one.
        """
        self.points = np.asarray(points)
        self.layout: Layout = space.family.layout
        self.committed = space.committed
        self.tables: Tables = tables_of(self.layout)
        walkers = [space.walker(point) for point in self.points]
        shown = [space.shown_by_state(point) for point in self.points]
        sizes = [len(walker.cell) for walker in walkers]
        self.begins: NDArray[np.int64] = np.cumsum([0, *sizes[:-1]]).astype(np.int64)
        self.first = self.begins + np.array([walker.start for walker in walkers], dtype=np.int64)
        self.cell = np.concatenate([walker.cell for walker in walkers])
        self._next = np.concatenate(
            [
                (w.next + b).astype(np.int32).ravel()
                for w, b in zip(walkers, self.begins, strict=True)
            ]
        )
        widths = np.repeat([walker.next.shape[1] for walker in walkers], sizes)
        self._wide = widths > 1
        self._next_at = np.cumsum([0, *widths[:-1]]).astype(np.int64)
        self.tokens = np.concatenate(shown)
        rows = np.cumsum([0, *[len(one) for one in shown[:-1]]])
        self._token_at = np.concatenate(
            [
                row + (np.arange(size) if len(one) > 1 else np.zeros(size, np.int64))
                for row, one, size in zip(rows, shown, sizes, strict=True)
            ]
        ).astype(np.int64)

    def step(
        self,
        blue: NDArray[np.int32],
        state: NDArray[np.int64],
        other: NDArray[np.int32],
        actions: NDArray[np.int64],
    ) -> NDArray[np.uint8]:
        """Move the walkers, then blue, in place.

        Args:
            blue: (N,) where blue is.
            state: (N,) of the walkers.
            other: (N,) where the other barriers stand.
            actions: (N,) blue's.

        Returns:
            (N,) the goal that blue is at, its place in `Layout.outcomes`, or 0.
        """
        moves = self.tables.next_cell[1]
        _step(moves, self.cell, self._next, self._next_at, self._wide, blue, state, other, actions)
        return self.tables.goal_at[blue]

    def see(
        self, blue: NDArray[np.int32], state: NDArray[np.int64], other: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint8], NDArray[Any]]:
        """(N, 6) the observation `vector`, and (N, k) what is shown of the commitments."""
        xy = self.tables.xy
        where = {"blue": blue, self.committed: self.cell[state]}
        where[self.layout.other_barrier(self.committed)] = other
        rows = np.concatenate([xy[where[agent]] for agent in self.layout.agents], axis=1)
        return rows, self.tokens[self._token_at[state]]


def observation(
    rows: NDArray[np.uint8], tokens: NDArray[Any], playing: bool = True
) -> NDArray[np.uint8] | dict[str, NDArray[Any]]:
    """What blue's batched view shows: flat where all are whole numbers, else a dictionary.

    Args:
        rows: (N, 6) the board.
        tokens: (N, k) what is shown of the commitments.
        playing: whether the commitments are made.
    """
    phase = np.full(len(rows), int(playing))
    if tokens.dtype == np.uint8:
        return np.concatenate([rows, tokens, phase[:, None].astype(np.uint8)], axis=1)
    return {"observation": rows, "commitment": tokens, "phase": phase}


@compiled
def _step(moves, cell, nxt, next_at, wide, blue, state, other, actions):
    for i in range(len(blue)):
        b, s = blue[i], state[i]
        aim = nxt[next_at[s] + (b if wide[s] else 0)]
        if cell[aim] != b and cell[aim] != other[i]:
            s = aim
        to = moves[b, actions[i]]
        blue[i] = b if to == cell[s] or to == other[i] else to
        state[i] = s
