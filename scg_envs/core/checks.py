"""Checks of arguments that several modules take."""

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import InvalidArgument, InvalidOptions, UnknownOption

MOST_EPISODES = 10_000_000
"""More than an estimate needs: its interval is then a few ten-thousandths wide."""
_SUM = 1e-9  # how far from 1 chances may add up


def check_chance(name: str, chance: Any) -> float:
    """The chance as a float.

    Raises:
        InvalidArgument: not a number in [0, 1].
    """
    if isinstance(chance, (int, float)) and 0.0 <= chance <= 1.0:
        return float(chance)
    raise InvalidArgument(f"{name} is {chance!r}; expected a chance between 0 and 1.")


def check_simplex(what: str, chances: Any, length: int) -> NDArray[np.float64]:
    """(length,) the chances, if they are a point of the simplex.

    Raises:
        InvalidArgument: not so many numbers, one below 0, or a sum other than 1.
    """
    try:
        found = np.asarray(chances, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.zeros(0)
    if found.shape != (length,) or not np.isfinite(found).all():
        raise InvalidArgument(f"{what} is {chances!r}; expected {length} numbers that sum to 1.")
    if found.min() < 0 or abs(found.sum() - 1) > _SUM:
        raise InvalidArgument(
            f"{what} is {found.tolist()}, which sums to {found.sum():g}; expected {length} chances "
            "of 0 or more that sum to 1."
        )
    return found


def check_options(options: Any, known: Iterable[str]) -> dict[str, Any]:
    """The options of a `reset`, if they are a dictionary and the game reads all of them.

    PettingZoo's testers pass `{"options": 1}` to every environment, to see that `reset` takes an
    argument of this name; this one is let through, and nothing else that decides nothing.

    Raises:
        InvalidOptions: no dictionary.
        UnknownOption: a name that is not known.
    """
    given = check_dictionary(options)
    known = tuple(known)
    for name, value in given.items():
        testers = isinstance(value, int) and (name, value) == ("options", 1)
        if name not in known and not testers:
            raise UnknownOption("reset option", name, known or ("none",))
    return given


def check_dictionary(options: Any) -> dict[str, Any]:
    """The options of a `reset`, whatever their names; none for None.

    Raises:
        InvalidOptions: no dictionary.
    """
    if options is not None and not isinstance(options, Mapping):
        raise InvalidOptions(f"options is {options!r}; expected a dictionary, or None.")
    return dict(options or {})


LARGEST = 1e100
"""Numbers beyond it are refused: sums and products of a few of them would be infinite."""


def check_number(name: str, value: Any) -> float:
    """The number as a float.

    Raises:
        InvalidArgument: not a finite number, or one beyond `LARGEST`.
    """
    number = isinstance(value, (int, float, np.integer, np.floating)) and math.isfinite(value)
    if isinstance(value, bool) or not number:
        raise InvalidArgument(f"{name} is {value!r}; expected a number.")
    if abs(value) > LARGEST:
        raise InvalidArgument(f"{name} is {float(value):g}; expected a number up to {LARGEST:g}.")
    return float(value)


def check_numbers(name: str, values: Any) -> tuple[float, ...]:
    """One number or more, as floats.

    Raises:
        InvalidArgument: no numbers in a row, or one that `check_number` refuses.
    """
    found = check_several(name, values)
    if not found:
        raise InvalidArgument(f"{name} is {values!r}; expected a number, or several.")
    return tuple(check_number(name, value) for value in found)


def check_several(name: str, values: Any) -> tuple[Any, ...]:
    """Values in a row, perhaps none.

    Raises:
        InvalidArgument: one value, or a text.
    """
    if isinstance(values, str) or not isinstance(values, Sequence | np.ndarray):
        raise InvalidArgument(f"{name} is {values!r}; expected several in a row.")
    return tuple(values)


def check_between(
    name: str, value: Any, least: float, most: float, *, above: bool = False
) -> float:
    """The number as a float.

    Args:
        name: of the argument.
        value: what came.
        least: the smallest that is taken.
        most: the greatest.
        above: whether it is to be more than `least`.

    Raises:
        InvalidArgument: not a number in this range.
    """
    number = check_number(name, value)
    if not least <= number <= most or (above and number == least):
        bounds = f"above {least:g}, up to {most:g}" if above else f"from {least:g} to {most:g}"
        raise InvalidArgument(f"{name} is {value!r}; expected a number {bounds}.")
    return number


def check_path(name: str, value: Any) -> Path:
    """The path of a file or folder.

    Raises:
        InvalidArgument: neither text nor a path.
    """
    if not isinstance(value, (str, PathLike)):
        raise InvalidArgument(f"{name} is {value!r}; expected a path.")
    return Path(value)


def check_whole(name: str, value: Any, least: int, most: int | None = None) -> int:
    """The number as an int.

    Raises:
        InvalidArgument: not a whole number in [least, most].
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least or (most is not None and number > most):
        bounds = f"from {least} on" if most is None else f"from {least} to {most}"
        raise InvalidArgument(f"{name} is {value!r}; expected a whole number {bounds}.")
    return number


MOST_MEMORY = 4 << 30
"""Bytes that one table may take; what would take more is refused before it is begun."""


def check_memory(what: str, size: float, hint: str) -> None:
    """Refuse a table that would fill the memory by itself.

    Args:
        what: the table, in words.
        size: bytes that it would take.
        hint: what to do instead.

    Raises:
        InvalidArgument: more than `MOST_MEMORY`.
    """
    if size > MOST_MEMORY:
        raise InvalidArgument(
            f"{what} would take {size / 2**30:,.1f} GiB of memory, {MOST_MEMORY >> 30} at most; "
            f"{hint}."
        )


def check_episodes(episodes: Any) -> int:
    """How many episodes are played for one estimate.

    Raises:
        InvalidArgument: not a whole number in [1, `MOST_EPISODES`].
    """
    return check_whole("episodes", episodes, 1, MOST_EPISODES)


def check_seed(seed: Any) -> int:
    """The seed, if numpy, torch and Stable-Baselines3 all take it.

    Raises:
        InvalidArgument: not a whole number in [0, 2**32 - 1].
    """
    return check_whole("seed", seed, 0, 2**32 - 1)
