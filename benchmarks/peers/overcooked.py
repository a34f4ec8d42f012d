"""overcooked-ai's cramped_room: two agents."""

from collections.abc import Callable

REQUIREMENTS = ["overcooked-ai==1.1.0", "numpy<2", "scipy"]
_STEPS = 5_000


def make(batch: int) -> tuple[Callable[[], None], int]:
    """One copy of the bare environment."""
    import numpy as np
    from overcooked_ai_py.mdp.actions import Action
    from overcooked_ai_py.mdp.overcooked_env import OvercookedEnv
    from overcooked_ai_py.mdp.overcooked_mdp import OvercookedGridworld

    room = OvercookedGridworld.from_layout_name("cramped_room")
    env = OvercookedEnv.from_mdp(room, horizon=400, info_level=0)
    numbers = np.random.default_rng(0).integers(len(Action.ALL_ACTIONS), size=(64, 2)).tolist()
    joint = [tuple(Action.ALL_ACTIONS[a] for a in row) for row in numbers]

    def run() -> None:
        for k in range(_STEPS):
            _, _, done, _ = env.step(joint[k % 64])
            if done:
                env.reset()

    return run, _STEPS
