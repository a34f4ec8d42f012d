"""Every game under the checkers of whatever Gymnasium and PettingZoo are installed; no pytest.

`make floor` runs it with the oldest versions that pyproject.toml allows.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pettingzoo
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, parallel_api_test

import scg_envs
from scg_envs.core.registry import GAMES, Game


def main() -> None:
    """Check every game; exit with 1 and a line for each fault if there is any."""
    warnings.simplefilter("ignore")
    versions = f"gymnasium {gym.__version__}, pettingzoo {pettingzoo.__version__}"
    faults = []
    if Path(__file__).parents[1] in Path(scg_envs.__file__).resolve().parents[:2]:
        faults.append(f"not an installed package, but the sources: {scg_envs.__file__}")
    for game in GAMES:
        for name, check in checks(game).items():
            try:
                check()
            except Exception as error:
                faults.append(f"{game.name}: {name}: {type(error).__name__}: {error}")
    print(f"scg-envs {scg_envs.__version__}, {versions}: {len(GAMES)} games, {len(faults)} faults")
    sys.exit("\n".join(faults) or 0)


def checks(game: Game) -> dict[str, Callable[[], Any]]:
    """What is tried of a game."""
    module, kwargs = import_module(game.module), dict(game.kwargs)
    committed = game.make_problem().committed
    return {
        "parallel": lambda: parallel_api_test(module.parallel_env(**kwargs)),
        "committed": lambda: parallel_api_test(module.parallel_env(**kwargs, committed=committed)),
        "turnwise": lambda: api_test(module.env(**kwargs)),
        "view": lambda: check_env(gym.make(game.gymnasium_id).unwrapped, skip_render_check=True),
        "batch": lambda: _batch(game),
        "exact answers": lambda: game.make_problem().solver.respond([0]),
    }


def _batch(game: Game) -> None:
    env = gym.make_vec(game.gymnasium_id, num_envs=3, vectorization_mode="vector_entry_point")
    seen, _ = env.reset(seed=0)
    for _ in range(20):
        assert env.observation_space.contains(seen)
        seen, *_ = env.step(np.asarray(env.action_space.sample()))


if __name__ == "__main__":
    main()
