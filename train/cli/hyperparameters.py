"""Hyper-parameters as they are typed: a file of them, and single ones over it.

    learning_rate: 1.0e-3              --set learning_rate=1e-3
    policy_kwargs: {net_arch: [64]}    --set policy_kwargs.net_arch=[64]

Values are YAML. Whether there are such hyper-parameters is seen where a model is made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...agents.responders.settings import merged
from ...core.errors import InvalidArgument
from ..run.yaml_text import read_yaml_text

__all__ = ["merged", "read_hyperparameters"]

_NUMBER = re.compile(r"[+-]?(\d[\d_]*\.?[\d_]*|\.\d+)[eE][+-]?\d+", re.ASCII)


def read_hyperparameters(file: Path | None, single: Sequence[str]) -> dict[str, Any]:
    """Those of a file, and single ones in place of them or beside them.

    Args:
        file: a YAML file of values by name; none if None.
        single: `name=value` each; in a name dots lead to what is nested.

    Raises:
        InvalidArgument: the file cannot be read, or holds no values by name; or a text that is no
            `name=value`.
    """
    found = {} if file is None else _read_file(file)
    for text in single:
        name, equals, value = text.partition("=")
        parts = [part.strip() for part in name.split(".")]
        if not (equals and value.strip() and all(parts)):
            raise InvalidArgument(
                f"a hyper-parameter is {text!r}; expected name=value, such as learning_rate=1e-3."
            )
        nested: Any = _value(text, value)
        for part in reversed(parts):
            nested = {part: nested}
        found = merged(found, nested)
    return found


def _read_file(file: Path) -> dict[str, Any]:
    try:
        kept = read_yaml_text(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidArgument(f"there is no file {file} of hyper-parameters.") from None
    except (OSError, ValueError) as error:
        raise InvalidArgument(
            f"{file} holds no hyper-parameters: {' '.join(str(error).split())}."
        ) from error
    if not isinstance(kept, dict) or not all(isinstance(name, str) for name in kept):
        raise InvalidArgument(f"{file} holds no hyper-parameters; expected values by name.")
    numbers: dict[str, Any] = _numbers(kept)
    return numbers


def _value(text: str, value: str) -> Any:
    try:
        return _numbers(read_yaml_text(value))
    except ValueError as error:
        raise InvalidArgument(
            f"a hyper-parameter is {text!r}, whose value does not read: "
            f"{' '.join(str(error).split())}."
        ) from error


def _numbers(value: Any) -> Any:
    """A value with numbers for texts such as 1e-3, which YAML wants to have a point: 1.0e-3."""
    if isinstance(value, dict):
        return {name: _numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
