"""PettingZoo's rock-paper-scissors: two agents."""

from typing import Any

REQUIREMENTS = ["pettingzoo[classic]==1.27.0"]


def parallel() -> Any:
    """The game in PettingZoo's parallel API."""
    from pettingzoo.classic import rps_v2

    return rps_v2.parallel_env()
