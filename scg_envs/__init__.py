"""scg-envs: games in which one agent commits before play.

    scenario = scg_envs.make_scenario("barrier", layout="maze")   # a game, a commitment, a wish
    game = scg_envs.barrier_v0.parallel_env(committed="red")      # PettingZoo
    env = scg_envs.CommitmentEnv(any_parallel_env, committed="boss", pre_policies=space)

Importing the package registers every game: `gym.make("scg_envs/Barrier-v0")` is a learner's view,
`pettingzoo.make("parallel", "scg_envs/barrier-v0")` the game. Each kind of game is a versioned
module as well. What takes long to import is imported when it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .core import starting  # noqa: F401 - first, before what takes long
from .core.registry import register_all

if TYPE_CHECKING:
    from . import (
        assistance_v0,
        banana_v0,
        bargaining_v0,
        barrier_v0,
        commons_v0,
        donor_v0,
        matrix_v0,
        persuasion_v0,
        sequential_public_goods_v0,
        taxation_v0,
        ultimatum_v0,
    )
    from .core.commitment.env import CommitmentEnv, UncertainCommitment
    from .core.commitment.scheme import Commitment, CommitmentScheme
    from .core.scenario import Scenario, make_scenario

__all__ = [
    "Commitment",
    "CommitmentEnv",
    "CommitmentScheme",
    "Scenario",
    "UncertainCommitment",
    "__version__",
    "assistance_v0",
    "banana_v0",
    "bargaining_v0",
    "barrier_v0",
    "commons_v0",
    "donor_v0",
    "make_scenario",
    "matrix_v0",
    "persuasion_v0",
    "sequential_public_goods_v0",
    "taxation_v0",
    "ultimatum_v0",
]
__version__ = "0.1.0"
_HOMES = {
    "Commitment": "core.commitment.scheme",
    "CommitmentEnv": "core.commitment.env",
    "CommitmentScheme": "core.commitment.scheme",
    "Scenario": "core.scenario",
    "UncertainCommitment": "core.commitment.env",
    "make_scenario": "core.scenario",
}

register_all()


def __getattr__(name: str) -> Any:
    """Import a game's module, or the home of a public name, when it is asked for."""
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, and what is imported already."""
    return sorted({*globals(), *__all__})
