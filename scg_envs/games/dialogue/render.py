"""A conversation as a picture: who is committed, and what was said last."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from ...core.pictures.caption import HEIGHT, caption_strip
from ...core.pictures.fonts import drawable, font_of, written

WIDTH = 480  # pixels; video encoders like sides that are multiples of 16
_LINES = 8
_LINE = 28
_FONT_SIZE = 20
_MARGIN = 10
_PAPER, _INK = (250, 249, 245), (30, 30, 30)
_COLORS = ((66, 99, 235), (201, 60, 50), (90, 120, 60))
_COMMITTED = (218, 165, 32)


def draw_conversation(
    conversation: Sequence[tuple[str, str]],
    agents: Sequence[str],
    caption: str,
    highlighted: Collection[str] = (),
    title: str = "",
) -> NDArray[np.uint8]:
    """The last lines of a conversation, the first agent's on the left, the others' on the right.

    Args:
        conversation: who said what, in order.
        agents: everybody, in the order of their colors.
        caption: one line above the conversation.
        highlighted: agents whose lines get the frame of the committed.
        title: shown while nothing was said.

    Returns:
        (288, 480, 3) uint8.
    """
    pygame.font.init()
    paper = pygame.Surface((WIDTH, (_LINES + 1) * _LINE + 4))
    paper.fill(_PAPER)
    if not conversation:
        title = drawable(title)
        paper.blit(written(title, _FONT_SIZE, _INK), (_MARGIN, _MARGIN))
    for row, (agent, words) in enumerate(conversation[-_LINES:]):
        said = drawable(f"{agent}: {words}")
        font = font_of(said, _FONT_SIZE)
        drawn = written(_fitting(font, said), _FONT_SIZE, (255, 255, 255), font)
        width = drawn.get_width() + 2 * _MARGIN
        left = _MARGIN if agent == agents[0] else WIDTH - width - _MARGIN
        bubble = pygame.Rect(left, _MARGIN + row * _LINE, width, _LINE - 4)
        color = _COLORS[list(agents).index(agent) % len(_COLORS)]
        pygame.draw.rect(paper, color, bubble, border_radius=8)
        if agent in highlighted:
            pygame.draw.rect(paper, _COMMITTED, bubble, width=3, border_radius=8)
        paper.blit(drawn, (left + _MARGIN, bubble.top + (bubble.height - drawn.get_height()) // 2))
    board = pygame.surfarray.array3d(paper).transpose(1, 0, 2)
    return np.concatenate([caption_strip(caption, WIDTH), board])


def _fitting(font: pygame.font.Font, text: str) -> str:
    """The text, shortened until it fits into a line."""
    if font.size(text)[0] <= WIDTH - 5 * _MARGIN:
        return text
    while font.size(text + "...")[0] > WIDTH - 5 * _MARGIN:
        text = text[:-1]
    return text + "..."


assert HEIGHT + (_LINES + 1) * _LINE + 4 == 288
