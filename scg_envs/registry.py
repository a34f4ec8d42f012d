"""The table of games: what each is called, who plays, what it may end in, and who solves it.

A game is added by adding a row to `GAMES`; the Gymnasium and PettingZoo ids, the `scg` command
and the tests over the registry follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import gymnasium
import pettingzoo

from .errors import UnknownName


@dataclass(frozen=True)
class Game:
    """One row of the table.

    Entry points are strings `module:attribute` relative to this package, so that a game is
    imported only when it is used.

    Attributes:
        name: what `scg` calls it.
        summary: one line for listings.
        agents: the agents, the human first.
        human: the agent whose desirable outcome is searched for; its view is registered.
        committed: the agent that commits by default.
        module: the versioned module with `env`, `parallel_env`, `raw_env` and `learner_view`.
        vector: the batched view of the human, or None.
        problem: makes the `CommitmentProblem` that searches and solvers work on.
        variants: what `--layout` takes by name.
    """

    name: str
    summary: str
    agents: tuple[str, ...]
    human: str
    committed: str
    module: str
    vector: str | None
    problem: str
    variants: Callable[[], tuple[str, ...]] = field(default=tuple)

    @property
    def title(self) -> str:
        """The name in the Gymnasium id: `Barrier`."""
        return self.name.title().replace("_", "")

    @property
    def gymnasium_id(self) -> str:
        """The id of the human's view, for `gym.make`."""
        return f"scg_envs/{self.title}-v0"

    @property
    def pettingzoo_id(self) -> str:
        """The id of the game, for `pettingzoo.make`."""
        return f"scg_envs/{self.name}-v0"

    def load(self, entry_point: str) -> Any:
        """The object that an entry point names."""
        module, _, attribute = entry_point.partition(":")
        return getattr(import_module(module), attribute)
