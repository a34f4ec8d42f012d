"""Random boards of the barrier game, for scenarios that nobody has tuned anything on.

A board of side n has rooms at even coordinates and corridors between them: a spanning tree drawn by
a walk that turns back where it is stuck, then further doors, so that there are several routes. Two
goals stand far from blue's start. Boards on which a goal cannot be reached, or red's best post
changes little, are drawn again, by the same stream, so that a seed is one board.
"""

from __future__ import annotations

import numpy as np

from ...core.checks import check_seed, check_whole
from ...core.errors import InvalidLayout
from ...games.barrier.layouts import Cell, parse_layout
from ...games.barrier.problem import BarrierProblem

LEAST = 0.1  # that the best post changes of P
DOORS = 0.4  # the chance of a further door where two rooms have none
_TRIES = 1000


def board(seed: int, side: int) -> str:
    """The text of a board.

    Args:
        seed: of what is drawn.
        side: cells along each edge, from 7 to 99; an even one counts as the next.

    Raises:
        InvalidArgument: no seed, or no such side.
    """
    check_seed(seed)
    check_whole("side", side, 7, 99)
    side |= 1
    np_random = np.random.default_rng([seed, side])
    for _ in range(_TRIES):
        text = _drawn(side, np_random)
        try:
            problem = BarrierProblem(parse_layout(text, "board"))
        except InvalidLayout:  # one goal stands in the only way to the other
            continue
        before, best = problem.solver.before().p, problem.solver.optimum()
        if before is not None and best is not None and best.value - before >= LEAST:
            return f"# Drawn by scg_envs.train.benchmark.boards.board({seed}, {side}).\n{text}"
    raise AssertionError(f"no board of seed {seed} in {_TRIES} tries")


def _drawn(side: int, np_random: np.random.Generator) -> str:
    rooms = [(x, y) for x in range(0, side, 2) for y in range(0, side, 2)]
    floor = {rooms[0]}
    path = [rooms[0]]
    while path:
        x, y = path[-1]
        near = [(x + 2, y), (x - 2, y), (x, y + 2), (x, y - 2)]
        new = [one for one in near if one in rooms and one not in floor]
        if not new:
            path.pop()
            continue
        room = new[np_random.integers(len(new))]
        floor |= {room, _between((x, y), room)}
        path.append(room)
    for room in rooms:
        for other in ((room[0] + 2, room[1]), (room[0], room[1] + 2)):
            if other in rooms and np_random.random() < DOORS:
                floor.add(_between(room, other))
    start = (0, 2 * int(np_random.integers((side + 1) // 2)))
    ends = [room for room in rooms if room[0] >= side - 3]
    goals = [ends[k] for k in np_random.choice(len(ends), 2, replace=False)]
    free = [cell for cell in sorted(floor) if cell not in (start, *goals)]
    stills = [free[k] for k in np_random.choice(len(free), 2, replace=False)]
    marks = dict(zip([start, *goals, *stills], "B12RY", strict=True))
    rows = [
        "".join(marks.get((x, y), "." if (x, y) in floor else "#") for x in range(side))
        for y in range(side)
    ]
    return "1: first\n2: second\ndesirable: first\n\n" + "\n".join(rows) + "\n"


def _between(one: Cell, other: Cell) -> Cell:
    return (one[0] + other[0]) // 2, (one[1] + other[1]) // 2
