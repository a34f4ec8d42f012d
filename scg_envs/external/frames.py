"""The frames of an episode of a game that draws itself, or does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from ..caption import caption_strip
from ..errors import InvalidArgument
from .loading import Source

_WIDTH = 480  # pixels, of games without pictures


def drawn(source: Source) -> ParallelEnv[str, Any, Any] | None:
    """A copy of the game that draws itself, or None if it takes no `render_mode`."""
    try:
        game = source.make(render_mode="rgb_array")
    except InvalidArgument:  # the game itself was made before, so this argument is what it refuses
        return None
    return game if getattr(game, "render_mode", None) == "rgb_array" else None


def even(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The frame with a last row or column twice where it has an odd number: video wants even."""
    height, width = frame.shape[:2]
    return np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def told(title: str, lines: list[str]) -> NDArray[np.uint8]:
    """A frame of text, for games without pictures."""
    return np.concatenate([caption_strip(line, _WIDTH) for line in (title, *lines)])


def same_size(frames: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    """The frames, cut or filled up with black to the size of the first."""
    first = None
    for frame in frames:
        first = frame.shape if first is None else first
        if frame.shape != first:
            canvas = np.zeros(first, dtype=np.uint8)
            height, width = (min(a, b) for a, b in zip(first[:2], frame.shape[:2], strict=True))
            canvas[:height, :width] = frame[:height, :width]
            frame = canvas
        yield frame
