"""The barrier game solved exactly, with a barrier that walks: shortest paths in space and time.

Against a known walker (`scg_envs.games.barrier.walkers`) and a barrier that stands, all that
decides how an episode goes on is where blue is and the walker's state. A joint step is then a
function of blue's action a,

    s' = next[s, b]  (s, where blue or the other barrier stands on cell[s'])
    b' = move(b, a)  (b, where the walker, in s', or the other barrier stands on move(b, a))

so blue's best response to it is a shortest path in the graph of the pairs (b, s), whose edges take
a step each: 1 - 0.9 t/T falls in t. A breadth-first search finds the least t at which a goal is
reached, and which goals are reached then; of several the tie rule decides, as where all stand. A
post is a walker of one state, and the search is then the flood fill around it.

For a patrol s is its phase: the graph is space times time. For a rule s is the walker's cell: the
joint chain. P(Y=y | do(walker)) averages over the other barrier's posts, which are uniform among
those that the walker does not start on.
"""

from __future__ import annotations

import numpy as np

from ...core.compiled import compiled
from .arrivals import Arrivals
from .layouts import Layout
from .tables import ACTIONS, STAY, tables_of
from .walkers import Walker

_MOVES = len(ACTIONS)


def arrivals(
    layout: Layout, committed: str, walkers: list[Walker], horizon: int | None = None
) -> Arrivals:
    """When blue arrives, and where, against each walker.

    Args:
        layout: the layout.
        committed: the barrier that walks.
        walkers: of the committed barrier.
        horizon: T; the layout's own if None.
    """
    tables, horizon = tables_of(layout), layout.horizon(horizon)
    others = tables.posts[layout.other_barrier(committed)]
    distance = np.full((len(walkers), len(others)), -1, dtype=np.int32)
    nearest = np.zeros((len(walkers), len(others), len(tables.goals)), dtype=np.bool_)
    possible = np.empty(distance.shape, dtype=np.bool_)
    for row, walker in enumerate(walkers):
        possible[row] = others != walker.cell[walker.start]
        _search(
            tables.next_cell[1],
            tables.goal_at,
            tables.start,
            walker.cell,
            walker.next,
            walker.start,
            others,
            possible[row],
            horizon,
            distance[row],
            nearest[row],
        )
    return Arrivals(layout, horizon, distance, nearest, possible)


@compiled
def _goes_to(cell, nxt, state, blue, other):
    """The state in which a walker is after a step, before blue has moved."""
    aim = nxt[state, blue if nxt.shape[1] > 1 else 0]
    there = cell[aim]
    return state if (there == blue) | (there == other) else aim


@compiled
def _blue_goes(moves, blue, action, walker, other):
    """Where blue is after an action, the barriers having moved."""
    aim = moves[blue, action]
    return blue if (aim == walker) | (aim == other) else aim


@compiled
def _search(moves, goal_at, start, cell, nxt, first, others, possible, horizon, distance, nearest):
    """Fill (others,) `distance` and (others, goals) `nearest`, breadth first."""
    states, cells = len(cell), len(goal_at)
    seen = np.full(cells * states, -1, dtype=np.int32)  # the other post that it was met for
    queue = np.empty(cells * states, dtype=np.int32)
    for k in range(len(others)):
        if not possible[k]:
            continue
        other = others[k]
        queue[0] = start * states + first
        seen[queue[0]] = k
        head, tail, t, arrived = 0, 1, 0, False
        while head < tail and not arrived and t < horizon:
            t += 1
            for _ in range(tail - head):  # all that is reached in t - 1 steps
                blue, state = queue[head] // states, queue[head] % states
                head += 1
                goes = _goes_to(cell, nxt, state, blue, other)
                for action in range(_MOVES):
                    to = _blue_goes(moves, blue, action, cell[goes], other)
                    if goal_at[to] > 0:
                        nearest[k, goal_at[to] - 1] = True
                        arrived = True
                    elif seen[to * states + goes] != k:
                        seen[to * states + goes] = k
                        queue[tail] = to * states + goes
                        tail += 1
        if arrived:
            distance[k] = t


@compiled
def steps_to_goal(moves, goal_at, goal, cell, nxt, other):
    """(cells, S) the fewest steps from each pair to a goal, its number from 1; -1 where none.

    Values are iterated until nothing changes: d(b, s) = 1 + min over a of d(b', s').

    Args:
        moves: blue's moves.
        goal_at: which goal is at each cell, from 1.
        goal: which of them.
        cell: of the walker.
        nxt: of the walker.
        other: where the other barrier stands.
    """
    states, cells = len(cell), len(goal_at)
    d = np.full((cells, states), -1, dtype=np.int32)
    changed, t = True, 0
    while changed:
        changed = False
        t += 1
        for blue in range(cells):
            if goal_at[blue] > 0:
                continue
            for state in range(states):
                if d[blue, state] >= 0 or cell[state] == blue:
                    continue
                goes = _goes_to(cell, nxt, state, blue, other)
                for action in range(_MOVES):
                    to = _blue_goes(moves, blue, action, cell[goes], other)
                    if goal_at[to] == goal if t == 1 else goal_at[to] == 0 and d[to, goes] == t - 1:
                        d[blue, state] = t
                        changed = True
                        break
    return d


@compiled
def first_step(moves, goal_at, distances, order, cell, nxt, state, blue, other):
    """Blue's first action on a shortest path to a goal that is nearest, the first by `order`.

    Args:
        moves: blue's moves.
        goal_at: which goal is at each cell, from 1.
        distances: (goals, cells, S) what `steps_to_goal` returned for each goal.
        order: (goals,) the goals' places in `distances`, those that ties prefer first.
        cell: of the walker.
        nxt: of the walker.
        state: of the walker.
        blue: where blue is.
        other: where the other barrier stands.
    """
    best, which = -1, -1
    for k in order:
        d = distances[k, blue, state]
        if d > 0 and (best < 0 or d < best):
            best, which = d, k
    if which < 0:
        return STAY
    goes = _goes_to(cell, nxt, state, blue, other)
    for action in range(_MOVES):
        to = _blue_goes(moves, blue, action, cell[goes], other)
        if goal_at[to] > 0:
            if goal_at[to] == which + 1 and best == 1:
                return action
        elif best > 1 and distances[which, to, goes] == best - 1:
            return action
    return STAY
