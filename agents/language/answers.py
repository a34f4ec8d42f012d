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

import json
import math
import re
from dataclasses import MISSING, Field, field, fields
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from ...errors import InvalidAnswer

T = TypeVar("T")

LONGEST_ANSWER = 20_000  # characters
_NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,15})?")
_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_REASONING = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)


def number(about: str, *, least: float = -math.inf, most: float = math.inf) -> Any:
    """A field of type int or float.

    Args:
        about: what it is, for the model.
        least: the smallest that is taken.
        most: the greatest that is taken.
    """
    return field(metadata={"about": about, "least": least, "most": most})


def text(about: str, *, longest: int = 2000) -> Any:
    """A field of type str.

    Args:
        about: what it is, for the model.
        longest: the most characters that are taken.
    """
    return field(metadata={"about": about, "longest": longest})


def choice(about: str) -> Any:
    """A field whose type is a Literal of strings, or bool."""
    return field(metadata={"about": about})


def without_reasoning(answer: str) -> str:
    """The answer without the reasoning that some models write before it, in <think> tags."""
    return _REASONING.sub("", answer, count=1).strip()


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
            answer: a JSON object, alone or in one ``` fence, or one tag for each field.

        Raises:
            InvalidAnswer: a field is missing, twice there, unknown, of the wrong kind or out of
                its range, or the answer is too long.
        """
        check_length(answer)
        values = read_fields(without_reasoning(answer), tuple(self._fields))
        unknown = [name for name in values if name not in self._fields]
        missing = [name for name in self._fields if name not in values]
        if unknown or missing:
            wrong = (
                f"lacks {missing[0]!r}" if missing else f"has an unknown field {unknown[0][:40]!r}"
            )
            raise InvalidAnswer(f"the answer {wrong}; expected {', '.join(self._fields)}.")
        return self.kind(
            **{name: _value(name, values[name], *entry) for name, entry in self._fields.items()}
        )

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


def read_fields(answer: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of an answer in JSON or in tags; values in tags are texts.

    Args:
        answer: the text.
        names: the tags to look for; `proposal_count` may also be written `proposal count`.

    Raises:
        InvalidAnswer: neither JSON nor any of the tags, or a field twice.
    """
    fences = _FENCE.findall(answer)
    inside = fences[0].strip() if len(fences) == 1 else answer.strip()
    if inside.startswith("{"):
        return _read_json(inside)
    found: dict[str, Any] = {}
    for name in names:
        tag = re.escape(name).replace("_", "[ _]")
        values = re.findall(rf"<{tag}>(.*?)</{tag}>", answer, re.DOTALL | re.IGNORECASE)
        if len(values) > 1:
            raise InvalidAnswer(
                f"the answer has the tag <{name}> {len(values)} times; once is due."
            )
        if values:
            found[name] = values[0].strip()
    if not found:
        raise InvalidAnswer(
            "the answer is neither a JSON object nor has it tags such as "
            f"<{names[0]}>...</{names[0]}>."
        )
    return found


def _read_json(answer: str) -> dict[str, Any]:
    try:
        value = json.loads(answer, object_pairs_hook=_once, parse_constant=_no_constant)
    except InvalidAnswer:
        raise
    except RecursionError:
        raise InvalidAnswer("the answer's JSON is nested too deeply.") from None
    except ValueError as error:  # JSONDecodeError, and integers of thousands of digits
        raise InvalidAnswer(f"the answer is no JSON object: {error}.") from None
    assert isinstance(value, dict)  # it begins with a brace
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise InvalidAnswer(f"the answer has the field {name[:40]!r} twice; once is due.")
        values[name] = value
    return values


def _no_constant(name: str) -> Any:
    raise InvalidAnswer(f"the answer has the number {name}; expected a finite one.")


def _value(name: str, value: Any, kind: Any, of: Field[Any]) -> Any:
    """The value of a field, checked; texts stand for other kinds where they come from tags."""
    read: Any = None
    if kind is str:
        if isinstance(value, str) and len(value) <= of.metadata["longest"]:
            return value
    elif kind is bool:
        read = {"true": True, "false": False}.get(str(value).strip().lower())
    elif get_origin(kind) is Literal:
        wanted = {option.lower(): option for option in get_args(kind)}
        read = wanted.get(value.strip().lower()) if isinstance(value, str) else None
    else:
        read = _number(value, kind)
        if read is not None and not of.metadata["least"] <= read <= of.metadata["most"]:
            read = None
    if read is None:
        shown = repr(value)
        shown = shown if len(shown) <= 60 else f"{shown[:60]}..."
        raise InvalidAnswer(f"{name} is {shown}; expected {_words(kind, of)}.")
    return read


def _number(value: Any, kind: type[int] | type[float]) -> int | float | None:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            return None
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if kind is int:
        return value if isinstance(value, int) else None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _property(kind: Any, of: Field[Any]) -> dict[str, Any]:
    """The JSON schema of one field."""
    about = {"description": of.metadata["about"]}
    if kind is str:
        return {"type": "string", "maxLength": of.metadata["longest"], **about}
    if kind is bool:
        return {"type": "boolean", **about}
    if get_origin(kind) is Literal:
        return {"type": "string", "enum": list(get_args(kind)), **about}
    bounds = {"minimum": of.metadata["least"], "maximum": of.metadata["most"]}
    finite = {name: bound for name, bound in bounds.items() if math.isfinite(bound)}
    return {"type": "integer" if kind is int else "number", **finite, **about}


def _words(kind: Any, of: Field[Any]) -> str:
    """What is taken, in words."""
    if kind is str:
        return f"text of at most {of.metadata['longest']} characters"
    if kind is bool:
        return "true or false"
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    noun = "a whole number" if kind is int else "a number"
    least, most = of.metadata["least"], of.metadata["most"]
    if math.isfinite(least) and math.isfinite(most):
        return f"{noun} from {least:g} to {most:g}"
    if math.isfinite(least):
        return f"{noun} from {least:g} on"
    return f"{noun} up to {most:g}" if math.isfinite(most) else noun
