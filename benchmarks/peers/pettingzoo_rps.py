"""PettingZoo's rock-paper-scissors: two agents."""

from collections.abc import Callable

REQUIREMENTS = ["pettingzoo[classic]==1.27.0"]


def make(steps: int = 5_000) -> tuple[int, Callable[[], int]]:
    """One copy through PettingZoo's parallel API."""
    import numpy as np
    from pettingzoo.classic import rps_v2

    env = rps_v2.parallel_env()
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    joint = [
        {agent: int(rng.integers(env.action_space(agent).n)) for agent in env.possible_agents}
        for _ in range(64)
    ]

    def run() -> int:
        for k in range(steps):
            if not env.agents:
                env.reset()
            env.step(joint[k % 64])
        return steps

    return 1, run
