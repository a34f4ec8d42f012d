"""ini/multigrid's Empty-8x8: three agents."""

from collections.abc import Callable

REQUIREMENTS = ["multigrid"]


def make(steps: int = 5_000) -> tuple[int, Callable[[], int]]:
    """One copy with three agents."""
    import numpy as np
    from multigrid.envs import EmptyEnv

    env = EmptyEnv(size=8, agents=3)
    env.reset(seed=0)
    joint = [dict(enumerate(row)) for row in np.random.default_rng(0).integers(7, size=(64, 3))]

    def run() -> int:
        for k in range(steps):
            _, _, terminated, truncated, _ = env.step(joint[k % 64])
            if all(terminated.values()) or all(truncated.values()):
                env.reset()
        return steps

    return 1, run
