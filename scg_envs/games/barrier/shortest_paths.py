"""The barrier game solved exactly, with the barriers posted.

Once the barriers hold their posts, blue's best response is a shortest path to a nearest goal (its
reward 1 - 0.9 t/T falls in the number of steps t). So P(Y=y | do(red at c)) averages, over the ways
to post the others, the chance that a nearest goal is the wanted one (eq. 4.2 of the paper, with the
profile given by the posts and blue's shortest path). Where several goals are equally near, the
tie rule decides: `uniform` gives each the same chance, `optimistic` takes the wanted one,
`pessimistic` avoids it. If no goal can be reached within the horizon the outcome is `none`.

The map of a layout needs distances for every way to post all barriers. Every shortest path to a
goal visits one cell at each distance from the start, so one more barrier makes a nearest goal
further only where it stands on the one cell that all these paths have at its distance. So the last
barrier that does not commit is treated apart: for each way to post the rest, a flood fill from
blue's start and one from each nearest goal find those cells. A post off them changes nothing (the
nearest goals stay as near, the others only get further); on such a cell of some nearest goals, it
leaves the others as the nearest; only on such a cell of all of them is a further fill needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import compiled
from ...core.errors import InvalidArgument
from .arrivals import Arrivals
from .layouts import Cell, Layout
from .placings import cells_of, choices_of
from .tables import tables_of

_NOWHERE = -1  # a cell where nobody stands
MOST_PLACINGS = 20_000_000  # ways to post all barriers; tables over them take some bytes each


@dataclass(frozen=True)
class EffectMap(Arrivals):
    """What every commitment to posts does to the outcome.

    The placings are the choices of a post of every other barrier; the last one's changes fastest.

    Attributes:
        committed: the barriers that commit.
        others: those that are posted by chance.
    """

    committed: tuple[str, ...]
    others: tuple[str, ...]

    @cached_property
    def cells(self) -> NDArray[np.int32]:
        """(points, C) the cells of the committed barriers' posts."""
        return cells_of(self.layout, self.committed)

    @cached_property
    def other_cells(self) -> NDArray[np.int32]:
        """(placings, B) the cells of the other barriers' posts."""
        return choices_of([tables_of(self.layout).posts[agent] for agent in self.others])

    @property
    def posts(self) -> tuple[Cell, ...]:
        """The posts of the one barrier that commits."""
        (committed,) = self.committed
        return self.layout.posts[committed]

    @cached_property
    def base_weights(self) -> NDArray[np.float64]:
        """(points,) chance of each pre-policy where all barriers are posted by chance."""
        ways = self.possible.sum(axis=1)
        return ways / ways.sum()


def check_placings(layout: Layout) -> None:
    """Raise `InvalidArgument` where there are too many ways to post all barriers to solve."""
    ways = prod(len(posts) for posts in layout.posts.values())
    if ways > MOST_PLACINGS:
        raise InvalidArgument(
            f"layout {layout.name!r} has {ways} ways to post its barriers, and exact answers go "
            f"through all of them, {MOST_PLACINGS} at most; draw fewer posts."
        )


def solve(
    layout: Layout, committed: str | Sequence[str] = "red", horizon: int | None = None
) -> EffectMap:
    """Blue's shortest paths for every way to post the barriers.

    Args:
        layout: the layout.
        committed: the barrier that commits, or several; they index the first axis of the map.
        horizon: T; the layout's own if None.

    Raises:
        UnknownName: somebody who commits is no barrier.
        InvalidArgument: there are too many ways to go through all of them.
    """
    agents = (committed,) if isinstance(committed, str) else tuple(committed)
    for agent in agents:
        layout.check_barrier(agent)
    others = tuple(agent for agent in layout.barriers if agent not in agents)
    horizon = layout.horizon(horizon)
    check_placings(layout)
    tables = tables_of(layout)
    posts = [tables.posts[agent] for agent in others]
    first, rest = cells_of(layout, agents), choices_of(posts[:-1])
    last = posts[-1] if posts else np.array([_NOWHERE], dtype=np.int32)
    distance, nearest, possible = _solve(
        tables.next_cell[1], tables.start, tables.goals, first, rest, last, horizon
    )
    return EffectMap(layout, horizon, distance, nearest, possible, agents, others)


@compiled
def _flood(next_cell, source, closed, distance, queue):
    """Fill `distance` with steps from `source` around closed cells; -1 where unreachable."""
    distance[:] = -1
    distance[source] = 0
    queue[0] = source
    head, tail = 0, 1
    while head < tail:
        cell = queue[head]
        head += 1
        for action in range(1, 5):
            neighbor = next_cell[cell, action]
            if distance[neighbor] < 0 and not closed[neighbor]:
                distance[neighbor] = distance[cell] + 1
                queue[tail] = neighbor
                tail += 1


@compiled
def shortest_path_actions(cells, next_cell, goals, actions):
    """Blue's first step on a shortest path to a nearest goal, for N positions.

    Args:
        cells: (A, N) where blue and the barriers stand.
        next_cell: blue's moves.
        goals: the goals; of equally near ones the first is taken.
        actions: (N,) int64, written; 0 (stay) where no goal can be reached.
    """
    distance = np.empty(next_cell.shape[0], dtype=np.int32)
    queue = np.empty(next_cell.shape[0], dtype=np.int32)
    closed = np.zeros(next_cell.shape[0], dtype=np.bool_)
    for i in range(cells.shape[1]):
        blue, best = cells[0, i], -1
        actions[i] = 0
        for agent in range(1, cells.shape[0]):
            closed[cells[agent, i]] = True
        for goal in goals:
            _flood(next_cell, goal, closed, distance, queue)
            here = distance[blue]
            if here < 0 or (best >= 0 and here >= best):
                continue
            best = here
            for action in range(1, 5):
                if distance[next_cell[blue, action]] == here - 1:
                    actions[i] = action
                    break
        for agent in range(1, cells.shape[0]):
            closed[cells[agent, i]] = False


@compiled
def _nearest_goals(distance, goals, horizon, nearest):
    """Mark the goals at the least distance within the horizon; return it, or -1."""
    best = -1
    for goal in goals:
        d = distance[goal]
        if 0 <= d <= horizon and (best < 0 or d < best):
            best = d
    for k in range(len(goals)):
        nearest[k] = best >= 0 and distance[goals[k]] == best
    return best


@compiled
def _close(closed, cells):
    """Close cells; returns whether all were open."""
    free = True
    for cell in cells:
        free &= not closed[cell]
        closed[cell] = True
    return free


@compiled
def _solve(next_cell, start, goals, first, rest, last, horizon):
    """Distances, nearest goals and what is possible; the module's docstring says how.

    Args:
        next_cell: blue's moves.
        start: where blue starts.
        goals: the goals.
        first: (points, C) where the committed barriers stand.
        rest: (ways, B - 1) where the others but the last stand.
        last: (posts,) where the last one may stand; one of `_NOWHERE` if there is none.
        horizon: T.
    """
    cells, ways = next_cell.shape[0], len(rest) * len(last)
    distance = np.full((len(first), ways), -1, dtype=np.int32)
    nearest = np.zeros((len(first), ways, len(goals)), dtype=np.bool_)
    possible = np.zeros((len(first), ways), dtype=np.bool_)
    from_start = np.empty(cells, dtype=np.int32)
    from_goal = np.empty(cells, dtype=np.int32)
    detour = np.empty(cells, dtype=np.int32)
    queue = np.empty(cells, dtype=np.int32)
    closed = np.zeros(cells, dtype=np.bool_)
    width = np.empty(cells + 1, dtype=np.int32)  # cells on shortest paths, by distance
    blocks = np.empty((len(goals), cells), dtype=np.bool_)
    near = np.empty(len(goals), dtype=np.bool_)
    for i in range(len(first)):
        for r in range(len(rest)):
            closed[:] = False
            _close(closed, first[i])
            if not _close(closed, rest[r]):
                continue
            _flood(next_cell, start, closed, from_start, queue)
            best = _nearest_goals(from_start, goals, horizon, near)
            blocks[:] = False
            for k in range(len(goals)):
                if near[k] and last[0] >= 0:
                    _flood(next_cell, goals[k], closed, from_goal, queue)
                    width[:] = 0
                    for cell in range(cells):
                        if from_goal[cell] >= 0 and from_start[cell] + from_goal[cell] == best:
                            width[from_start[cell]] += 1
                    for cell in range(cells):
                        if from_goal[cell] >= 0 and from_start[cell] + from_goal[cell] == best:
                            blocks[k, cell] = width[from_start[cell]] == 1
            for j in range(len(last)):
                if last[j] >= 0 and closed[last[j]]:
                    continue
                way, still_near = r * len(last) + j, False
                possible[i, way] = True
                for k in range(len(goals)):
                    nearest[i, way, k] = near[k] and not (last[j] >= 0 and blocks[k, last[j]])
                    still_near |= nearest[i, way, k]
                distance[i, way] = best
                if best >= 0 and not still_near:
                    closed[last[j]] = True
                    _flood(next_cell, start, closed, detour, queue)
                    distance[i, way] = _nearest_goals(detour, goals, horizon, nearest[i, way])
                    closed[last[j]] = False
    return distance, nearest, possible
