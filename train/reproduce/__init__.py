"""Published results of games with words, people and oracles beside ours."""

from __future__ import annotations

from collections.abc import Callable

from .akata import reproduce_akata
from .banana import reproduce_banana
from .bargaining import reproduce_bargaining
from .oracles import reproduce_oracles
from .rows import Row
from .scai import reproduce_scai

EXPERIMENTS: dict[str, Callable[..., list[Row]]] = {
    "bargaining": reproduce_bargaining,
    "banana": reproduce_banana,
    "scai": reproduce_scai,
    "akata": reproduce_akata,
    "oracles-and-followers": reproduce_oracles,
}

__all__ = ["EXPERIMENTS", "Row"]
