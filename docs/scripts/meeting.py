"""A game of two on a corridor, as somebody who knows nothing of scg-envs writes it.

A guide and a visitor start in the middle of five cells, and walk for two steps. Both are paid if
they end in the same cell. They see where both are.
"""

from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

from scg_envs.core.pre_policy import Finite

CELLS, STEPS = 5, 2
LEFT, STAY, RIGHT = range(3)


class Meeting(ParallelEnv):
    """The rules: actions are left, stay and right."""

    def __init__(self) -> None:
        self.metadata = {"name": "meeting_v0", "render_modes": []}
        self.possible_agents = ["guide", "visitor"]
        self.agents: list[str] = []

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.MultiDiscrete([CELLS, CELLS, STEPS + 1])

    def action_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Discrete(3)

    def reset(self, seed=None, options=None):
        self.agents = list(self.possible_agents)
        self.cell = dict.fromkeys(self.agents, CELLS // 2)
        self.left = STEPS
        return self._seen(), {agent: {} for agent in self.agents}

    def step(self, actions):
        agents = self.agents
        for agent in agents:
            self.cell[agent] = int(np.clip(self.cell[agent] + actions[agent] - STAY, 0, CELLS - 1))
        self.left -= 1
        over = self.left == 0
        met = over and self.cell["guide"] == self.cell["visitor"]
        seen, infos = self._seen(), {agent: dict(self.cell) for agent in agents}
        self.agents = [] if over else agents
        return (
            seen,
            dict.fromkeys(agents, float(met)),
            dict.fromkeys(agents, over),
            dict.fromkeys(agents, False),
            infos,
        )

    def _seen(self):
        here = np.array([self.cell["guide"], self.cell["visitor"], self.left])
        return {agent: here.copy() for agent in self.possible_agents}


def parallel_env() -> Meeting:
    """Make the game; the name that other tools expect."""
    return Meeting()


def met_at_the_right(final_infos, joint_actions, rewards) -> bool:
    """The outcome that is wanted: both end in the last cell."""
    return final_infos["visitor"] == {"guide": CELLS - 1, "visitor": CELLS - 1}


class Walk:
    """Walks one way after so many steps of waiting."""

    def __init__(self, way: int, wait: int) -> None:
        self.way, self.wait = way, wait

    def reset(self, np_random: np.random.Generator) -> None:
        """Begin an episode: nothing is remembered, for the observation says what is left."""

    def act(self, observation) -> int:
        """The action for what the guide sees of the bare game."""
        return STAY if STEPS - observation[2] < self.wait else self.way


def walks(game: ParallelEnv, committed: str) -> Finite:
    """What the guide may commit to: a way to walk, at once or after a step of waiting."""
    ways = {"left": LEFT, "right": RIGHT}
    labels = ["stay", *(f"{way} after {wait}" for way in ways for wait in (0, 1))]

    def bound(label: str):
        if label == "stay":
            return {}, Walk(STAY, 0)
        way, _, wait = label.partition(" after ")
        return {}, Walk(ways[way], int(wait))

    return Finite(labels, bound, lambda label: f"walks: {label}", committed=committed)
