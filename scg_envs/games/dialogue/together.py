"""A game of `TurnRules` whose agents all act at once in every step, any action being legal."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from ...core.errors import ResetNeeded
from ...core.native import StepResult
from .game import Observation
from .ruled import RuledGame


class TogetherGame(RuledGame):
    """The whole game; a subclass says what everybody's actions come to, and what is seen."""

    @abstractmethod
    def _act(self, actions: tuple[int, ...]) -> None:
        """Play everybody's actions, in the order of the agents; end the episode by `_end`."""

    def step(self, actions: dict[str, int]) -> StepResult[Observation]:
        """Everybody's actions.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: an agent has no action, or one that is not in its space.
        """
        if not self.agents:
            raise ResetNeeded
        joint = self._joint_action(actions, self.rules.labels)
        self._earned = dict.fromkeys(self.agents, 0.0)
        self._act(joint)
        return self._report()

    def observe_all(self) -> dict[str, Observation]:
        """What every agent sees now; any action is legal."""
        return {
            agent: {"observation": self._seen(agent), "action_mask": self._legal(agent)}
            for agent in self.possible_agents
        }

    def _legal(self, agent: str) -> NDArray[np.int8]:
        return np.ones(len(self.rules.labels[agent]), dtype=np.int8)

    def _move(self, action: int) -> None:
        raise NotImplementedError("all act at once, in `step`")

    def _forbidden(self, agent: str) -> int:
        raise NotImplementedError("nothing is forbidden")
