"""The space of mechanisms as a picture, and where full effort is the only outcome in equilibrium.

One panel for each threshold, multipliers upwards and bonuses to the right; the usual mechanism is
in a cell of its own, on the left. Cells are shaded where full effort is sure.
"""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray

from ...core.pictures.caption import caption_strip
from .rules import Mechanisms

_CELL, _GAP, _FONT_SIZE = 44, 40, 18  # pixels
_PAPER, _INK, _SURE, _UNSURE = (250, 249, 245), (30, 30, 30), (170, 215, 160), (225, 222, 214)
_CAPTION = "shaded: full effort is the only subgame-perfect outcome; up: multiplier; right: bonus"


def draw_mechanisms(
    space: Mechanisms, sure: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture, (H, W, 3), and the pixel (x, y) of each mechanism in it, (points, 2).

    Args:
        space: the mechanisms.
        sure: (points,) which are shaded.
    """
    gammas, rhos, thresholds = space.grid
    wide, high = len(gammas) * _CELL, len(rhos) * _CELL
    first = _CELL + 2 * _GAP  # after the usual mechanism's own cell
    pygame.font.init()
    font = pygame.font.Font(None, _FONT_SIZE)
    paper = pygame.Surface((first + len(thresholds) * (wide + _GAP), high + 2 * _GAP))
    paper.fill(_PAPER)

    def write(text: str, x: float, y: float) -> None:
        drawn = font.render(text, True, _INK)
        paper.blit(drawn, (x - drawn.get_width() / 2, y - drawn.get_height() / 2))

    places = np.empty((space.size, 2))
    places[0] = _GAP / 2 + _CELL / 2, _GAP + high / 2
    write("none", places[0, 0], _GAP + high / 2 - _CELL)
    for point, (gamma, rho, threshold) in enumerate(space.labels[1:], start=1):
        left = first + thresholds.index(threshold) * (wide + _GAP)
        across, up = gammas.index(gamma) + 0.5, rhos.index(rho) + 0.5
        places[point] = left + across * _CELL, _GAP + high - up * _CELL
    for (x, y), shaded in zip(places.tolist(), sure.tolist(), strict=True):
        cell = pygame.Rect(x - _CELL / 2 + 1, y - _CELL / 2 + 1, _CELL - 2, _CELL - 2)
        pygame.draw.rect(paper, _SURE if shaded else _UNSURE, cell)
    for k, threshold in enumerate(thresholds):
        left = first + k * (wide + _GAP)
        write(f"threshold {threshold:g}", left + wide / 2, _GAP / 2)
        for j, gamma in enumerate(gammas):
            write(f"{gamma:g}", left + (j + 0.5) * _CELL, high + 1.3 * _GAP)
        for j, rho in enumerate(rhos):
            write(f"{rho:g}", left - 0.4 * _GAP, _GAP + high - (j + 0.5) * _CELL)
    board = pygame.surfarray.array3d(paper).transpose(1, 0, 2)
    strip = caption_strip(_CAPTION, board.shape[1])
    return np.concatenate([strip, board]), places + np.array([0, strip.shape[0]])
