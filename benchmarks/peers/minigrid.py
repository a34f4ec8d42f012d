"""Minigrid's Empty-8x8: one agent, full rules, first-person view."""

from collections.abc import Callable

REQUIREMENTS = ["minigrid==3.2.0", "gymnasium==1.4.0"]
BATCHES = (1, 64)


def make(batch: int) -> tuple[Callable[[], None], int]:
    """One copy through `gym.make`, or several through `gym.make_vec`."""
    import gymnasium
    import minigrid  # noqa: F401  registers its environments
    import numpy as np

    name, steps = "MiniGrid-Empty-8x8-v0", max(5_000 // batch, 1)
    rng = np.random.default_rng(0)
    if batch == 1:
        env = gymnasium.make(name)
        env.reset(seed=0)
        actions = rng.integers(7, size=64).tolist()

        def run() -> None:
            for k in range(steps):
                _, _, terminated, truncated, _ = env.step(actions[k % 64])
                if terminated or truncated:
                    env.reset()

        return run, steps
    vector = gymnasium.make_vec(name, num_envs=batch, vectorization_mode="sync")
    vector.reset(seed=0)
    joint = rng.integers(7, size=(64, batch))

    def run_all() -> None:
        for k in range(steps):
            vector.step(joint[k % 64])

    return run_all, steps
