"""A file that plans many searches: a sweep's, or a suite's of the benchmark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ...core.errors import InvalidArgument, ScgError
from .settings_file import read_yaml

Plan = TypeVar("Plan")


def read_plan(path: Path, kind: str, plan_of: Callable[[Mapping[str, Any]], Plan]) -> Plan:
    """Read a plan.

    Args:
        path: a YAML file.
        kind: what it is, in a word; also the command whose settings it may say that it holds.
        plan_of: makes the plan of what the file says.

    Raises:
        InvalidArgument: the file cannot be read, or says what cannot be.
    """
    try:
        command, kept = read_yaml(path)
        if command not in (None, kind):
            raise ValueError(f"it holds settings of scg {command}")
        _check_names(kept)
        return plan_of(kept)
    except FileNotFoundError:
        raise InvalidArgument(f"there is no file {path}; check the path.") from None
    except OSError as error:
        raise InvalidArgument(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, ScgError) as error:
        why = str(error)
        raise InvalidArgument(
            f"{path} is no {kind}: {why}{'' if why.endswith(('.', '?')) else '.'}"
        ) from error


def _check_names(value: Any) -> None:
    """See that all names in a plan are texts, as its digest has them.

    Raises:
        ValueError: one is another, as YAML reads a number.
    """
    if isinstance(value, dict):
        if other := [name for name in value if not isinstance(name, str)]:
            raise ValueError(f"{other[0]!r} is no name; put it in quotes if it is meant as one")
        value = list(value.values())
    for part in value if isinstance(value, list) else ():
        _check_names(part)
