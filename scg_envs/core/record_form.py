r"""What the fields of a dataclass may hold, where a file that anybody may have written says them.

    learned = read_record(Learned, read_sealed_json(path))

The form (`state_form`) follows from the annotations, as JSON has them: a whole number is at least
0, a real one finite; a text is one of a `Literal`'s; a tuple is a list; fields that have a default,
which files of earlier versions may lack, may be left out.

| annotation | what fits |
| --- | --- |
| `int`, `float`, `bool`, `str` | a whole number from 0 on, a finite number, a truth value, a text |
| `Literal["a", "b"]` | one of these texts |
| `X \| None` | None, or what fits X |
| `list[X]`, `Sequence[X]`, `tuple[X, ...]` | a list of what fits X |
| `tuple[X, Y]` | a list of two |
| `dict[str, X]`, `Mapping[str, X]` | an object with any names |
| a dataclass | an object with its fields |
| `Any` | any JSON |
| `Annotated[X, form]` | what fits the form; `Chance` is a number from 0 to 1 |
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .state_form import PROBABILITY, Each, Form, Maybe, Named, Real, Some, Text, Whole, check, like

Kind = TypeVar("Kind")
_DEEPEST = 50
_LARGEST = sys.float_info.max  # sums of payoffs may be beyond what a payoff may be


Chance = Annotated[float, PROBABILITY]
"""A chance, or a share, as the annotation of a field."""


class Json:
    """JSON types, with finite numbers, not nested too deeply."""

    def fits(self, kept: Any, depth: int = 0) -> bool:
        """Whether it is made of them alone."""
        if depth > _DEEPEST:
            return False
        if isinstance(kept, dict):
            named = all(type(key) is str for key in kept)
            return named and all(self.fits(part, depth + 1) for part in kept.values())
        if isinstance(kept, list):
            return all(self.fits(part, depth + 1) for part in kept)
        if isinstance(kept, float):
            return math.isfinite(kept)
        return kept is None or isinstance(kept, (bool, int, str))


_PLAIN: dict[Any, Form] = {
    int: Whole(high=2**64),
    float: Real(-_LARGEST, _LARGEST),
    bool: like(False),
    str: Text(),
    Any: Json(),
}


def record_form(kind: Any) -> Form:
    """The form of what an annotation names.

    Raises:
        TypeError: an annotation that JSON has nothing for.
    """
    return _form_of(kind)


@cache  # files of many lines hold a record in each
def _form_of(kind: Any) -> Form:
    if get_origin(kind) is Annotated:
        return kind.__metadata__[0]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return Some(
            {one.name: record_form(hints[one.name]) for one in fields(kind)},
            {one.name for one in fields(kind) if one.default is one.default_factory is MISSING},
        )
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return Text(parts)
    if origin in (Union, UnionType) and len(parts) == 2 and NoneType in parts:
        return Maybe(record_form(next(part for part in parts if part is not NoneType)))
    if origin in (dict, Mapping):
        return Named(record_form(parts[1]))
    if origin in (list, Sequence) or (origin is tuple and parts[1:] == (...,)):
        return Each(record_form(parts[0]))
    if origin is tuple:
        return [record_form(part) for part in parts]
    raise TypeError(f"nothing in JSON is a {kind}")


def read_record(kind: type[Kind], kept: Any) -> Kind:
    """A dataclass of what a file says of its fields, each of which is seen to fit.

    Its parts stay as JSON has them: a tuple is a list.

    Raises:
        TypeError: it is no object, or one with other fields.
        ValueError: a field is not what it may be; the message says which.
    """
    form = record_form(kind)
    if not isinstance(kept, dict):
        raise TypeError("it is no JSON object")
    if missing := form.needed - kept.keys():
        raise TypeError(f"it has no {min(missing)!r}")
    if unknown := kept.keys() - form.forms.keys():
        raise TypeError(f"it has an unknown {min(unknown)!r}")
    check(kept, form)
    return kind(**kept)
