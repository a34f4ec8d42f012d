"""scg-envs: games in which one agent commits before play.

Importing the package registers every game: `gym.make("scg_envs/Barrier-v0")` is a learner's view,
`pettingzoo.make("parallel", "scg_envs/barrier-v0")` the game. Each kind of game is a versioned
module as well, imported when it is used: `scg_envs.barrier_v0.parallel_env(...)`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import starting  # noqa: F401 - first, before what takes long
from .registry import register_all

if TYPE_CHECKING:
    from . import banana_v0, bargaining_v0, barrier_v0, matrix_v0, ultimatum_v0

__all__ = [
    "__version__",
    "banana_v0",
    "bargaining_v0",
    "barrier_v0",
    "matrix_v0",
    "ultimatum_v0",
]
__version__ = "0.1.0"

register_all()


def __getattr__(name: str) -> Any:
    """Import a game's module when it is asked for; numba and scipy take a while."""
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
