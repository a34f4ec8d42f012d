"""Values as JSON types, for what is written to run folders and transcripts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A value as JSON types; what has no such form becomes its text."""
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return str(value)


def with_own_numbers(value: Any) -> Any:
    """A value with Python's own numbers in the place of numpy's; containers keep their kind."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {with_own_numbers(key): with_own_numbers(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and not hasattr(value, "_make"):
        return type(value)(map(with_own_numbers, value))
    return value


class OwnNumbers:
    """A frozen dataclass of results: its numbers are Python's own, whoever has computed them.

    `json` does not write numpy's booleans, `is True` does not know them, and they print otherwise.
    """

    def __post_init__(self) -> None:
        """Put them in the place of numpy's."""
        for name, value in vars(self).items():
            object.__setattr__(self, name, with_own_numbers(value))


def same_json(one: Any, other: Any) -> bool:
    """Whether two values are the same as JSON types."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
