"""The prompts: text files inside the package, versioned, and hashed into results.

A file's first line is `# version N: what it is for`; the rest is the prompt, with `$name` for what
is filled in. A change of the text comes with another version, which the tests hold us to.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from ...errors import InvalidArgument, UnknownName

_HEADER = re.compile(r"# version ([0-9]+): (.+)")


@dataclass(frozen=True)
class Prompt:
    """One prompt.

    Attributes:
        name: its file's name without `.txt`.
        version: counts the changes of its text, from 1 on.
        about: what it is for.
        text: the prompt, with `$name` where something is filled in.
        sha256: the hash of the file, in hexadecimal.
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


def prompt_names() -> tuple[str, ...]:
    """The names of all prompts."""
    folder = files(__package__).joinpath("prompts")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in names if name.endswith(".txt")))


@cache
def load_prompt(name: str) -> Prompt:
    """A prompt by name.

    Raises:
        UnknownName: there is none of that name.
    """
    if name not in prompt_names():
        raise UnknownName("prompt", name, prompt_names())
    data = files(__package__).joinpath("prompts", f"{name}.txt").read_bytes()
    header, _, text = data.decode("utf-8").partition("\n")
    found = _HEADER.fullmatch(header)
    assert found, f"prompts/{name}.txt begins with no version"
    digest = hashlib.sha256(data).hexdigest()
    return Prompt(name, int(found[1]), found[2], text.strip(), digest)


def stamps(*names: str) -> dict[str, str]:
    """Version and hash of the named prompts, or of all, for results."""
    return {name: load_prompt(name).stamp for name in names or prompt_names()}
