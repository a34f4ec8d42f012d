"""A game whose agents act in turn, for PettingZoo's AEC interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec

from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils.conversions import parallel_to_aec_wrapper
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from .actions import check_action
from .errors import ResetNeeded, UnknownName

P = ParamSpec("P")


class TurnwiseEnv(parallel_to_aec_wrapper):
    """A parallel game that moves when all agents have acted; each action is checked as it comes."""

    def __init__(self, parallel_env: ParallelEnv[str, Any, Any]) -> None:
        """Nobody acts before the first reset, nor after one that was refused."""
        super().__init__(parallel_env)
        self.agents: list[str] = []
        self._observations: dict[str, Any] = {}

    def observe(self, agent: str) -> Any:
        """What an agent sees, or saw last.

        Raises:
            UnknownName: there is no such agent.
            ResetNeeded: no episode has begun.
        """
        if agent not in self.possible_agents:
            raise UnknownName("agent", agent, self.possible_agents)
        if agent not in self._observations:
            raise ResetNeeded
        return super().observe(agent)

    def step(self, action: Any) -> None:
        """The selected agent acts, or leaves by None where its episode is over.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: the action is not in the agent's space.
        """
        if not self.agents:
            raise ResetNeeded
        agent = self.agent_selection
        if not (self.terminations[agent] or self.truncations[agent]):
            action = check_action(agent, self.action_space(agent), action)
        super().step(action)


class OrderedEnv(OrderEnforcingWrapper):
    """PettingZoo's checks on the order of calls, with an error of ours for the one it lacks."""

    def last(self, observe: bool = True) -> Any:
        """What the selected agent sees, its reward, whether its episode is over, and its info.

        Raises:
            ResetNeeded: no episode is under way.
        """
        if not self.env.agents:
            raise ResetNeeded("no episode is under way; call reset() before last().")
        return super().last(observe)


def entry_points(
    parallel_env: Callable[P, ParallelEnv[str, Any, Any]],
) -> tuple[Callable[P, AECEnv[str, Any, Any]], Callable[P, AECEnv[str, Any, Any]]]:
    """PettingZoo's `raw_env` and `env` of a game that is there as a parallel environment.

    Args:
        parallel_env: makes it.

    Returns:
        `raw_env`, the game as an AEC environment (agents act in turn, the game moves when all
        have), and `env`, the same with PettingZoo's checks on the order of calls. Both take what
        `parallel_env` takes.
    """

    def raw_env(*args: P.args, **kwargs: P.kwargs) -> AECEnv[str, Any, Any]:
        """The game as an AEC environment (agents act in turn, the game moves when all have).

        It takes what `parallel_env` takes.
        """
        return TurnwiseEnv(parallel_env(*args, **kwargs))

    def env(*args: P.args, **kwargs: P.kwargs) -> AECEnv[str, Any, Any]:
        """`raw_env` with PettingZoo's checks on the order of calls."""
        return OrderedEnv(raw_env(*args, **kwargs))

    return raw_env, env
