"""How the library's messages read on the command line, where parameters are set by flags.

The library knows no command line: its errors name parameters in backticks, as Python has them. Here
they become what a user of `scg` types:

    `clock`                 --clock
    `memory=2`              --memory 2
    `force=True`            --force
    `desirable="T,L"`       --desirable "T,L"
    `resume('runs/a')`      scg search barrier --resume --out runs/a
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

_NAMED = re.compile(r"`(\w+)(?:=([^`]*)|\(([^`]*)\))?`")
_PLAIN = re.compile(r"[\w.:/+-]+")  # what a shell takes as one word


def in_flags(message: str, flags: Mapping[str, str], called: Sequence[str] = ()) -> str:
    """A message with flags for the parameters that it names; what is no parameter stays.

    Args:
        message: as the library raised it.
        flags: of the command: how each of its fields is given.
        called: the command with its game, as a resumed run is: `("scg", "search", "barrier")`.
    """

    def spelled(found: re.Match[str]) -> str:
        name, value, argument = found.groups()
        if name == "resume" and argument is not None and called:
            out = _bare(argument)
            where = [f"--out={out}"] if out.startswith("-") else ["--out", out]
            return shlex.join([*called, "--resume", *where])
        if name not in flags or argument is not None:
            return found[0]
        if value is None or value == "True":
            return flags[name]
        bare = _bare(value)
        shown = bare if _PLAIN.fullmatch(bare) else f'"{bare}"'
        return f"{flags[name]} {shown}"

    return _NAMED.sub(spelled, message)


def _bare(value: str) -> str:
    """A text without the quotation marks that Python puts around it."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
