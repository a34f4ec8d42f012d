"""A game whose agents act in turn, for PettingZoo's AEC interface."""

from __future__ import annotations

from typing import Any

from pettingzoo.utils.conversions import parallel_to_aec_wrapper

from .actions import check_action
from .errors import ResetNeeded


class TurnwiseEnv(parallel_to_aec_wrapper):
    """A parallel game that moves when all agents have acted; each action is checked as it comes."""

    def step(self, action: Any) -> None:
        """The selected agent acts, or leaves by None where its episode is over.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: the action is not in the agent's space.
        """
        if not getattr(self, "agents", ()):
            raise ResetNeeded("the episode is over or has not begun; call reset() before step().")
        agent = self.agent_selection
        if not (self.terminations[agent] or self.truncations[agent]):
            action = check_action(agent, self.action_space(agent), action)
        super().step(action)
