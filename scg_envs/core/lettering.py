"""Words in matplotlib's figures: other scripts are drawn by the fonts of this machine.

Letters that no font here has are written by their code, as in frames (`fonts`).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from .pictures.fonts import coded

if TYPE_CHECKING:  # an extra's
    from matplotlib.figure import Figure

_ALWAYS = ("sans-serif",)  # matplotlib's own, DejaVu Sans where nothing else is said
_BOXES = "Last Resort"  # a font of matplotlib's that has a box for every letter


def plain(text: str) -> str:
    """The text as matplotlib writes it as it stands.

    Args:
        text: of anybody.

    Returns:
        It without a meaning for its dollar signs, which begin formulas, and with codes in place of
        letters that no font here has.
    """
    return coded(text, _lacking(_rare(text))).replace("$", r"\$")


def families_of(text: str) -> list[str]:
    """The families of fonts that have the letters of a text, matplotlib's own first."""
    return [*_ALWAYS, *_others(_rare(text))[0]]


def letter(figure: Figure) -> None:
    """Give every text of a figure fonts that have its letters; before it is saved."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        if _rare(text.get_text()):
            text.set_fontfamily(families_of(text.get_text()))


def _rare(text: str) -> str:
    return "".join(sorted({one for one in text if not one.isascii()}))


def _lacking(letters: str) -> Collection[str]:
    return _others(letters)[1]


@lru_cache(maxsize=256)
def _others(letters: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Families beside matplotlib's own that letters need, and the letters that none has."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    own = FT2Font(font_manager.findfont(font_manager.FontProperties(family=list(_ALWAYS))))
    left = frozenset(one for one in letters if ord(one) not in own.get_charmap())
    families: list[str] = []
    if not left:
        return (), left
    for path in sorted({font.fname for font in font_manager.fontManager.ttflist}):
        font = FT2Font(path)
        has = {one for one in left if ord(one) in font.get_charmap()}
        if has and not font.family_name.startswith(_BOXES):
            families.append(font.family_name)
            left -= has
        if not left:
            break
    return tuple(families), left
