"""A picture as tiles: what a page draws of a board, each tile sent once and named from then on.

board = game.board()
board.pixels()                       # what `render` shows below its caption, (H, W, 3) uint8
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Board:
    """Tiles of one size in rows.

    Attributes:
        tiles: the rows, from the top, each of the names of its tiles from the left.
        image: what the tile of a name looks like, (size, size, 3) uint8.
        words: who stands where, for those who cannot see it.
        legend: what tiles stand for, by name; of some of them, and perhaps of others too.
    """

    tiles: tuple[tuple[str, ...], ...]
    image: Callable[[str], NDArray[np.uint8]]
    words: str = ""
    legend: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The different tiles."""
        return frozenset(name for row in self.tiles for name in row)

    def pixels(self) -> NDArray[np.uint8]:
        """(H, W, 3) the whole picture."""
        rows = [np.concatenate([self.image(name) for name in row], axis=1) for row in self.tiles]
        return np.concatenate(rows)
