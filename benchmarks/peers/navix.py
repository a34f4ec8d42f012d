"""NAVIX's Empty-8x8: one agent, compiled by JAX, 256 copies."""

from collections.abc import Callable

REQUIREMENTS = ["navix", "jax[cpu]"]


def make(steps: int = 500, batch: int = 256) -> tuple[int, Callable[[], int]]:
    """A batch under `vmap` and `scan`, with actions drawn outside."""
    import jax
    import navix

    env = navix.make("Navix-Empty-8x8-v0")
    first = jax.vmap(env.reset)(jax.random.split(jax.random.PRNGKey(0), batch))
    actions = jax.random.randint(jax.random.PRNGKey(1), (steps, batch), 0, 7)
    play = jax.jit(
        lambda timestep: jax.lax.scan(
            lambda now, act: (jax.vmap(env.step)(now, act), ()), timestep, actions
        )[0]
    )

    def run() -> int:
        jax.block_until_ready(play(first))
        return steps * batch

    return batch, run
