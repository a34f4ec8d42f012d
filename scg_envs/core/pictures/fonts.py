"""Fonts for frames: pygame's own where it has a text's letters, else one of the machine's.

Letters that no font here has are written by their code ("[U+5E2E]"), so that labels that differ
look different.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

import pygame

_NONE = "\uffff"  # is no letter, and so is drawn as what is missing
_PLAIN = "Ag0"  # stand for the letters that most of a text has
_SIZE = 20
_LOG = logging.getLogger("scg_envs")
_RIGHT = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"  # letters of Hebrew, Arabic and their kin
_FROM_THE_RIGHT = re.compile(rf"({_RIGHT}(?:\s+{_RIGHT})*)")


def font_of(text: str, size: int) -> pygame.font.Font:
    """A font that has the letters of a text that `drawable` returned.

    Args:
        text: what is to be drawn.
        size: its height in pixels.

    Returns:
        The font, made anew: pygame.quit(), of anybody, invalidates those that are kept.
    """
    pygame.font.init()
    return pygame.font.Font(face_of(text), size)


def face_of(text: str) -> str | None:
    """The file of the font that has most of a text's letters; None for pygame's own."""
    return _face(_rare(text))


def drawable(text: str) -> str:
    """The text, with codes in place of letters that no font here has, and of what is no letter."""
    rare = _rare(text)
    if not rare:
        return text
    face = _face(rare)
    return coded(text, [letter for letter in rare if not _has(face, letter)])


def coded(text: str, lacking: Collection[str]) -> str:
    """The text with codes in place of letters that no font has, of which one line is said."""
    for letter in lacking:
        text = text.replace(letter, f"[U+{ord(letter):04X}]")
    if any(letter.isprintable() for letter in lacking):
        _tell()
    return text


@lru_cache(maxsize=1)
def _tell() -> None:
    """Say it once in a process."""
    _LOG.warning(
        "scg-envs: pictures have codes such as [U+5E2E] in place of letters that no font here has; "
        "install a font that has them."
    )


def written(
    line: str, size: int, color: tuple[int, int, int], font: pygame.font.Font | None = None
) -> pygame.Surface:
    """A line of text; words of scripts that run from the right do so, and their letters join.

    Args:
        line: of letters that `drawable` returned, in the order in which they are read.
        size: its height in pixels.
        color: of the letters.
        font: `font_of` the line, if it is there already.
    """
    font = font_of(line, size) if font is None else font
    parts = [part for part in _FROM_THE_RIGHT.split(line) if part]
    if not any(map(_FROM_THE_RIGHT.match, parts)):
        return font.render(line, True, color)
    drawn = [_run(font, line, part, size).render(part, True, color) for part in parts]
    paper = pygame.Surface(
        (sum(one.get_width() for one in drawn), font.get_height()), pygame.SRCALPHA
    )
    left = 0
    for one in drawn:
        paper.blit(one, (left, 0))
        left += one.get_width()
    return paper


def _run(font: pygame.font.Font, line: str, part: str, size: int) -> pygame.font.Font:
    """The line's font for a part of it, which runs one way."""
    if not _FROM_THE_RIGHT.match(part):
        return font
    font = font_of(line, size)  # another one, as what is set stays
    font.set_direction(pygame.DIRECTION_RTL)
    font.set_script("Hebr" if unicodedata.bidirectional(part[0]) == "R" else "Arab")
    return font


def _rare(text: str) -> str:
    """What is no letter, and its letters that are not ASCII, once each."""
    if text.isascii() and text.isprintable():
        return ""
    return "".join(
        sorted({c for c in text if not (c.isascii() and (c.isprintable() or c == "\n"))})
    )


@lru_cache(maxsize=1024)
def _face(letters: str) -> str | None:
    if not letters:
        return None
    pygame.font.init()
    faces = (None, *(pygame.font.match_font(name) for name in pygame.font.get_fonts()))
    best, most = None, -1
    for face in dict.fromkeys(faces):
        has = sum(_has(face, letter) for letter in letters + _PLAIN)
        if has > most:
            best, most = face, has
        if most == len(letters + _PLAIN):
            break
    return best


@lru_cache(maxsize=65536)
def _has(face: str | None, letter: str) -> bool:
    """Whether a font draws a letter as something else than what is missing."""
    if not letter.isprintable():
        return False
    pygame.font.init()
    font = pygame.font.Font(face, _SIZE)
    if not font.size(letter)[0]:  # pygame draws nothing without a width, such as a lone accent
        return False
    return _drawn(font, letter) != _drawn(font, _NONE)


def _drawn(font: pygame.font.Font, letter: str) -> tuple[tuple[int, int], bytes]:
    surface = font.render(letter, False, (255, 255, 255))
    return surface.get_size(), pygame.image.tobytes(surface, "RGBA")
