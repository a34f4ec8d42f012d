"""overcooked-ai's cramped_room: two agents."""

from collections.abc import Callable

REQUIREMENTS = ["overcooked-ai", "numpy<2"]


def make(steps: int = 5_000) -> tuple[int, Callable[[], int]]:
    """One copy of the bare environment."""
    import numpy as np
    from overcooked_ai_py.mdp.actions import Action
    from overcooked_ai_py.mdp.overcooked_env import OvercookedEnv
    from overcooked_ai_py.mdp.overcooked_mdp import OvercookedGridworld

    room = OvercookedGridworld.from_layout_name("cramped_room")
    env = OvercookedEnv.from_mdp(room, horizon=400, info_level=0)
    numbers = np.random.default_rng(0).integers(len(Action.ALL_ACTIONS), size=(64, 2)).tolist()
    joint = [tuple(Action.ALL_ACTIONS[a] for a in row) for row in numbers]

    def run() -> int:
        for k in range(steps):
            _, _, done, _ = env.step(joint[k % 64])
            if done:
                env.reset()
        return steps

    return 1, run
