"""How barriers look, in MiniGrid's pictures and in its encoding: a shape and a color each."""

from __future__ import annotations

from typing import Literal

from .layouts import Layout

Shape = Literal["box", "ball", "key"]

_SHAPES: tuple[Shape, ...] = ("box", "ball", "key")
_COLORS = ("yellow", "red", "green", "purple", "grey")  # MiniGrid's, but for blue's


def looks_of(layout: Layout) -> dict[str, tuple[Shape, str]]:
    """Each barrier's shape and color, no two alike.

    A barrier named like a color has it, the others have the colors that are left, as boxes; further
    ones have the next shape.
    """
    looks: dict[str, tuple[Shape, str]] = {
        agent: ("box", agent) for agent in layout.barriers if agent in _COLORS
    }
    left = [
        (shape, color)
        for shape in _SHAPES
        for color in _COLORS
        if (shape, color) not in looks.values()
    ]
    for agent in layout.barriers:
        if agent not in looks:
            looks[agent] = left.pop(0)
    return {agent: looks[agent] for agent in layout.barriers}
