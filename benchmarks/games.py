"""How fast every registered game's batched view is, as `gym.make_vec` makes it.

Its learner plays at random in games that begin anew at once; resets are included. Between two of
its steps all others act, so that a step is as many joint steps as that takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium as gym

from scg_envs.core.registry import GAMES

from .harness import BATCH, Case, at_random


def cases(steps: int = 300) -> Iterator[Case]:
    """One for each game."""
    for game in GAMES:
        env = gym.make_vec(game.gymnasium_id, num_envs=BATCH, autoreset_mode="SameStep")
        env.reset(seed=0)
        actions: Any = env.single_action_space
        first = int(actions.start)
        yield at_random(f"games/{game.name}", env, first, first + int(actions.n), steps)
