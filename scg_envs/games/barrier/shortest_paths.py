"""The barrier game solved exactly, with the barriers posted.

Once yellow and red hold their posts, blue's best response is a shortest path to a nearest goal
(its reward 1 - 0.9 t/T falls in the number of steps t). So P(Y=y | do(red at c)) averages, over
yellow's posts, the chance that a nearest goal is the wanted one (eq. 4.2 of the paper, with the
profile given by the posts and blue's shortest path). Where several goals are equally near, the
tie rule decides: `uniform` gives each the same chance, `optimistic` takes the wanted one,
`pessimistic` avoids it. If no goal can be reached within the horizon the outcome is `none`.

The map of a layout needs distances for every pair of posts. Every shortest path to a goal visits
one cell at each distance from the start, so a barrier makes a nearest goal further only where it
stands on the one cell that all these paths have at its distance. For each post of the committed
barrier a flood fill from blue's start and one from each nearest goal find those cells. A post of
the other barrier off them changes nothing (the nearest goals stay as near, the others only get
further); on such a cell of some nearest goals, it leaves the others as the nearest; only on such a
cell of all of them is a further fill needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import compiled
from ...core.errors import UnknownName
from ...core.ties import Ties, check_ties
from .dynamics import goal_reward
from .layouts import Cell, Layout, other_barrier
from .tables import tables_of


@dataclass(frozen=True)
class EffectMap:
    """What every commitment of one barrier does to the outcome.

    Attributes:
        layout: the layout.
        committed: the barrier that commits, `other` the one that does not.
        horizon: T.
        distance: (posts, other posts) int32, blue's shortest way to a nearest goal; -1 where no
            goal is within T steps or the pair is impossible.
        nearest: (posts, other posts, goals) bool, which goals are at that distance.
        possible: (posts, other posts) bool, the pairs of different cells. Given the committed
            barrier's post, the other's is uniform over the possible ones of its row.
    """

    layout: Layout
    committed: str
    horizon: int
    distance: NDArray[np.int32]
    nearest: NDArray[np.bool_]
    possible: NDArray[np.bool_]

    @property
    def posts(self) -> tuple[Cell, ...]:
        """The committed barrier's posts: the pre-policy space."""
        return self.layout.posts[self.committed]

    @cached_property
    def base_weights(self) -> NDArray[np.float64]:
        """(posts,) chance of each post without intervention: uniform pairs of different posts."""
        pairs = self.possible.sum(axis=1)
        return pairs / pairs.sum()

    def average(self, pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        """(posts,) mean over the other barrier's possible posts of a (posts, other posts) array."""
        return np.where(self.possible, pairs, 0.0).sum(axis=1) / self.possible.sum(axis=1)

    @cached_property
    def value(self) -> NDArray[np.float64]:
        """(posts, other posts) blue's best utility: 1 - 0.9 t/T, or 0 where no goal is in reach."""
        return np.where(self.distance < 0, 0.0, goal_reward(self.distance, self.horizon))

    def pair_probability(self, desirable: str, ties: Ties) -> NDArray[np.float64]:
        """(posts, other posts) chance of the desirable outcome for every pair of posts."""
        check_ties(ties)
        wanted = self.nearest[:, :, _goal_index(self.layout, desirable)]
        count = self.nearest.sum(axis=2)
        if ties == "optimistic":
            return wanted.astype(np.float64)
        if ties == "pessimistic":
            return (wanted & (count == 1)).astype(np.float64)
        return wanted / np.maximum(count, 1)

    def probability(self, desirable: str, ties: Ties) -> NDArray[np.float64]:
        """(posts,) P(Y=desirable | do(committed at post))."""
        return self.average(self.pair_probability(desirable, ties))

    def probability_before(self, desirable: str, ties: Ties) -> float:
        """P(Y=desirable) without intervention: both barriers on a uniform pair of posts."""
        return float(self.pair_probability(desirable, ties)[self.possible].mean())


def _goal_index(layout: Layout, desirable: str) -> int:
    names = list(layout.goals.values())
    if desirable not in names:
        raise UnknownName("desirable outcome", desirable, names)
    return names.index(desirable)


def solve(layout: Layout, committed: str = "red", horizon: int | None = None) -> EffectMap:
    """Blue's shortest paths for every pair of posts.

    Args:
        layout: the layout.
        committed: the barrier that commits; it indexes the first axis of the map.
        horizon: T; the layout's own if None.
    """
    other = other_barrier(committed)
    horizon = layout.horizon(horizon)
    tables = tables_of(layout)
    first, second = tables.posts[committed], tables.posts[other]
    distance, nearest = _solve_pairs(
        tables.next_cell[1], tables.start, tables.goals, first, second, horizon
    )
    possible = first[:, None] != second[None, :]
    return EffectMap(layout, committed, horizon, distance, nearest, possible)


@compiled
def _flood(next_cell, source, blocked_a, blocked_b, distance, queue):
    """Fill `distance` with steps from `source` around two blocked cells; -1 where unreachable."""
    distance[:] = -1
    distance[source] = 0
    queue[0] = source
    head, tail = 0, 1
    while head < tail:
        cell = queue[head]
        head += 1
        for action in range(1, 5):
            neighbor = next_cell[cell, action]
            if distance[neighbor] < 0 and neighbor != blocked_a and neighbor != blocked_b:
                distance[neighbor] = distance[cell] + 1
                queue[tail] = neighbor
                tail += 1


@compiled
def shortest_path_actions(blue, yellow, red, next_cell, goals, actions):
    """Blue's first step on a shortest path to a nearest goal, for N positions.

    Args:
        blue: (N,) cells.
        yellow: (N,) cells.
        red: (N,) cells.
        next_cell: blue's moves.
        goals: the goals; of equally near ones the first is taken.
        actions: (N,) int64, written; 0 (stay) where no goal can be reached.
    """
    cells = next_cell.shape[0]
    distance = np.empty(cells, dtype=np.int32)
    queue = np.empty(cells, dtype=np.int32)
    for i in range(blue.shape[0]):
        best = -1
        actions[i] = 0
        for goal in goals:
            _flood(next_cell, goal, yellow[i], red[i], distance, queue)
            here = distance[blue[i]]
            if here < 0 or (best >= 0 and here >= best):
                continue
            best = here
            for action in range(1, 5):
                if distance[next_cell[blue[i], action]] == here - 1:
                    actions[i] = action
                    break


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
def _solve_pairs(next_cell, start, goals, first, second, horizon):
    """Distances and nearest goals for all pairs of posts; the module's docstring says how."""
    nowhere = -1
    cells = next_cell.shape[0]
    distance = np.full((len(first), len(second)), -1, dtype=np.int32)
    nearest = np.zeros((len(first), len(second), len(goals)), dtype=np.bool_)
    from_start = np.empty(cells, dtype=np.int32)
    from_goal = np.empty(cells, dtype=np.int32)
    detour = np.empty(cells, dtype=np.int32)
    queue = np.empty(cells, dtype=np.int32)
    width = np.empty(cells + 1, dtype=np.int32)  # cells on shortest paths, by distance
    blocks = np.empty((len(goals), cells), dtype=np.bool_)
    near = np.empty(len(goals), dtype=np.bool_)
    for i in range(len(first)):
        _flood(next_cell, start, first[i], nowhere, from_start, queue)
        best = _nearest_goals(from_start, goals, horizon, near)
        blocks[:] = False
        for k in range(len(goals)):
            if near[k]:
                _flood(next_cell, goals[k], first[i], nowhere, from_goal, queue)
                width[:] = 0
                for cell in range(cells):
                    if from_goal[cell] >= 0 and from_start[cell] + from_goal[cell] == best:
                        width[from_start[cell]] += 1
                for cell in range(cells):
                    if from_goal[cell] >= 0 and from_start[cell] + from_goal[cell] == best:
                        blocks[k, cell] = width[from_start[cell]] == 1
        for j in range(len(second)):
            if second[j] == first[i]:
                continue
            still_near = False
            for k in range(len(goals)):
                nearest[i, j, k] = near[k] and not blocks[k, second[j]]
                still_near |= nearest[i, j, k]
            distance[i, j] = best
            if best >= 0 and not still_near:
                _flood(next_cell, start, first[i], second[j], detour, queue)
                distance[i, j] = _nearest_goals(detour, goals, horizon, nearest[i, j])
    return distance, nearest
