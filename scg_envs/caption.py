"""A line of text above a frame."""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray

HEIGHT = 32  # pixels; video encoders like sides that are multiples of 16
_FONT_SIZE = 22
_MARGIN = 6


def caption_strip(text: str, width: int) -> NDArray[np.uint8]:
    """(HEIGHT, width, 3) white text on black, shortened to fit."""
    pygame.font.init()
    font = pygame.font.Font(None, _FONT_SIZE)
    if font.size(text)[0] > width - 2 * _MARGIN:
        while text and font.size(text + "...")[0] > width - 2 * _MARGIN:
            text = text[:-1]
        text += "..."
    surface = pygame.Surface((width, HEIGHT))
    words = font.render(text, True, (255, 255, 255))
    surface.blit(words, (_MARGIN, (HEIGHT - words.get_height()) // 2))
    return np.ascontiguousarray(pygame.surfarray.array3d(surface).transpose(1, 0, 2))
