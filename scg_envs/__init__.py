"""scg-envs: games in which one agent commits before play.

Importing the package registers every game: `gym.make("scg_envs/Barrier-v0")` is a learner's view,
`pettingzoo.make("parallel", "scg_envs/barrier-v0")` the game. Each game is a versioned module as
well: `scg_envs.barrier_v0.parallel_env(...)`.
"""

from . import banana_v0, bargaining_v0, barrier_v0, ultimatum_v0
from .registry import register_all

__all__ = ["__version__", "banana_v0", "bargaining_v0", "barrier_v0", "ultimatum_v0"]
__version__ = "0.1.0"

register_all()
