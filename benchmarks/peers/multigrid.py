"""ini/multigrid's Empty-8x8: three agents."""

from collections.abc import Callable

REQUIREMENTS = ["multigrid==0.1.0"]
_STEPS = 5_000


def make(batch: int) -> tuple[Callable[[], None], int]:
    """One copy with three agents."""
    import numpy as np
    from multigrid.envs import EmptyEnv

    env = EmptyEnv(size=8, agents=3)
    env.reset(seed=0)
    joint = [dict(enumerate(row)) for row in np.random.default_rng(0).integers(7, size=(64, 3))]

    def run() -> None:
        for k in range(_STEPS):
            _, _, terminated, truncated, _ = env.step(joint[k % 64])
            if all(terminated.values()) or all(truncated.values()):
                env.reset()

    return run, _STEPS
