"""The naive route: a pure-Python PettingZoo game, SB3 on 8 copies, a fresh model per pre-policy.

    python -m benchmarks.naive       prints JSON: posts, how many were learned, steps

The rules are written as one would at first. For every post of red a new PPO with SB3's own
settings learns until blue walks a shortest path from each of yellow's posts, or the budget ends.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import DummyVecEnv

from scg_envs.games.barrier.layouts import Cell, Layout, load_layout
from scg_envs.games.barrier.shortest_paths import solve

_MOVES = ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1))
_COPIES, _CHUNK, _BUDGET = 8, 16_384, 131_072


class PlainBarrier(ParallelEnv[str, Any, Any]):
    """The barrier game in dictionaries and loops."""

    metadata: ClassVar[dict[str, Any]] = {"name": "plain_barrier"}

    def __init__(self, layout: Layout) -> None:
        self.layout, self.horizon = layout, layout.horizon()
        self.possible_agents = ["yellow", "red", "blue"]
        self.agents: list[str] = []
        self.at: dict[str, Cell] = {}

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Begin; `options["posts"]` places the barriers."""
        self.at = {"blue": self.layout.start, **(options or {})["posts"]}
        self.agents, self.time = list(self.possible_agents), 0
        return self._seen(), {agent: {} for agent in self.agents}

    def step(self, actions: dict[str, int]) -> Any:
        """Yellow, red and blue move in turn."""
        self.time += 1
        for agent in self.possible_agents:
            dx, dy = _MOVES[actions[agent]]
            x, y = self.at[agent][0] + dx, self.at[agent][1] + dy
            inside = 0 <= x < self.layout.width and 0 <= y < self.layout.height
            taken = any((x, y) == cell for other, cell in self.at.items() if other != agent)
            if not inside or (x, y) in self.layout.walls or taken:
                continue
            if agent == "blue" or (x, y) not in self.layout.goals:
                self.at[agent] = (x, y)
        arrived = self.at["blue"] in self.layout.goals
        late = self.time >= self.horizon and not arrived
        rewards = dict.fromkeys(self.agents, 0.0)
        rewards["blue"] = 1 - 0.9 * self.time / self.horizon if arrived else 0.0
        ends = (dict.fromkeys(self.agents, arrived), dict.fromkeys(self.agents, late))
        infos: dict[str, dict[str, Any]] = {agent: {} for agent in self.agents}
        if arrived or late:
            self.agents = []
        return self._seen(), rewards, *ends, infos

    def _seen(self) -> dict[str, Any]:
        cells = [self.at[agent] for agent in ("blue", "yellow", "red")]
        return {agent: np.array(cells, np.int64).ravel() for agent in self.possible_agents}


class BlueView(gymnasium.Env[Any, Any]):
    """Blue's side of it, with red on one post and yellow on a random one."""

    def __init__(self, layout: Layout, red: Cell) -> None:
        self.game, self.red = PlainBarrier(layout), red
        self.yellow = [cell for cell in layout.posts["yellow"] if cell != red]
        self.observation_space = spaces.MultiDiscrete([layout.width, layout.height] * 3)
        self.action_space = spaces.Discrete(len(_MOVES))

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Begin, with yellow where `options["yellow"]` says or at random."""
        super().reset(seed=seed)
        drawn = self.yellow[self.np_random.integers(len(self.yellow))]
        yellow = (options or {}).get("yellow", drawn)
        seen, _ = self.game.reset(options={"posts": {"red": self.red, "yellow": yellow}})
        return seen["blue"], {}

    def step(self, action: Any) -> Any:
        """Blue moves; the barriers stay."""
        actions = {"blue": int(action), "yellow": 0, "red": 0}
        seen, rewards, ended, late, _ = self.game.step(actions)
        return seen["blue"], rewards["blue"], ended["blue"], late["blue"], {}


def learn(layout: Layout, red: Cell, best: dict[Cell, float], seed: int) -> tuple[bool, int]:
    """A fresh model of one pre-policy: whether it answers as well as can be, and its steps."""
    copies = DummyVecEnv([lambda: BlueView(layout, red)] * _COPIES)
    model = PPO("MlpPolicy", copies, seed=seed, device="cpu")
    while model.num_timesteps < _BUDGET:
        model.learn(_CHUNK, reset_num_timesteps=False)
        if all(_value(model, layout, red, yellow) >= v - 1e-9 for yellow, v in best.items()):
            return True, model.num_timesteps
    return False, model.num_timesteps


def _value(model: PPO, layout: Layout, red: Cell, yellow: Cell) -> float:
    env = BlueView(layout, red)
    seen, _ = env.reset(options={"yellow": yellow})
    while True:
        seen, reward, ended, late, _ = env.step(model.predict(seen, deterministic=True)[0])
        if ended or late:
            return float(reward)


def main() -> None:
    """Answer every pre-policy of figure3."""
    layout = load_layout("figure3")
    exact = solve(layout)
    learned, steps = 0, 0
    for k, red in enumerate(exact.posts):
        others = layout.posts["yellow"]
        best = {y: exact.value[k, j] for j, y in enumerate(others) if exact.possible[k, j]}
        well, spent = learn(layout, red, best, seed=k)
        learned += well
        steps += spent
    print(json.dumps({"posts": len(exact.posts), "learned": learned, "steps": steps}))


if __name__ == "__main__":
    main()
