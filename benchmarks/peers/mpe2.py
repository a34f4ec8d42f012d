"""mpe2's simple_spread: three agents."""

from typing import Any

REQUIREMENTS = ["mpe2==1.1.1"]


def parallel() -> Any:
    """The game in PettingZoo's parallel API."""
    from mpe2 import simple_spread_v3

    return simple_spread_v3.parallel_env()
