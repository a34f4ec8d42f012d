"""What Gambit's two file formats have in common: braces, quoted labels, rational numbers."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, NoReturn

from ...core.errors import InvalidGameFile

_TOKEN = re.compile(
    r'(?P<space>[\s,]+)|(?P<label>"(?:\\.|[^"\\])*")|(?P<brace>[{}])|(?P<word>[^\s,{}"]+)', re.S
)
_NUMBER = re.compile(
    r"[+-]?(\d+(/\d+)?|(\d+\.\d*|\.\d+)([eE][+-]?\d+)?|\d+[eE][+-]?\d+)\Z", re.ASCII
)
_LARGEST_EXPONENT = 1000
_LONGEST_NUMBER = 2000  # characters; Python itself converts 4300 digits
_LARGEST = 10**100  # sums and products of a few larger ones would be infinite


@dataclass(frozen=True)
class Token:
    """A piece of a file.

    Attributes:
        kind: "label" (quoted), "brace", "word" (a number or a keyword) or "end".
        text: what it says; a label without its quotes.
        line: where it stands, from 1.
    """

    kind: Literal["label", "brace", "word", "end"]
    text: str
    line: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end of the file"
        shown = self.text if len(self.text) <= 40 else self.text[:37] + "..."
        return f'"{" ".join(shown.split())}"' if self.kind == "label" else repr(shown)


class Tokens:
    """The tokens of a file, read one after the other; commas count as spaces."""

    def __init__(self, text: str, source: str) -> None:
        """Cut up a text.

        Args:
            text: the file's content.
            source: what to call it in errors.

        Raises:
            InvalidGameFile: a quote that is never closed.
        """
        self.source = source
        self._tokens = list(self._cut(text))
        self._next = 0

    def _cut(self, text: str) -> Iterator[Token]:
        line, position = 1, 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise InvalidGameFile(f"{self.source}, line {line}: a quote that is never closed.")
            if match.lastgroup == "label":
                yield Token("label", re.sub(r"\\(.)", r"\1", match[0][1:-1], flags=re.S), line)
            elif match.lastgroup in ("brace", "word"):
                yield Token("brace" if match.lastgroup == "brace" else "word", match[0], line)
            line += match[0].count("\n")
            position = match.end()
        yield Token("end", "", line)

    @property
    def peek(self) -> Token:
        """The next token, which stays."""
        return self._tokens[self._next]

    @property
    def left(self) -> int:
        """How many tokens are left, the end not counted."""
        return len(self._tokens) - 1 - self._next

    def take(self) -> Token:
        """The next token."""
        token = self.peek
        if token.kind != "end":
            self._next += 1
        return token

    def fail(self, expected: str, token: Token | None = None) -> NoReturn:
        """Say what came instead of what was expected.

        Raises:
            InvalidGameFile: always.
        """
        token = token or self.peek
        raise InvalidGameFile(
            f"{self.source}, line {token.line}: {token} came where {expected} was expected."
        )

    def header(self, form: str, version: str) -> tuple[str, list[str]]:
        """The title and the players, with which both of Gambit's formats begin.

        Args:
            form: "NFG" or "EFG".
            version: the version that is read.

        Raises:
            InvalidGameFile: another format or version, or no players.
        """
        first = f"{form!r}, with which a .{form.lower()} file begins,"
        for word, what in ((form, first), (version, f"version {version}")):
            if self.peek.kind != "word" or self.peek.text != word:
                self.fail(what)
            self.take()
        if self.peek.text not in ("R", "D"):
            self.fail("'R' (or 'D')")
        self.take()
        title, players = self.label("the game's title"), self.labels("player")
        if not players:
            self.fail("a game with at least one player")
        return title, players

    def label(self, what: str) -> str:
        """A quoted label."""
        if self.peek.kind != "label":
            self.fail(f"{what} in double quotes")
        return self.take().text

    def brace(self, which: str, what: str) -> None:
        """An opening or closing brace."""
        if not self.is_brace(which):
            self.fail(f"{which!r} {what}")
        self.take()

    def is_brace(self, which: str) -> bool:
        """Whether the next token is this brace."""
        return self.peek.kind == "brace" and self.peek.text == which

    def number(self, what: str) -> Fraction:
        """An integer, decimal or fraction, exactly."""
        token = self.peek
        if token.kind != "word" or not _NUMBER.match(token.text):
            self.fail(f"{what} (a number)")
        if len(token.text) > _LONGEST_NUMBER:
            self.fail(f"{what} of a reasonable length")
        exponent = re.search(r"[eE]([+-]?[0-9]+)", token.text)
        if exponent and abs(int(exponent[1])) > _LARGEST_EXPONENT:
            self.fail(f"{what} of a reasonable size")
        try:
            value = Fraction(self.take().text)
        except ZeroDivisionError:
            self.fail(f"{what} with a denominator other than 0", token)
        if abs(value) > _LARGEST:
            self.fail(f"{what} of a reasonable size, up to 1e100,", token)
        return value

    def integer(self, what: str, low: int, high: int | None = None) -> int:
        """An integer from `low` to `high`."""
        token = self.peek
        text = f"{what} (an integer from {low}" + ("" if high is None else f" to {high}") + ")"
        if token.kind != "word" or not re.match(r"[+-]?\d+\Z", token.text, re.ASCII):
            self.fail(text)
        if len(token.text) > _LONGEST_NUMBER:
            self.fail(f"{what} of a reasonable length")
        value = int(token.text)
        if value < low or (high is not None and value > high):
            self.fail(text)
        self.take()
        return value

    def labels(self, what: str) -> list[str]:
        """Quoted labels in braces."""
        self.brace("{", f"before {what}s")
        found = []
        while not self.is_brace("}"):
            found.append(self.label(f"{what} or '}}'"))
        self.take()
        return found


def read_text(path: str | os.PathLike[str]) -> str:
    """The content of a file.

    Raises:
        InvalidGameFile: it can't be read, or is no UTF-8 text.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidGameFile(
            f"{os.fspath(path)}: {error.strerror}; give a file that can be read."
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidGameFile(
            f"{os.fspath(path)}: no UTF-8 text ({error.reason} at byte {error.start}); convert it."
        ) from error


def distinct(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels, an empty one replaced by its number and a repeated one told apart by it.

    Gambit allows both, while names in this package are unique.
    """
    given = [label or str(k) for k, label in enumerate(labels, start=1)]
    found: list[str] = []
    for k, label in enumerate(given, start=1):
        name = label if given.count(label) == 1 else f"{label} ({k})"
        while name in found or (name != label and name in given):
            name += "'"
        found.append(name)
    return tuple(found)


def quote(label: str) -> str:
    """A label as it stands in a file."""
    escaped = label.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def format_number(value: Fraction | float) -> str:
    """A rational as a fraction, a float with all the digits that tell it apart."""
    return str(value) if isinstance(value, Fraction) else repr(float(value))
