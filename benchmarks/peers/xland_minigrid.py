"""XLand-MiniGrid's Empty-8x8: one agent, first-person view, compiled by JAX."""

from collections.abc import Callable
from typing import Any

REQUIREMENTS = ["xminigrid==0.9.3", "jax[cpu]"]
BATCHES = (1, 4096)
LOOPS = (1, 256, 4096)


def functional() -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any], int, int]:
    """With its wrapper that begins anew in the step that ends an episode."""
    import xminigrid
    from xminigrid.wrappers import GymAutoResetWrapper

    env, params = xminigrid.make("MiniGrid-Empty-8x8")
    env = GymAutoResetWrapper(env)
    return (
        lambda key: env.reset(params, key),
        lambda state, action: env.step(params, state, action),
        env.num_actions(params),
        1,
    )
