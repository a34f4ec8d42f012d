"""What a function, or a class, can be given by name: read from its signature and its docstring.

    def penalty(k: float = -100.0): ...          Option("k", float, default=-100.0, text="...")

So a setting is typed, has its default and is described in one place, the constructor that takes it,
and the command line's flags and help texts follow. A docstring that ends in `; X if None` says what
stands for None.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_SIMPLE = (bool, int, float, str, Path)  # what a text can be read as
_SECTION = re.compile(r"^(?:Args|Attributes):\n((?:(?: {4}.*)?(?:\n|\Z))*)", re.MULTILINE)
_ENTRY = re.compile(r"^ {4}\*{0,2}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_SENTENCE = re.compile(r"(.*?)(?:\.(?: .*)?)?", re.DOTALL)
_PATH = re.compile(r" \(`scg_envs\.[^)]*\)")
_ARTICLE = re.compile(r"(?:the|an?) ")


@dataclass(frozen=True)
class Option:
    """An argument that may be given by name.

    Attributes:
        name: the argument's.
        kind: what a text is read as: `bool`, `int`, `float`, `str` or `Path`; a dataclass; None
            for what no text says.
        default: where it is not given; `inspect.Parameter.empty` where it must be.
        text: what its docstring says of it, in one line.
        choices: the words that it can be; empty where they are not known from its type.
        count: how many values there are in one; 0 for any number of them.
    """

    name: str
    kind: type | None
    default: Any = None
    text: str = ""
    choices: tuple[str, ...] = ()
    count: int = 1

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is inspect.Parameter.empty

    @property
    def help(self) -> str:
        """The first sentence of `text` as a noun phrase, with the default in parentheses."""
        sentence = _SENTENCE.fullmatch(self.text)
        assert sentence is not None
        what, default = _PATH.sub("", sentence[1]).replace("`", ""), self.default
        if what.endswith(" if None"):
            what, _, default = what.removesuffix(" if None").rpartition("; ")
        what = _ARTICLE.sub("", what, count=1) if _ARTICLE.match(what) else what
        if self.required or self.kind is bool:
            return what
        shown = f"{default:g}" if isinstance(default, float) else str(default)
        return f"{what} (default: {shown.lower() if default is None else shown})"


@cache
def options_of(maker: Any) -> Mapping[str, Option]:
    """The arguments of a function or class that can be given by name, in their order.

    Args:
        maker: its annotations can be evaluated where it is defined; it describes its arguments
            under `Args:`, a dataclass its fields, those of its bases included, under `Attributes:`.
    """
    texts = _texts(maker)
    written = maker.__init__ if inspect.isclass(maker) and not is_dataclass(maker) else maker
    hints = get_type_hints(written)
    return {
        name: _option(name, hints.get(name), parameter.default, texts.get(name, ""))
        for name, parameter in inspect.signature(maker).parameters.items()
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    }


def _option(name: str, annotation: Any, default: Any, text: str) -> Option:
    kinds = [one for one in _members(annotation) if one is not NoneType]
    for one in kinds:
        if get_origin(one) is Literal:
            return Option(name, str, default, text, choices=get_args(one))
        if get_origin(one) is tuple and get_args(one)[1:] == (Ellipsis,):
            return Option(name, get_args(one)[0], default, text, count=0)
        if get_origin(one) is tuple and set(get_args(one)) <= set(_SIMPLE):
            return Option(name, get_args(one)[0], default, text, count=len(get_args(one)))
        if one in _SIMPLE or is_dataclass(one):
            return Option(name, one, default, text)
    return Option(name, None, default, text)


def _members(annotation: Any) -> tuple[Any, ...]:
    """The types that a union is of; a type alone."""
    if get_origin(annotation) in (Union, UnionType):
        return get_args(annotation)
    return (annotation,)


def _texts(maker: Any) -> dict[str, str]:
    """What is said of each argument, in one line each."""
    sources: list[Any] = [maker.__init__ if inspect.isclass(maker) else maker]
    if is_dataclass(maker):
        sources = [base for base in reversed(inspect.getmro(maker)) if is_dataclass(base)]  # type: ignore[arg-type]
    return {
        name: " ".join(text.split())
        for source in sources
        for section in _SECTION.findall(inspect.cleandoc(source.__doc__ or ""))
        for name, text in _ENTRY.findall(section)
    }
