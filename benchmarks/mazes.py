"""Mazes of any side, for what grows with it."""

from __future__ import annotations

import numpy as np

from scg_envs.games.barrier.layouts import Layout, parse_layout

_HEADER = "1: top_right\n2: bottom_right\ndesirable: top_right\n\n"
_LOOPS = 0.15  # of the walls that a maze with a single way would have


def maze(side: int, posts: int | None = None, seed: int = 0) -> Layout:
    """A square maze with loops, as `maze_text` has it."""
    return parse_layout(maze_text(side, posts, seed), f"maze{side}")


def maze_text(side: int, posts: int | None = None, seed: int = 0, loops: float = _LOOPS) -> str:
    """A square maze with loops; blue starts on the left, the goals are in the right corners.

    Args:
        side: cells along a side, odd, at least 7.
        posts: how many cells are posts of both barriers; None for all that can be.
        seed: which maze.
        loops: the share of walls that are taken away.
    """
    rng = np.random.default_rng([seed, side])
    drawn = np.full((side, side), "#", dtype="<U1")  # [y, x]
    drawn[::2, ::2] = "."
    rooms, walk = {(0, 0)}, [(0, 0)]
    while walk:  # depth first, so every room is reached
        y, x = walk[-1]
        around = [(y, x + 2), (y + 2, x), (y, x - 2), (y - 2, x)]
        new = [r for r in around if 0 <= min(r) <= max(r) < side and r not in rooms]
        if not new:
            walk.pop()
            continue
        room = new[rng.integers(len(new))]
        drawn[(y + room[0]) // 2, (x + room[1]) // 2] = "."
        rooms.add(room)
        walk.append(room)
    walls = (drawn == "#") & (np.indices(drawn.shape).sum(axis=0) % 2 == 1)
    drawn[walls & (rng.random(drawn.shape) < loops)] = "."
    drawn[side // 4 * 2, 0], drawn[0, -1], drawn[-1, -1] = "B", "1", "2"
    free = rng.permutation(np.argwhere(drawn == "."))
    for number, (y, x) in enumerate(free[:posts]):
        drawn[y, x] = "RY"[number] if number < 2 else "." if posts is None else "x"
    return _HEADER + "\n".join("".join(line) for line in drawn)
