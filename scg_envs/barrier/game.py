"""The barrier game as a PettingZoo environment; the page on the rules is `scg_envs.barrier_v0`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from gymnasium.spaces import Box, Discrete, MultiDiscrete
from gymnasium.utils import seeding
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from ..actions import action_table, check_action, check_joint, missing
from ..checks import check_options
from ..errors import InvalidOptions, ResetNeeded, UnknownName
from .dynamics import goal_reward, joint_move
from .kernels import make_games
from .layouts import BARRIERS, Layout, load_layout, other_barrier
from .observations import Observation, Seen, make_encoding, observation_space, observe
from .placement import DRAWN, make_placement, place
from .render import Renderer
from .tables import ACTIONS, AGENTS, tables_of

RenderMode = Literal["human", "rgb_array", "ansi"]

_BYTE = np.dtype(np.uint8)
_TABLE = action_table(len(ACTIONS))


class BarrierGame(ParallelEnv[str, NDArray[np.uint8], int]):
    """Blue walks to a goal; yellow and red are barriers that may stand in its way.

    It plays `scg_envs.barrier.dynamics` in plain Python, which for one game is quicker than to
    call compiled code, and knows nothing of commitment.

    Attributes:
        layout: where walls, goals, starts and posts are.
        horizon: T; after T steps an episode is truncated.
        outcomes: what an episode can end in; at the end every agent's info holds `outcome`.
        desirable: the outcome that the human wants by default.
        caption: a line that frames show above the board; whoever wraps the game may set it.
        highlighted: agents that frames show as committed; whoever wraps the game may set them.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "barrier_v0",
        "render_modes": ["human", "rgb_array", "ansi"],
        "render_fps": 4,
        "is_parallelizable": True,
    }

    def __init__(
        self,
        layout: str | Layout = "figure3",
        *,
        observation: Observation = "vector",
        horizon: int | None = None,
        desirable: str | None = None,
        render_mode: RenderMode | None = None,
    ) -> None:
        """Set up the game.

        Args:
            layout: a shipped name, a file's path, or a layout.
            observation: `vector`, `grid` or `view` (`scg_envs.barrier.observations`).
            horizon: T; 2 x width x height if None.
            desirable: the outcome that the human wants; the layout's if None. It changes nothing
                but what the picture marks and what commitments are made for.
            render_mode: None, `human`, `rgb_array` or `ansi`.

        Raises:
            UnknownName: no such layout, observation, outcome or render mode.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a horizon below 1.
        """
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise UnknownName("render mode", render_mode, self.metadata["render_modes"])
        self.layout = load_layout(layout)
        self.horizon = self.layout.horizon(horizon)
        self.outcomes = self.layout.outcomes
        self.desirable = self.layout.desirable if desirable is None else desirable
        if self.desirable not in self.outcomes:
            raise UnknownName("desirable outcome", self.desirable, self.outcomes)
        self.render_mode = render_mode
        self.possible_agents = list(AGENTS)
        self.agents: list[str] = []
        self.observation_spaces = {
            agent: observation_space(self.layout, observation) for agent in AGENTS
        }
        self.action_spaces = {agent: Discrete(len(ACTIONS)) for agent in AGENTS}
        self.state_space = observation_space(self.layout, "vector")
        self.caption: str | None = None
        self.highlighted: frozenset[str] = frozenset()

        self._vector = observation == "vector"
        self._views = observation == "view"
        self._encoding = make_encoding(self.layout, observation)
        tables = tables_of(self.layout)
        self._moves = tables.barrier_moves.tolist(), tables.blue_moves.tolist()
        self._goal_at = tables.goal_at.tolist()
        self._xy = [bytes(cell) for cell in tables.xy]
        self._placements = {agent: make_placement(self.layout, agent) for agent in BARRIERS}
        self._games = make_games(1)  # for what is compiled: placing and seeing boards
        self._cells = (0, 0, 0)  # where the agents stand, in the order of AGENTS
        self._clock = 0
        self._outcome = 0
        self._np_random: np.random.Generator | None = None
        self._renderer: Renderer | None = None

    def observation_space(self, agent: str) -> MultiDiscrete | Box:
        """The space of an agent's observations; always the same object."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Discrete:
        """stay, right, down, left, up; always the same object."""
        return self.action_spaces[agent]

    @property
    def np_random(self) -> np.random.Generator:
        """The source of all randomness; seeded from entropy until `reset(seed=...)`."""
        if self._np_random is None:
            self._np_random, _ = seeding.np_random()
        return self._np_random

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, NDArray[np.uint8]], dict[str, dict[str, Any]]]:
        """Begin an episode with the barriers on a uniform pair of different posts.

        Args:
            seed: reseeds the game if given.
            options: `{"posts": {"red": (x, y), "yellow": (x, y)}}` posts either or both; what
                is not given is drawn uniformly from what is left.

        Raises:
            InvalidCommitment: a cell that is not a post of that barrier.
            InvalidOptions: both on the same cell, an agent that has no posts, or other options.
        """
        given = check_options(options, ("posts",))
        if seed is not None:
            self._np_random, _ = seeding.np_random(seed)
        self._place(given.get("posts") or {})
        self.agents = list(AGENTS)
        self._outcome = 0
        if self.render_mode == "human":
            self.render()
        return self.observe_all(), {agent: {} for agent in AGENTS}

    def step(
        self, actions: dict[str, int]
    ) -> tuple[
        dict[str, NDArray[np.uint8]],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """Move yellow, then red, then blue.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: an agent without an action, or an action that is not in its space.
        """
        rewards, terminated, truncated, infos = self.advance(actions)
        return self.observe_all(), rewards, terminated, truncated, infos

    def advance(
        self, actions: dict[str, int]
    ) -> tuple[dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """`step` without its observations, for who looks at few of them by `observe`."""
        if not self.agents:
            raise ResetNeeded("the episode is over or has not begun; call reset() before step().")
        try:  # what nearly all actions are
            blue, yellow, red = actions["blue"], actions["yellow"], actions["red"]
            chosen = (
                _TABLE[type(blue)][blue],
                _TABLE[type(yellow)][yellow],
                _TABLE[type(red)][red],
            )
        except (KeyError, TypeError, IndexError):
            chosen = self._checked(actions)
        if len(actions) > 3:
            check_joint(actions, AGENTS)
        self._cells = joint_move(*self._moves, *self._cells, *chosen)
        self._clock += 1
        self._outcome = outcome = self._goal_at[self._cells[0]]
        terminated = outcome > 0
        truncated = self._clock >= self.horizon and not terminated
        infos: dict[str, dict[str, Any]] = {"blue": {}, "yellow": {}, "red": {}}
        if terminated or truncated:
            self.agents = []
            for info in infos.values():
                info["outcome"] = self.outcomes[outcome]
        if self.render_mode == "human":
            self.render()
        return (
            {
                "blue": goal_reward(self._clock, self.horizon) if terminated else 0.0,
                "yellow": 0.0,
                "red": 0.0,
            },
            {"blue": terminated, "yellow": terminated, "red": terminated},
            {"blue": truncated, "yellow": truncated, "red": truncated},
            infos,
        )

    def observe(self, agent: str) -> NDArray[np.uint8]:
        """What an agent sees now, in an array of its own."""
        if self._vector:
            return self.state()
        viewer = AGENTS.index(agent) if self._views else 0
        return self._boards(viewer + 1)[viewer]

    def state(self) -> NDArray[np.uint8]:
        """(6,) uint8 coordinates of blue, yellow and red, whatever the agents observe."""
        blue, yellow, red = self._cells
        xy = self._xy
        return np.frombuffer(bytearray(xy[blue] + xy[yellow] + xy[red]), _BYTE)

    def render(self) -> NDArray[np.uint8] | str | None:
        """The board as a picture (H, W, 3) uint8, as text, or in a window.

        Raises:
            ResetNeeded: no episode has begun.
        """
        if self.render_mode is None:
            raise ResetNeeded(
                "nothing to render: the game was made without a render_mode; "
                "make it with render_mode='rgb_array', 'human' or 'ansi'."
            )
        if self._np_random is None:
            raise ResetNeeded("nothing to render yet; call reset() before render().")
        if self._renderer is None:
            self._renderer = Renderer(self.layout, self.desirable)
        cells = self.state().reshape(-1, 2).tolist()
        where = {agent: (x, y) for agent, (x, y) in zip(AGENTS, cells, strict=True)}
        if self.render_mode == "ansi":
            return self._renderer.text(where)
        caption = self.caption if self.caption is not None else self._progress()
        frame = self._renderer.frame(where, self.highlighted, caption)
        if self.render_mode == "human":
            self._renderer.show(frame, self.metadata["render_fps"])
            return None
        return frame

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._renderer is not None:
            self._renderer.close()

    def _progress(self) -> str:
        end = f": {self.outcomes[self._outcome]}" if self._outcome else ""
        return f"step {self._clock} of {self.horizon}{end}"

    def _place(self, posts: dict[str, Any]) -> None:
        if not isinstance(posts, dict):
            raise InvalidOptions(
                f"options['posts'] is {posts!r}; expected a dictionary such as {{'red': (3, 6)}}."
            )
        for agent in posts:
            if agent not in BARRIERS:
                raise InvalidOptions(
                    f"options['posts'] names {agent!r}; only {' and '.join(BARRIERS)} have posts."
                )
        numbers = {agent: self.layout.post_number(agent, post) for agent, post in posts.items()}
        cells = [self.layout.posts[agent][number] for agent, number in numbers.items()]
        if len(set(cells)) < len(cells):
            raise InvalidOptions(
                f"options['posts'] puts both barriers on {cells[0]}; give two different posts."
            )
        first = "yellow" if set(posts) == {"yellow"} else "red"
        order = (first, other_barrier(first))
        given = [numbers.get(agent, DRAWN) for agent in order]
        self._games.given[:, 0] = given
        self._games.keys[0] = self.np_random.integers(2**64, dtype=np.uint64)
        self._games.episodes[0] = 0
        place(0, self._games, given[0], self._placements[first], True)
        blue, yellow, red = self._games.cells[:, 0].tolist()
        self._cells, self._clock = (blue, yellow, red), 0

    def observe_all(self) -> dict[str, NDArray[np.uint8]]:
        """What every agent sees now, as its observation space has it."""
        if self._views:
            boards = self._boards(len(AGENTS))
            return {agent: boards[k].copy() for k, agent in enumerate(AGENTS)}
        seen = self.observe("blue")  # all agents see the same, in arrays of their own
        return {"blue": seen, "yellow": seen.copy(), "red": seen.copy()}

    def _boards(self, viewers: int) -> NDArray[np.uint8]:
        """(viewers, ...) what the first so many agents see, of those that see alike the first."""
        self._games.cells[:, 0] = self._cells
        boards = np.empty((viewers, *(self.observation_spaces["blue"].shape or ())), _BYTE)
        seen = Seen(boards=boards.reshape(viewers, -1))
        observe(seen, self._games, self._encoding, 0, 1)
        return boards

    def _checked(self, actions: Any) -> tuple[int, int, int]:
        """Everybody's actions, in the order of AGENTS."""
        check_joint(actions, AGENTS)
        for agent in AGENTS:
            if agent not in actions:
                raise missing(agent)
        blue, yellow, red = (
            check_action(agent, self.action_spaces[agent], actions[agent], ACTIONS)
            for agent in AGENTS
        )
        return blue, yellow, red
