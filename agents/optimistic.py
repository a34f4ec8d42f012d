"""Optimistic Q-learning of shortest walks, which certifies what it has learned by itself.

A follower walks on cells that an action leads to without chance, and is paid more the sooner it
arrives. It learns cost[c, a], how many steps it takes at least from cell c if a is the first. Costs
begin too low, at 1, and are only raised to what was experienced: an action that led to c' costs

    1                             if c' is an end,
    1 + min_a' cost[c', a']       else.

**They never exceed the truth.** At first they don't, for every walk takes a step. Let none exceed
it, and let a lead from c to c'. The shortest walk that begins with a takes 1 step to c' and from
there at least min_a' cost[c', a'] more; so the raised cost doesn't exceed it either.

**So a walk certifies itself**: one from the start that took as many steps as the least cost there
is a shortest one. And where that cost exceeds the horizon, nobody arrives in time.

The learner takes the least cost's action, so it tries what it doesn't know before it repeats a
detour: every action is tried in every cell, once, where it might still be worth it. What an action
led to is remembered and its cost raised again (replay) until nothing changes. So costs settle to
the shortest walks among what has been tried, and the next walk either tries something new or is
a shortest one. No solver is asked, and nothing of the game but what walking in it has shown.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.compiled import compiled
from ..core.streams import episode_base, unit


class Learned(NamedTuple):
    """What was learned of n cases; all arrays are (n,) but the last.

    Attributes:
        length: steps of the shortest walk that was found; 0 where none arrived in time.
        least: what no walk takes fewer steps than; above the horizon where nobody arrives in time.
        end: the cell in which that walk ends; -1 where there is none.
        steps: steps walked to find out.
        action: (n, cells) what the follower does in each cell: along that walk, and elsewhere what
            costs least by what it has learned.
    """

    length: NDArray[np.int32]
    least: NDArray[np.int32]
    end: NDArray[np.int32]
    steps: NDArray[np.int64]
    action: NDArray[np.uint8]


def learn_walks(
    leads: NDArray[np.uint16],
    ends: NDArray[np.bool_],
    start: int,
    closed: NDArray[np.int32],
    horizon: int,
    keys: NDArray[np.uint64],
    most_steps: int,
) -> Learned:
    """Learn to walk from the start to an end, in n cases of their own.

    Args:
        leads: (cells, actions) where an action leads if nobody stands there.
        ends: (cells,) the cells in which a walk ends.
        start: the cell in which it begins.
        closed: (n, k) the cells that cannot be entered.
        horizon: T, steps after which a walk is broken off.
        keys: (n,) seed each case's draws.
        most_steps: after which a case begins no further walk.
    """
    n, cells = len(closed), len(leads)
    length, least, end = np.zeros((3, n), dtype=np.int32)
    steps, action = np.zeros(n, dtype=np.int64), np.zeros((n, cells), dtype=np.uint8)
    _learn(leads, ends, start, closed, horizon, keys, most_steps, length, least, end, steps, action)
    return Learned(length, least, end, steps, action)


@compiled
def _learn(
    leads: Any, ends: Any, start: Any, closed: Any, horizon: Any, keys: Any, most: Any,
    length: Any, least: Any, end: Any, steps: Any, action: Any,
) -> None:  # fmt: skip
    cells, actions = leads.shape
    beyond = horizon + 1
    cost = np.empty((cells, actions), dtype=np.int32)
    best = np.empty(cells, dtype=np.int32)  # the least cost in each cell
    # What has led to a cell, as a list of the numbers cell * actions + action.
    led = np.empty(cells * actions, dtype=np.bool_)
    first = np.empty(cells, dtype=np.int32)
    following = np.empty(cells * actions, dtype=np.int32)
    raised = np.empty(cells, dtype=np.int32)  # cells whose least cost has risen: a stack
    waits = np.zeros(cells, dtype=np.bool_)  # whether a cell is on it
    walk = np.empty(horizon, dtype=np.int32)
    kept = np.empty(horizon, dtype=np.int32)  # the shortest walk so far
    for case in range(len(closed)):
        cost[:], best[:], led[:], first[:] = 1, 1, False, -1
        base, draws = episode_base(keys[case], np.uint64(0)), 0
        end[case] = -1
        while best[start] < beyond and steps[case] < most:
            cell, t = start, 0
            while t < horizon and not ends[cell] and best[start] < beyond:
                # Of the actions that cost least, one at random.
                ties, chosen = 0, 0
                for a in range(actions):
                    if cost[cell, a] == best[cell]:
                        ties += 1
                        if ties == 1 or unit(base, draws) * ties < 1:
                            chosen = a
                        draws += 1
                target = leads[cell, chosen]
                for k in range(closed.shape[1]):
                    if target == closed[case, k]:
                        target = cell
                taken = cell * actions + chosen
                walk[t] = taken
                t += 1
                if not led[taken]:
                    led[taken] = True
                    following[taken], first[target] = first[target], taken
                # Raise its cost, and replay whatever has led to a cell that is dearer now.
                after = 0 if ends[target] else best[target]
                cost[cell, chosen] = min(max(cost[cell, chosen], 1 + after), beyond)
                raised[0], waiting, waits[cell] = cell, 1, True
                while waiting > 0:
                    waiting -= 1
                    here = raised[waiting]
                    waits[here] = False
                    now = cost[here].min()
                    if now == best[here]:
                        continue
                    best[here] = now
                    edge = first[here]
                    while edge >= 0:
                        before, by = edge // actions, edge % actions
                        cost[before, by] = min(1 + now, beyond)
                        if not waits[before]:
                            raised[waiting], waits[before] = before, True
                            waiting += 1
                        edge = following[edge]
                cell = target
            steps[case] += t
            if ends[cell] and (length[case] == 0 or t < length[case]):
                length[case], end[case] = t, cell
                kept[:t] = walk[:t]
            if length[case] > 0 and length[case] <= best[start]:
                break
        least[case] = best[start]
        for c in range(cells):
            action[case, c] = cost[c].argmin()
        for k in range(length[case]):
            action[case, kept[k] // actions] = kept[k] % actions
