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

**Costs learned where less is closed are a beginning where more is.** Let cost' be what was learned
while some cells were closed, and best'[c] = min_a cost'[c, a]. Where more cells are closed,

    cost[c, a] = min(cost'[c, a], 1 + best'[c])

doesn't exceed the truth. A walk from c among more closed cells, without the steps in which it stood
still, is one among fewer; so it takes best'[c] steps at least. If a leads from c to where it did,
the walk that begins with it takes 1 step and what it takes from there, which is cost'[c, a] at
least. If a leads nowhere now, it takes 1 step and what it takes from c. So what is learned without
anybody in the way, by walks from every cell that was met, is where each pre-policy begins, and what
is learned of the cells that one closes in all of its cases, where each of these does: most of them
have the way around one cell to learn.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import compiled, put
from ...core.streams import episode_base, mix, unit

UNTRIED = -2
"""In the place of what follows an action that was not tried."""


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
    known: NDArray[np.int32] | None = None,
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
        known: (cells, actions) costs that were learned where no other cells are closed than all
            cases close; None: nothing is known.
    """
    n, cells = len(closed), len(leads)
    length, least, end = np.zeros((3, n), dtype=np.int32)
    steps, action = np.zeros(n, dtype=np.int64), np.zeros((n, cells), dtype=np.uint8)
    first = _first_costs(leads, known)
    _cases(
        leads, ends, start, closed, horizon, keys, most_steps, first, length, least, end, steps,
        action,
    )  # fmt: skip
    return Learned(length, least, end, steps, action)


def learn_costs(
    leads: NDArray[np.uint16],
    ends: NDArray[np.bool_],
    start: int,
    closed: NDArray[np.int32],
    horizon: int,
    key: int,
    most_steps: int,
    known: NDArray[np.int32] | None = None,
) -> tuple[NDArray[np.int32], int]:
    """Learn what walks cost in one case: from the start, then from every cell that was met.

    Args:
        leads: (cells, actions) where an action leads if nobody stands there.
        ends: (cells,) the cells in which a walk ends.
        start: the cell in which it begins.
        closed: (k,) the cells that cannot be entered.
        horizon: T, steps after which a walk is broken off.
        key: seeds the draws.
        most_steps: after which no further walk begins.
        known: costs that never exceed the truth, to begin with; 1 each if None.

    Returns:
        (cells, actions) costs that don't exceed the truth, and the steps walked.
    """
    cost = _first_costs(leads, known)
    return cost, int(_everywhere(leads, ends, start, closed, horizon, key, most_steps, cost))


def _first_costs(leads: NDArray[np.uint16], known: NDArray[np.int32] | None) -> NDArray[np.int32]:
    """(cells, actions) what costs begin at."""
    if known is None:
        return np.ones(leads.shape, dtype=np.int32)
    return np.minimum(known, 1 + known.min(axis=1, keepdims=True)).astype(np.int32)


@compiled
def _cases(
    leads: Any, ends: Any, start: Any, closed: Any, horizon: Any, keys: Any, most: Any, known: Any,
    length: Any, least: Any, end: Any, steps: Any, action: Any,
) -> None:  # fmt: skip
    cells, actions = leads.shape
    cost, best = np.empty((cells, actions), dtype=np.int32), np.empty(cells, dtype=np.int32)
    lists = np.empty((2, cells * actions), dtype=np.int32)
    kept = np.empty(horizon, dtype=np.int32)
    for case in range(len(closed)):
        cost[:] = known
        _begin(cost, best, lists)
        length[case], end[case], steps[case] = _learn(
            leads, ends, start, closed[case], horizon, keys[case], most, cost, best, lists, kept
        )
        least[case] = best[start]
        for c in range(cells):
            action[case, c] = cost[c].argmin()
        for k in range(length[case]):
            action[case, kept[k] // actions] = kept[k] % actions


@compiled
def _everywhere(
    leads: Any, ends: Any, start: Any, closed: Any, horizon: Any, key: Any, most: Any, cost: Any
) -> Any:
    cells, actions = leads.shape
    best, kept = np.empty(cells, dtype=np.int32), np.empty(horizon, dtype=np.int32)
    lists = np.empty((2, cells * actions), dtype=np.int32)
    _begin(cost, best, lists)
    waits, known = np.zeros(cells, dtype=np.bool_), np.empty(cells, dtype=np.int32)
    known[0], count, done, steps = start, 1, 0, 0
    waits[start] = True
    while done < count and steps < most:
        here = known[done]
        done += 1
        own = mix(np.uint64(key) + np.uint64(here))
        steps += _learn(
            leads, ends, here, closed, horizon, own, most - steps, cost, best, lists, kept
        )[2]
        for c in range(cells):  # those that something has led to
            if lists[0, c] >= 0 and not waits[c] and not ends[c]:
                waits[c] = True
                known[count] = c
                count += 1
    return steps


@compiled
def _begin(cost: Any, best: Any, lists: Any) -> None:
    """The least cost in each cell, and that nothing has led anywhere."""
    for c in range(len(cost)):
        best[c] = cost[c].min()
    lists[0], lists[1] = -1, UNTRIED


@compiled
def _learn(
    leads: Any, ends: Any, start: Any, closed: Any, horizon: Any, key: Any, most: Any,
    cost: Any, best: Any, lists: Any, kept: Any,
) -> Any:  # fmt: skip
    """Walk from the start until a walk is a shortest one; its length (0: none), end, steps walked.

    What is known is `cost`, (cells, actions), and raised, and with it `best`, (cells,), the least
    in each cell. What has led where is a list for each cell: in lists[0, cell] its first cell *
    actions + action, in lists[1, that] the next one; -1 at the end, `UNTRIED` for what was not
    tried. The shortest walk is written to `kept`, (horizon,).
    """
    cells, actions = leads.shape
    beyond = horizon + 1
    raised = np.empty(cells, dtype=np.int32)  # cells whose least cost has risen: a stack
    waits = np.zeros(cells, dtype=np.bool_)  # whether a cell is on it
    walk = np.empty(horizon, dtype=np.int32)
    base, draws = episode_base(key, np.uint64(0)), 0
    length, end, steps = 0, -1, 0
    while best[start] < beyond and steps < most:
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
            target = np.int64(leads[cell, chosen])
            for k in range(len(closed)):
                if target == closed[k]:
                    target = cell
            taken = cell * actions + chosen
            walk[t] = taken
            t += 1
            if lists[1, taken] == UNTRIED:
                lists[1, taken], lists[0, target] = lists[0, target], taken
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
                edge = lists[0, here]
                while edge >= 0:
                    before, by = edge // actions, edge % actions
                    cost[before, by] = min(max(cost[before, by], 1 + now), beyond)
                    if not waits[before]:
                        raised[waiting], waits[before] = before, True
                        waiting += 1
                    edge = lists[1, edge]
            cell = target
        steps += t
        if ends[cell] and (length == 0 or t < length):
            length, end = t, cell
            put(kept, walk[:t])
        if length > 0 and length <= best[start]:
            break
    return length, end, steps
