"""JaxMARL's coin game: two agents on 3x3 cells, compiled by JAX."""

from collections.abc import Callable
from typing import Any

REQUIREMENTS = ["jaxmarl==0.2.0", "jax[cpu]"]
BATCHES = (1, 4096)
LOOPS = (1, 4096)


def functional() -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any], int, int]:
    """With a key for each step's chance in the state."""
    import jax
    from jaxmarl import make

    env = make("coin_game")

    def reset(key: Any) -> Any:
        key, own = jax.random.split(key)
        return key, *env.reset(own)

    def step(state: Any, action: Any) -> Any:
        key, _, before = state
        key, own = jax.random.split(key)
        seen, after, *_ = env.step(own, before, dict(zip(env.agents, action, strict=True)))
        return key, seen, after

    return reset, step, 5, 2
