"""The table of games: what each is called, who plays, and where its parts are.

A game is added by adding a row to `GAMES`. Its Gymnasium and PettingZoo ids, its place in the
`scg` command, and the tests that walk the registry follow from the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import gymnasium
import pettingzoo

from .errors import UnknownName


@dataclass(frozen=True)
class Game:
    """One row of the table.

    Entry points are strings `module:attribute`, so that a game is imported only when it is used.

    Attributes:
        name: what `scg` calls it.
        summary: one line for listings.
        agents: the agents, the human first.
        learner: the agent whose view is registered with Gymnasium.
        committed: the agent that commits by default.
        module: the versioned module, with `env`, `parallel_env`, `raw_env` and `learner_view`.
        vector: entry point of the learner's batched view.
        problem: entry point of the commitment problem that searches work on.
        layouts: entry point of a function that names the shipped layouts or variants.
    """

    name: str
    summary: str
    agents: tuple[str, ...]
    learner: str
    committed: str
    module: str
    vector: str
    problem: str
    layouts: str

    @property
    def gymnasium_id(self) -> str:
        """The learner's view, for `gym.make` and `gym.make_vec`."""
        return f"scg_envs/{self.name.title().replace('_', '')}-v0"

    @property
    def pettingzoo_id(self) -> str:
        """The game, for `pettingzoo.make`."""
        return f"scg_envs/{self.name}-v0"


GAMES: tuple[Game, ...] = (
    Game(
        name="barrier",
        summary="blue walks to one of two goals; a barrier that commits to a post decides which",
        agents=("blue", "yellow", "red"),
        learner="blue",
        committed="red",
        module="scg_envs.barrier_v0",
        vector="scg_envs.barrier.vector:BarrierVectorEnv",
        problem="scg_envs.barrier.problem:BarrierProblem",
        layouts="scg_envs.barrier.layouts:shipped_layouts",
    ),
)


def find_game(name: str) -> Game:
    """The row with this name.

    Raises:
        UnknownName: there is none.
    """
    for game in GAMES:
        if game.name == name:
            return game
    raise UnknownName("game", name, [game.name for game in GAMES])


def load(entry_point: str) -> Any:
    """The object that an entry point `module:attribute` names."""
    module, _, attribute = entry_point.partition(":")
    return getattr(import_module(module), attribute)


def register_all() -> None:
    """Register every game with Gymnasium and PettingZoo."""
    for game in GAMES:
        gymnasium.register(
            id=game.gymnasium_id,
            entry_point=f"{game.module}:learner_view",
            vector_entry_point=game.vector,
        )
        pettingzoo.register("parallel", game.pettingzoo_id, f"{game.module}:parallel_env")
        pettingzoo.register("aec", game.pettingzoo_id, f"{game.module}:env")
