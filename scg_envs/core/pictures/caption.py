"""Lines of text above a frame."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from .fonts import drawable, font_of, written

HEIGHT = 32  # pixels; video encoders like sides that are multiples of 16
_SIZES = (22, 20, 18, 16, 15, 14)  # of the font; below the last nobody reads
_MARGIN = 6
_ROOMY = 240  # pixels; frames that are narrower get a strip of several heights
_CLAUSE = "; "


@lru_cache(maxsize=128)
def caption_strip(text: str, width: int) -> NDArray[np.uint8]:
    """White text on black, as large as it fits, in as many lines as it takes.

    Texts of very many clauses (parted by semicolons) end in how many more there are.

    Args:
        text: what it says.
        width: of the frame, in pixels.

    Returns:
        (height, width, 3) uint8 that can't be written to: the next frame of these words gets it,
        too. The height depends on the width alone, and is `HEIGHT` from 240 pixels on.
    """
    text = drawable(text)
    height = HEIGHT * -(-_ROOMY // max(width, 1)) if width < _ROOMY else HEIGHT
    size, lines = _fitted(text, width - 2 * _MARGIN, height)
    font = font_of(text, size)
    surface = pygame.Surface((width, height))
    top = (height - len(lines) * font.get_height()) // 2
    for row, line in enumerate(lines):
        words = written(line, size, (255, 255, 255), font)
        surface.blit(words, (_MARGIN, top + row * font.get_height()))
    strip = np.ascontiguousarray(pygame.surfarray.array3d(surface).transpose(1, 0, 2))
    strip.setflags(write=False)
    return strip


@lru_cache(maxsize=256)
def _fitted(text: str, width: int, height: int) -> tuple[int, list[str]]:
    """The font's size and the lines, of the largest font in which the text fits."""
    for size in _SIZES:
        font = font_of(text, size)
        lines = _wrapped(text, font, width)
        if lines is not None and len(lines) * font.get_height() <= height:
            return size, lines
    clauses = text.split(_CLAUSE)
    most = height // font.get_height()
    for kept in range(len(clauses) - 1, 0, -1):
        shorter = [*clauses[:kept], f"and {len(clauses) - kept} more"]
        lines = _wrapped(_CLAUSE.join(shorter), font, width)
        if lines is not None and len(lines) <= most:
            return size, lines
    return size, _cut(text, font, width, most)


def _wrapped(text: str, font: pygame.font.Font, width: int) -> list[str] | None:
    """The text in lines, broken between words; None if a word is wider than a line."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if font.size(longer)[0] <= width:
            lines[-1] = longer
        elif font.size(word)[0] <= width:
            lines.append(word)
        else:
            return None
    return lines


def _cut(text: str, font: pygame.font.Font, width: int, most: int) -> list[str]:
    """The last resort, for words that are wider than a frame: lines broken anywhere."""
    lines = [""]
    for letter in text:
        if font.size(lines[-1] + letter)[0] > width and lines[-1]:
            lines.append("")
        lines[-1] += letter
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-3] + "..."]
