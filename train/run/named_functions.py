"""Functions that settings name as `module:function`, and whose calling runs somebody's code.

On the command line such a name is typed by whoever it belongs to. A file may be a stranger's: a
function that a file alone names is called only where it is said that the file is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.errors import InvalidArgument

_KEYS = ("game", "scenarios", "responder", "responders", "meta", "proposers")
"""What may be a function: a setting of a search, or the list of a plan that stands for it."""


def functions_in(settings: Any, key: str | None = None) -> Iterator[str]:
    """The functions that settings name, in their order.

    Args:
        settings: settings by name, with others within.
        key: the name that they stand under; None if under none.
    """
    if isinstance(settings, Mapping):
        for name, one in settings.items():
            yield from functions_in(one, name)
    elif isinstance(settings, list | tuple):
        for one in settings:
            yield from functions_in(one, key)
    elif isinstance(settings, str) and key in _KEYS and ":" in settings:
        yield settings


def check_functions(settings: Mapping[str, Any], named_by: str, remedy: str) -> None:
    """See that settings name no function.

    Args:
        settings: of a file.
        named_by: what names them, as the subject of a sentence.
        remedy: what to do if the function is one's own.

    Raises:
        InvalidArgument: they name one.
    """
    for function in functions_in(settings):
        raise InvalidArgument(
            f"{named_by} names {function}, a function, and none is called that a file alone has "
            f"named; if it is yours, {remedy}."
        )
