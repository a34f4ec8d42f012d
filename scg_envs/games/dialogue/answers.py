"""Reads a model's answer as data: JSON or tags into a dataclass, strictly, never evaluated.

    @dataclass(frozen=True)
    class Rating:
        score: float = number("how informative the answer is", least=1, most=10)
        reason: str = text("why", longest=500)

    RATING = AnswerFormat(Rating)
    RATING.read('{"score": 7.5, "reason": "complete"}')
    RATING.read("<score>7.5</score> <reason>complete</reason>")

`RATING.schema` is the JSON schema for servers that hold their models to one, and
`RATING.instructions` tells a model both forms.
"""

from __future__ import annotations

import math
import re
from dataclasses import MISSING, Field, field, fields
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from ...core.errors import InvalidAnswer
from .tags import MAX_LENGTH, read_fields, read_number, shortened, write_tags

T = TypeVar("T")

LONGEST_ANSWER = MAX_LENGTH
# The longest text that a schema asks for, whatever is read: llama.cpp makes a grammar of the
# schema, and fails on bounds of some thousands.
_LONGEST_HELD = 400
_REASONING = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
# Chat templates may write the opening tag into the question: then the answer has the closing alone.
_REASONING_ENDS = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_NOT_REASONING = re.compile(r"\A\s*[{<`]|<think", re.IGNORECASE)


def number(
    about: str, *, least: float = -math.inf, most: float = math.inf, step: float | None = None
) -> Any:
    """A field of type int or float.

    Args:
        about: what it is, for the model.
        least: the smallest that is taken.
        most: the greatest that is taken.
        step: what the schema lists the numbers between finite bounds by, for servers that are
            blind to bounds; others between them are taken too.
    """
    return field(metadata={"about": about, "least": least, "most": most, "step": step})


def text(about: str, *, longest: int = 2000, empty: bool = True) -> Any:
    """A field of type str.

    Args:
        about: what it is, for the model.
        longest: the most characters that are taken.
        empty: whether it may say nothing.
    """
    return field(metadata={"about": about, "longest": longest, "shortest": 0 if empty else 1})


def choice(about: str) -> Any:
    """A field whose type is a Literal of strings."""
    return field(metadata={"about": about})


def without_reasoning(answer: str) -> str:
    """The answer without the reasoning that some models write before it, in <think> tags.

    A closing tag without its opening ends reasoning too, unless the text begins with a brace, a tag
    or a fence, as answers do.
    """
    without = _REASONING.sub("", answer, count=1)
    if without == answer and not _NOT_REASONING.search(answer):
        without = _REASONING_ENDS.split(answer, maxsplit=1)[-1]
    return without.strip()


def check_length(answer: str) -> None:
    """Raise `InvalidAnswer` if an answer is longer than any is to be."""
    if len(answer) > LONGEST_ANSWER:
        raise InvalidAnswer(
            f"the answer has {len(answer)} characters; at most {LONGEST_ANSWER} are read."
        )


class AnswerFormat(Generic[T]):
    """How a dataclass is written as an answer.

    Attributes:
        kind: the dataclass.
        schema: its JSON schema.
        instructions: what a model is told of the form of its answer.
    """

    def __init__(self, kind: type[T]) -> None:
        """Learn the fields of a dataclass, each made by `number`, `text` or `choice`."""
        hints = get_type_hints(kind)
        self.kind = kind
        self._fields = {f.name: (hints[f.name], f) for f in fields(kind)}  # type: ignore[arg-type]
        assert all(f.default is MISSING and f.metadata for _, f in self._fields.values())
        self.schema: dict[str, Any] = {
            "type": "object",
            "properties": {name: _property(*entry) for name, entry in self._fields.items()},
            "required": list(self._fields),
            "additionalProperties": False,
        }
        self.instructions = self._instructions()

    def read(self, answer: str) -> T:
        """The answer's values.

        Args:
            answer: a JSON object, alone, in one ``` fence or the only one in some prose, or one tag
                for each field.

        Raises:
            InvalidAnswer: a field is missing, twice there, unknown, of the wrong kind or out of
                its range, or the answer is too long.
        """
        check_length(answer)
        values = read_fields(without_reasoning(answer), tuple(self._fields), ())
        return self.kind(
            **{name: _value(name, values[name], *entry) for name, entry in self._fields.items()}
        )

    def write(self, answer: T) -> str:
        """An answer in tags, which `read` reads back; numbers as short as they are exact."""
        values = ((name, getattr(answer, name)) for name in self._fields)
        return write_tags({name: f"{v:g}" if isinstance(v, float) else v for name, v in values})

    def _instructions(self) -> str:
        lines = [
            f"- {name}: {entry[1].metadata['about']} ({_words(*entry)})"
            for name, entry in self._fields.items()
        ]
        example = ", ".join(f'"{name}": ...' for name in self._fields)
        tags = " ".join(f"<{name}>...</{name}>" for name in self._fields)
        return (
            "Answer with these fields and nothing else:\n"
            + "\n".join(lines)
            + f"\nWrite them as one JSON object, {{{example}}}, or as tags, {tags}"
        )


def _value(name: str, value: str, kind: Any, of: Field[Any]) -> Any:
    """The value of a field, checked."""
    read: Any = None
    if kind is str:
        read = value if of.metadata["shortest"] <= len(value) <= of.metadata["longest"] else None
    elif get_origin(kind) is Literal:
        options = get_args(kind)
        alike = {option.lower(): option for option in options}
        read = value if value in options else alike.get(value.lower())
    elif kind is float or "." not in value:
        read = kind(read_number(value, name))
        if not of.metadata["least"] <= read <= of.metadata["most"]:
            read = None
    if read is None:
        raise InvalidAnswer(f"{name} is {shortened(value)!r}; expected {_words(kind, of)}.")
    return read


def _property(kind: Any, of: Field[Any]) -> dict[str, Any]:
    """The JSON schema of one field."""
    about = {"description": of.metadata["about"]}
    if kind is str:
        longest = min(of.metadata["longest"], _LONGEST_HELD)
        least = {"minLength": shortest} if (shortest := of.metadata["shortest"]) else {}
        return {"type": "string", **least, "maxLength": longest, **about}
    if get_origin(kind) is Literal:
        return {"type": "string", "enum": list(get_args(kind)), **about}
    bounds = {"minimum": of.metadata["least"], "maximum": of.metadata["most"]}
    finite: dict[str, Any] = {name: x for name, x in bounds.items() if math.isfinite(x)}
    if step := of.metadata["step"]:
        count = round((bounds["maximum"] - bounds["minimum"]) / step) + 1
        finite["enum"] = [bounds["minimum"] + step * k for k in range(count)]
    return {"type": "integer" if kind is int else "number", **finite, **about}


def _words(kind: Any, of: Field[Any]) -> str:
    """What is taken, in words."""
    if kind is str:
        some = "some text" if of.metadata["shortest"] else "text"
        return f"{some} of at most {of.metadata['longest']} characters"
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    noun = "a whole number" if kind is int else "a number"
    least, most = of.metadata["least"], of.metadata["most"]
    if math.isfinite(least) and math.isfinite(most):
        return f"{noun} from {least:g} to {most:g}"
    if math.isfinite(least):
        return f"{noun} from {least:g} on"
    return f"{noun} up to {most:g}" if math.isfinite(most) else noun
