"""The same with NAVIX's first-person view, in NAVIX's environment."""

from collections.abc import Callable
from typing import Any

ENVIRONMENT = "navix"
BATCHES = ()
LOOPS = (256,)


def functional() -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any], int, int]:
    """Its own functions, which begin anew by themselves."""
    import navix

    env = navix.make("Navix-Empty-8x8-v0", observation_fn=navix.observations.symbolic_first_person)
    return env.reset, env.step, 7, 1
