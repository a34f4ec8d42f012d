"""Published results of the language games beside those of the simulated players."""

from __future__ import annotations

from collections.abc import Callable

from .banana import reproduce_banana
from .bargaining import reproduce_bargaining
from .rows import Row
from .scai import reproduce_scai

EXPERIMENTS: dict[str, Callable[[int], list[Row]]] = {
    "bargaining": reproduce_bargaining,
    "banana": reproduce_banana,
    "scai": reproduce_scai,
}

__all__ = ["EXPERIMENTS", "Row"]
