"""Templates of pages, in which no stranger's text is HTML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.text import printable

if TYPE_CHECKING:  # an extra's
    from jinja2 import Environment

FOLDER = Path(__file__).parent
"""Where what all pages have is."""
_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
_TWICE = re.compile(r"&amp;(lt|gt|amp|#91);")


def environment(*folders: Path) -> Environment:
    """What renders the templates of these folders and of this one.

    Texts of others are for the filters `shown` and `markdown`; pages extend `base.html`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([*folders, FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"shown": shown_text, "markdown": as_html}
    return made


def shown_text(text: str) -> str:
    """A text in which nothing that a stranger wrote turns the order of what is read."""
    return printable(str(text))


def as_html(text: str) -> str:
    """Markdown as HTML, in which HTML is text and nothing leads anywhere."""
    from html import escape

    from markdown import markdown
    from markupsafe import Markup

    plain = escape(printable(text), quote=False).replace("[", "&#91;")
    return Markup(_CODE.sub(_once, markdown(plain, extensions=["tables"])))


def _once(code: re.Match[str]) -> str:
    """Code as it was escaped before it was Markdown, which escapes it again."""
    return _TWICE.sub(r"&\1;", code[0])
