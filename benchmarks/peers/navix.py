"""NAVIX's Empty-8x8: one agent, the whole grid, compiled by JAX."""

from collections.abc import Callable
from typing import Any

REQUIREMENTS = ["navix==0.7.4", "jax[cpu]"]
BATCHES = (1, 4096)
LOOPS = (1, 256, 4096)


def functional() -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any], int, int]:
    """Its own functions, which begin anew by themselves."""
    import navix

    env = navix.make("Navix-Empty-8x8-v0", observation_fn=navix.observations.symbolic)
    return env.reset, env.step, 7, 1
