"""A surface to draw on, at twice the size and scaled down, so that edges are smooth."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pygame
from numpy.typing import NDArray

from ...core.pictures.fonts import drawable, face_of, written

Color: TypeAlias = tuple[int, int, int]

INK: Color = (45, 45, 50)
FAINT: Color = (150, 150, 155)
LINE: Color = (205, 205, 210)
PAPER: Color = (250, 250, 247)
WHITE: Color = (255, 255, 255)
GREEN: Color = (0, 130, 90)
GOLD: Color = (222, 165, 0)

_SCALE = 2
_fonts: dict[tuple[str | None, int], Any] = {}


def blend(color: Color, other: Color, share: float) -> Color:
    """The first color with a share of the second mixed in."""
    r, g, b = (round(a + (c - a) * share) for a, c in zip(color, other, strict=True))
    return r, g, b


class Canvas:
    """All coordinates and sizes are pixels of the finished picture."""

    def __init__(self, width: int, height: int) -> None:
        """An empty page."""
        self._surface = pygame.Surface((width * _SCALE, height * _SCALE))
        self._surface.fill(PAPER)
        self._size = (width, height)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Color | None = None,
        line: Color | None = None,
        thickness: float = 1.0,
        radius: float = 4.0,
    ) -> None:
        """A rectangle with round corners."""
        rect = pygame.Rect(*(round(v * _SCALE) for v in (x, y, width, height)))
        corner = round(radius * _SCALE)
        if fill is not None:
            pygame.draw.rect(self._surface, fill, rect, border_radius=corner)
        if line is not None:
            pen = max(1, round(thickness * _SCALE))
            pygame.draw.rect(self._surface, line, rect, pen, border_radius=corner)

    def dot(self, x: float, y: float, radius: float, color: Color) -> None:
        """A disc."""
        center = (round(x * _SCALE), round(y * _SCALE))
        pygame.draw.circle(self._surface, color, center, round(radius * _SCALE))

    def star(self, x: float, y: float, radius: float, color: Color) -> None:
        """A five-pointed star."""
        angles = np.pi * (np.arange(10) / 5 - 0.5)
        reach = np.where(np.arange(10) % 2, 0.42, 1.0) * radius
        points = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1)
        pygame.draw.polygon(self._surface, color, (points * _SCALE).tolist())

    def text(
        self,
        line: str,
        x: float,
        y: float,
        size: float = 18.0,
        color: Color = INK,
        align: str = "center",
        width: float | None = None,
    ) -> float:
        """One line, centered vertically on y, shortened to a width.

        Args:
            line: what it says.
            x: its left end, middle or right end, after `align`.
            y: its middle.
            size: of the font.
            color: of the letters.
            align: `left`, `center` or `right`.
            width: no wider than this.

        Returns:
            How wide it is.
        """
        line = drawable(line)
        font = _font(line, round(size * _SCALE))
        if width is not None:
            line = shortened(line, width, size)
        drawn = written(line, round(size * _SCALE), color, font)
        left = x * _SCALE - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * drawn.get_width()
        self._surface.blit(drawn, (round(left), round(y * _SCALE - drawn.get_height() / 2)))
        return float(drawn.get_width() / _SCALE)

    def pixels(self) -> NDArray[np.uint8]:
        """(height, width, 3) uint8."""
        scaled = pygame.transform.smoothscale(self._surface, self._size)
        width, height = self._size
        rows = np.frombuffer(pygame.image.tobytes(scaled, "RGB"), dtype=np.uint8)
        return rows.reshape(height, width, 3).copy()


def text_width(line: str, size: float) -> float:
    """How wide a line is."""
    line = drawable(line)
    return float(_font(line, round(size * _SCALE)).size(line)[0] / _SCALE)


def shortened(line: str, width: float, size: float) -> str:
    """The line, cut off with two dots where it is wider."""
    if text_width(line, size) <= width:
        return line
    while line and text_width(line + "..", size) > width:
        line = line[:-1]
    return line + ".." if line else ""


def _font(line: str, size: int) -> Any:
    """A font that has the line's letters, made once, and again after anybody's pygame.quit()."""
    pygame.font.init()
    kind = face_of(line), size
    font = _fonts.get(kind)
    try:
        if font is not None:
            font.get_height()
            return font
    except pygame.error:
        pass
    _fonts[kind] = pygame.font.Font(*kind)
    return _fonts[kind]
