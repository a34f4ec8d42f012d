"""What a page is made of, and how it becomes one file.

A page is sections, and a section parts: paragraphs, lines, tables, pictures, videos, drawings,
settings. Everything is text of ours or a stranger's and is escaped; the page runs no script and
asks no other host for anything, which its first line tells browsers to hold it to.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from ...core.extras import require
from ...core.files import write_text
from .templates import environment

PAGE = "report.html"
MOST_BYTES = 6_000_000
"""Of a page; pictures and videos beyond it stay beside the page and are named."""

_ROOM = MOST_BYTES * 9 // 10  # for what is put in, base64 and all; the rest is text
_TYPES = {".png": "image/png", ".gif": "image/gif", ".mp4": "video/mp4"}


@dataclass(frozen=True)
class Paragraph:
    """Text in a paragraph; a `note` is set apart."""

    kind: ClassVar[str] = "paragraph"
    text: str
    note: bool = False


@dataclass(frozen=True)
class Lines:
    """What is said of things, by their names; an empty name goes on with the one before."""

    kind: ClassVar[str] = "lines"
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table with a row of headings; numbers are set to the right."""

    kind: ClassVar[str] = "table"
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Media:
    """A picture or a video of the run folder; nothing where there is no such file."""

    kind: ClassVar[str] = "media"
    path: Path
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Drawing:
    """SVG of ours, in which what strangers wrote is escaped already."""

    kind: ClassVar[str] = "drawing"
    svg: str
    caption: str = ""


@dataclass(frozen=True)
class Code:
    """Text as it stands in a file or is typed."""

    kind: ClassVar[str] = "code"
    text: str
    caption: str = ""


@dataclass(frozen=True)
class Again:
    """How the run is run again, by its own settings."""

    kind: ClassVar[str] = "again"
    command: str


@dataclass(frozen=True)
class Markdown:
    """Markdown of ours, tables and all; HTML and links in it are shown, not meant."""

    kind: ClassVar[str] = "markdown"
    text: str


Part = Paragraph | Lines | Table | Media | Drawing | Code | Again | Markdown


@dataclass(frozen=True)
class Section:
    """A part of a page with a title; one that is `folded` opens when it is asked for."""

    title: str
    parts: Sequence[Part]
    folded: bool = False


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        title: its title.
        question: what was asked, in a sentence or two.
        answer: what came of it, in a sentence or two.
        sections: the rest.
    """

    title: str
    question: str
    answer: str
    sections: Sequence[Section] = field(default_factory=tuple)


def write_page(path: Path, page: Page) -> None:
    """Write a page.

    Raises:
        CannotWrite: it cannot be written.
        MissingExtra: what renders it is not installed.
    """
    write_text(path, render(page))


def render(page: Page) -> str:
    """The page as HTML."""
    require("a report's page", "jinja2", "markdown")

    templates = environment()
    templates.filters["numeric"] = _numeric
    return templates.get_template("page.html").render(page=page, embedded=_Embedded())


class _Embedded:
    """Files as data, as long as there is room."""

    def __init__(self) -> None:
        self._left = _ROOM

    def __call__(self, path: Path) -> str | None:
        """The file's data address, empty if there is no file, None if there is no room for it.

        A link in a stranger's folder may lead to what nobody would show, and counts as no file.
        """
        if path.is_symlink() or not path.is_file():
            return ""
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        if len(data) > self._left:
            return None
        self._left -= len(data)
        return f"data:{_TYPES[path.suffix]};base64,{data}"


def _numeric(text: str) -> bool:
    """Whether a cell is set to the right."""
    return text.lstrip("+-").replace(".", "", 1).isdigit() or text == "-"
