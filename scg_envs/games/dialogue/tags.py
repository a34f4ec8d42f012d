"""Texts with tags, as NegotiationArena writes them, and answers read back strictly.

    <player answer> NONE </player answer>
    <newly proposed trade> ... </newly proposed trade>

An answer is a sequence of such tags, or one JSON object with the same names (blanks may be
underscores), alone, in one Markdown fence, or the only one in some prose.
What a model writes is data: it is cut into fields and never evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ...core.errors import InvalidAnswer

MAX_LENGTH = 20_000  # characters of an answer
MAX_NUMBER = 12  # characters of a number
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?\Z", re.ASCII)


def write_tags(fields: Mapping[str, Any]) -> str:
    """One line for each field: `<name> value </name>`."""
    return "\n".join(f"<{name}> {value} </{name}>" for name, value in fields.items())


def read_fields(text: str, required: Iterable[str], optional: Iterable[str]) -> dict[str, str]:
    """The fields of an answer, from tags or JSON; values without surrounding blanks.

    Args:
        text: what the model wrote. Prose around the tags is ignored; other tags are not read.
        required: fields that must be there, each once.
        optional: fields that may be there, once.

    Raises:
        InvalidAnswer: no text, too long, a field missing, repeated or not closed, or broken JSON.
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidAnswer("the answer is empty; expected tags or a JSON object.")
    if len(text) > MAX_LENGTH:
        raise InvalidAnswer(
            f"the answer has {len(text)} characters; expected {MAX_LENGTH} at most."
        )
    required = tuple(required)
    names = (*required, *optional)
    tagged = any(f"<{name}>" in text for name in names)
    found = _unfenced(text) if tagged else _object_in(_unfenced(text))
    fields = _from_json(found, names) if found.startswith("{") else _from_tags(text, names)
    for name in required:
        if name not in fields:
            raise InvalidAnswer(f"the answer has no <{name}>; give every field: {_listed(names)}.")
    return fields


def read_number(text: str, what: str) -> float:
    """A plain decimal number.

    Raises:
        InvalidAnswer: anything else, infinities and expressions included.
    """
    if len(text) <= MAX_NUMBER and _NUMBER.match(text):
        return float(text)
    raise InvalidAnswer(f"{what} is {shortened(text)!r}; expected a plain number, such as 42.")


def shortened(text: str, length: int = 60) -> str:
    """The beginning of a text, for messages."""
    return text if len(text) <= length else text[: length - 3] + "..."


def _unfenced(text: str) -> str:
    """What is inside of the one Markdown fence that models put around JSON; else the text."""
    fenced = re.findall(r"```(?:json)?\s*(\{.*?)\s*```", text, re.DOTALL)
    return fenced[0] if len(fenced) == 1 else text.strip()


def _object_in(text: str) -> str:
    """The one JSON object that a text with prose around it holds; else the text."""
    start = text.find("{")
    if start < 0:
        return text
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        return text
    prose = text[:start] + text[end:]
    return text if any(bracket in prose for bracket in "{}[]") else text[start:end]


def _from_json(text: str, names: tuple[str, ...]) -> dict[str, str]:
    try:
        # Servers that hold models to a schema let them break lines inside of strings.
        value = json.loads(text, object_pairs_hook=_without_repetition, strict=False)
    except InvalidAnswer:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidAnswer(
            f"the answer begins like JSON and is none ({shortened(str(error))}); "
            "expected one object."
        ) from None
    fields = {}
    for key, item in value.items():
        name = key.replace("_", " ")
        if name not in names:
            raise InvalidAnswer(
                f"the answer has an unknown field {shortened(key)!r}; known: {_listed(names)}."
            )
        if item is None:
            continue
        if isinstance(item, bool) or not isinstance(item, (str, int, float)):
            raise InvalidAnswer(f"{name!r} is {type(item).__name__}; expected text or a number.")
        fields[name] = str(item).strip()
    return fields


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise InvalidAnswer("the answer's JSON says a field twice; say each once.")
    return dict(pairs)


def _from_tags(text: str, names: tuple[str, ...]) -> dict[str, str]:
    fields = {}
    for name in names:
        opened, closed = text.count(f"<{name}>"), text.count(f"</{name}>")
        if opened != closed or opened > 1:
            raise InvalidAnswer(
                f"<{name}> is opened {opened} times and closed {closed} times; "
                "expected each tag once, closed."
            )
        if opened:
            inside = text.split(f"<{name}>", 1)[1]
            if f"</{name}>" not in inside:
                raise InvalidAnswer(f"<{name}> is closed before it is opened.")
            fields[name] = inside.split(f"</{name}>", 1)[0].strip()
    return fields


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
