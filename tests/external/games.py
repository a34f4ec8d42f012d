"""Games that the package knows nothing of, and functions that make, judge or break them."""

import numpy as np
from gymnasium import spaces
from gymnasium.utils import EzPickle, seeding
from pettingzoo import ParallelEnv

from scg_envs.core.pre_policy import Constant

LENGTH = 3


class Shift(ParallelEnv, EzPickle):
    """A number is drawn at each step; the clerk has to add the boss's number to it, modulo 3.

    The clerk may not choose the number that is drawn, so the boss's 0 makes it fail.
    """

    def __init__(self, length=LENGTH):
        self.metadata = {"name": "shift", "render_modes": []}
        EzPickle.__init__(self, length)
        self.possible_agents = ["boss", "clerk"]
        self.agents = []
        self.length = length
        self.unpicklable = lambda: None
        seen = {"drawn": spaces.Discrete(3), "action_mask": spaces.Box(0, 1, (3,), np.int8)}
        self.observation_spaces = {"boss": spaces.Discrete(3), "clerk": spaces.Dict(seen)}
        self.action_spaces = {"boss": spaces.Discrete(3, start=5), "clerk": spaces.Discrete(3)}

    def observation_space(self, agent):
        return self.observation_spaces[agent]

    def action_space(self, agent):
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        if seed is not None:
            self.np_random, _ = seeding.np_random(seed)
        self.agents, self.steps = list(self.possible_agents), 0
        return self._look(), {agent: {} for agent in self.agents}

    def step(self, actions):
        assert self.action_spaces["boss"].contains(actions["boss"])
        assert actions["clerk"] != self.drawn, "an illegal action"
        right = actions["clerk"] == (self.drawn + actions["boss"] - 5) % 3
        self.steps += 1
        over = self.steps == self.length
        seen = self._look()
        result = (
            seen,
            {"boss": 0.0, "clerk": float(right)},
            dict.fromkeys(self.agents, over),
            dict.fromkeys(self.agents, False),
            {agent: {} for agent in self.agents},
        )
        if over:
            self.agents = []
        return result

    def _look(self):
        self.drawn = int(self.np_random.integers(3))
        mask = np.array([k != self.drawn for k in range(3)], dtype=np.int8)
        return {"boss": self.drawn, "clerk": {"drawn": self.drawn, "action_mask": mask}}


def all_right(final_infos, joint_actions, rewards):
    return len(joint_actions) == len(rewards) and all(step["clerk"] == 1 for step in rewards)


def raises(final_infos, joint_actions, rewards):
    raise KeyError("two\nlines")


def raises_late(final_infos, joint_actions, rewards):
    """Only where the clerk is always right, as it seldom is at random."""
    if all_right(final_infos, joint_actions, rewards):
        raise ValueError("late")
    return False


def fails():
    raise RuntimeError("no such file")


def number():
    return 3


class Barred(Shift):
    """The boss, too, may not choose the number that is drawn, and its last actions are kept."""

    def __init__(self, length=LENGTH):
        super().__init__(length)
        self.observation_spaces["boss"] = self.observation_spaces["clerk"]
        self.played = []

    def step(self, actions):
        assert actions["boss"] - 5 != self.drawn, "an illegal action of the boss"
        self.played.append((self.drawn, actions["boss"] - 5))
        return super().step(actions)

    def _look(self):
        return dict.fromkeys(self.possible_agents, super()._look()["clerk"])


class Chatty(ParallelEnv):
    """Two turns in which nothing matters, and infos that hold all sorts of things."""

    metadata = {"name": "chatty", "render_modes": []}  # noqa: RUF012
    possible_agents = ["row", "column"]  # noqa: RUF012

    def __init__(self):
        self.agents = []

    def observation_space(self, agent):
        return spaces.Discrete(3)

    action_space = observation_space

    def reset(self, seed=None, options=None):
        self.agents, self.turn = list(self.possible_agents), 0
        return self._each(0), self._each(self._info())

    def step(self, actions):
        self.turn += 1
        over = self.turn == 2
        result = (
            self._each(self.turn),
            self._each(0.0),
            self._each(over),
            self._each(False),
            self._each(self._info()),
        )
        self.agents = [] if over else self.agents
        return result

    def _info(self):
        return {
            "turn": self.turn,
            "outcome": "over" if self.turn == 2 else "on",
            "note": "so far so good",
            "nothing": None,
            "moves": [self.turn],
            "names": np.array(["a", "b"]),
        }

    def _each(self, value):
        return {agent: value for agent in self.agents}  # noqa: C420


class Endless(Shift):
    """Never over."""

    def __init__(self):
        super().__init__(length=-1)


class Holding(Shift):
    """The clerk's actions are a box."""

    def __init__(self):
        super().__init__()
        self.action_spaces["clerk"] = spaces.Box(0, 1, (2,))


def no_space(game, committed):
    return Constant(0)


def broken_space(game, committed):
    raise ValueError("no way")
