"""The prompts: versioned, and hashed into results.

The file `prompts.txt` beside a game's `language.py`, or beside this one, holds prompts under titles
`## name`. Each begins with `# version N: what it is for`; the rest is the prompt, with `$name` for
what is filled in. A change of the text comes with another version, which the tests hold us to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from ...core.errors import InvalidArgument, UnknownName
from ...core.registry import GAMES

_TITLE = re.compile(r"^## (\w+)\n", re.MULTILINE)
_HEADER = re.compile(r"# version ([0-9]+): (.+)")


@dataclass(frozen=True)
class Prompt:
    """One prompt.

    Attributes:
        name: its title.
        version: counts the changes of its text, from 1 on.
        about: what it is for.
        text: the prompt, with `$name` where something is filled in.
        sha256: the hash of the prompt with its first line, in hexadecimal.
    """

    name: str
    version: int
    about: str
    text: str
    sha256: str

    @property
    def names(self) -> tuple[str, ...]:
        """What is to be filled in."""
        return tuple(dict.fromkeys(Template(self.text).get_identifiers()))

    @property
    def stamp(self) -> str:
        """Version and hash, for results."""
        return f"v{self.version} sha256:{self.sha256}"

    def fill(self, **values: object) -> str:
        """The prompt with its blanks filled in.

        Raises:
            InvalidArgument: a value is missing, or none of the prompt's.
        """
        if set(values) != set(self.names):
            raise InvalidArgument(
                f"the prompt {self.name!r} was given {', '.join(sorted(values)) or 'nothing'}; "
                f"expected {', '.join(self.names) or 'nothing'}."
            )
        return Template(self.text).substitute({name: str(v) for name, v in values.items()})


@cache
def _prompts() -> dict[str, Prompt]:
    """All prompts by name: the loop's own, and those of the games that are played in words."""
    games = [game.language.rpartition(".")[0] for game in GAMES if game.language]
    found = [prompt for package in (__package__, *games) for prompt in _read(package)]
    return {prompt.name: prompt for prompt in sorted(found, key=lambda prompt: prompt.name)}


def _read(package: str) -> Iterator[Prompt]:
    """The prompts of a package."""
    text = files(package).joinpath("prompts.txt").read_bytes().decode("utf-8")
    start, *sections = _TITLE.split(text)
    assert not start, f"{package}/prompts.txt begins with no title"
    for name, section in zip(sections[::2], sections[1::2], strict=True):
        whole = section.strip() + "\n"
        header, _, body = whole.partition("\n")
        found = _HEADER.fullmatch(header)
        assert found, f"the prompt {name} of {package} begins with no version"
        digest = hashlib.sha256(whole.encode("utf-8")).hexdigest()
        yield Prompt(name, int(found[1]), found[2], body.strip(), digest)


def prompt_names() -> tuple[str, ...]:
    """The names of all prompts."""
    return tuple(_prompts())


def load_prompt(name: str) -> Prompt:
    """A prompt by name.

    Raises:
        UnknownName: there is none of that name.
    """
    if name not in _prompts():
        raise UnknownName("prompt", name, prompt_names())
    return _prompts()[name]


def stamps(*names: str) -> dict[str, str]:
    """Version and hash of the named prompts, or of all, for results."""
    return {name: load_prompt(name).stamp for name in names or prompt_names()}
