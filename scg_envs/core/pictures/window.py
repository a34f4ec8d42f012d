"""A window that shows frames, for `render_mode="human"`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray


class Window:
    """Opens at the first frame; a display is needed then, and not before."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._surface: Any = None
        self._clock: Any = None

    def show(self, frame: NDArray[np.uint8], fps: int) -> None:
        """Show a frame, (H, W, 3), for 1/fps seconds."""
        if self._surface is None:
            pygame.display.init()
            pygame.display.set_caption(f"scg-envs: {self._title}")
            self._surface = pygame.display.set_mode((frame.shape[1], frame.shape[0]))
            self._clock = pygame.time.Clock()
        pygame.surfarray.blit_array(self._surface, frame.transpose(1, 0, 2))
        pygame.event.pump()
        pygame.display.flip()
        self._clock.tick(fps)

    def close(self) -> None:
        """Close it, if it is open."""
        if self._surface is not None:
            pygame.display.quit()
            self._surface = None
