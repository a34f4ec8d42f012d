"""Text that may come from strangers, as a terminal or a log may be given it."""

from __future__ import annotations

LONGEST = 2_000
"""Characters of a line; longer ones are cut in their middle, so that the end is still seen."""

_END = 600


def printable(text: str, keep: str = "\n") -> str:
    """The text with its control, format and bidirectional characters escaped.

    What somebody wrote into a layout, a payoff file or an answer must neither steer a terminal nor
    turn the order of what is read there.

    Args:
        text: any text.
        keep: further characters that stay as they are.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _escaped(c) for c in text)


def shown(text: str) -> str:
    """A text in one line of at most `LONGEST` characters, with nothing in it that steers."""
    if len(text) > LONGEST:
        left_out = len(text) - LONGEST
        text = f"{text[: LONGEST - _END]} ... ({left_out} characters) ... {text[-_END:]}"
    return printable(text, keep="")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
