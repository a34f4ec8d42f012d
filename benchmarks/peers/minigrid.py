"""Minigrid's Empty-8x8: one agent, full rules, partial view."""

from collections.abc import Callable

REQUIREMENTS = ["minigrid==3.2.0"]


def make(steps: int = 5_000) -> tuple[int, Callable[[], int]]:
    """One copy through `gym.make`."""
    import gymnasium
    import minigrid  # noqa: F401  registers its environments
    import numpy as np

    env = gymnasium.make("MiniGrid-Empty-8x8-v0")
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(7, size=64).tolist()

    def run() -> int:
        for k in range(steps):
            _, _, terminated, truncated, _ = env.step(actions[k % 64])
            if terminated or truncated:
                env.reset()
        return steps

    return 1, run
