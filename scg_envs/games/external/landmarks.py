"""The example with somebody else's game: `simple_spread` of PettingZoo's particle environments.

Agents have to cover all landmarks and not to collide. Without intervention each has to guess where
the others go; one that commits to a landmark leaves the rest to the others.

    scg search mpe2.simple_spread_v3:parallel_env --kwargs '{"N": 2, "max_cycles": 25}'
        --committed agent_0 --pre-policy scg_envs.games.external.landmarks:landmarks
        --desirable scg_envs.games.external.landmarks:all_covered --responder ppo

The game is in the package mpe2 (Lowe et al., "Multi-Agent Actor-Critic for Mixed
Cooperative-Competitive Environments", 2017): the extra `mpe`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from ...core.errors import InvalidArgument
from ...core.judge import Infos
from ...core.pre_policy import Constant, Finite, Policy

NO_ACTION, LEFT, RIGHT, DOWN, UP = range(5)
AGENT_RADIUS = 0.15

# After a push the velocity grows by 0.5 and decays by a quarter in each step of 0.1, so that a
# push moves 0.2 in all and what is left of a velocity moves 0.3 times it.
_COASTS = 0.3
_PUSH = 0.2


class GoToLandmark:
    """Goes to a landmark on a straight way and stays there, by what the agent itself observes."""

    def __init__(self, landmark: int) -> None:
        self._place = slice(4 + 2 * landmark, 6 + 2 * landmark)

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing to begin."""

    def act(self, observation: NDArray[np.float32] | dict[str, Any]) -> int:
        """Push along the longer axis of what coasting would leave of the way."""
        seen = observation["observation"] if isinstance(observation, dict) else observation
        left = seen[self._place] - _COASTS * seen[:2]
        axis = int(abs(left[1]) > abs(left[0]))
        if abs(left[axis]) < _PUSH / 2:
            return NO_ACTION
        return ((LEFT, RIGHT), (DOWN, UP))[axis][int(left[axis] > 0)]


class Landmarks(Finite):
    """Going to one of the landmarks, or not moving, which is the last point."""

    noun = "a landmark, or of staying"

    def __init__(self, number: int, committed: str) -> None:
        """Landmarks are numbered from 0, as in the observation."""
        super().__init__([*map(str, range(number)), "stay"], committed=committed)

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """The way there, from wherever the game puts the agent."""
        label = self.label(point)
        return {}, Constant(NO_ACTION) if label == "stay" else GoToLandmark(int(label))

    def describe(self, point: Any) -> str:
        """For instance "goes to landmark 1"."""
        label = self.label(point)
        return "does not move" if label == "stay" else f"goes to landmark {label}"


def landmarks(game: ParallelEnv[str, Any, Any], committed: str) -> Landmarks:
    """The pre-policies of an agent of `simple_spread` with discrete actions.

    Raises:
        InvalidArgument: another game.
    """
    world = getattr(game.unwrapped, "world", None)
    if world is None or getattr(game.action_space(committed), "n", None) != UP + 1:
        raise InvalidArgument(
            "landmarks are pre-policies of mpe2's simple_spread_v3 with discrete actions; "
            f"{game} is another game."
        )
    return Landmarks(len(world.landmarks), committed)


def all_covered(
    final_infos: Infos, joint_actions: list[dict[str, Any]], rewards: list[dict[str, float]]
) -> bool:
    """Whether the agents end on the landmarks, all of them, and do not touch.

    As the last rewards say it with the game's own `local_ratio` of 0.5: half the sum of the
    landmarks' distances to the agents that are nearest to them, and half for each collision. The
    distances are to be no more than an agent's radius in the mean.
    """
    last = rewards[-1]
    return min(last.values()) >= -0.5 * AGENT_RADIUS * len(last)
