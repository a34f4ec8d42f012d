"""The barrier game as a PettingZoo environment; the page on the rules is `scg_envs.barrier_v0`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from gymnasium.spaces import Box, Discrete, MultiDiscrete
from gymnasium.utils import seeding
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from ..errors import InvalidAction, InvalidOptions, ResetNeeded, UnknownName
from . import dynamics
from .layouts import BARRIERS, Layout, load_layout, other_barrier
from .observations import Observation, make_encoder, observation_space
from .placement import DRAWN, make_placement, place
from .render import Renderer
from .tables import ACTIONS, AGENTS, tables_of

RenderMode = Literal["human", "rgb_array", "ansi"]

_LEGAL = frozenset(range(len(ACTIONS)))
_ON = np.ones(1, dtype=np.bool_)


class BarrierGame(ParallelEnv[str, NDArray[np.uint8], int]):
    """Blue walks to a goal; yellow and red are barriers that may stand in its way.

    It is a batch of one of `scg_envs.barrier.dynamics`, and knows nothing of commitment.

    Attributes:
        layout: where walls, goals, starts and posts are.
        horizon: T; after T steps an episode is truncated.
        outcomes: what an episode can end in; at the end every agent's info holds `outcome`.
        desirable: the outcome that the human wants by default.
        caption: a line that frames show above the board; whoever wraps the game may set it.
        highlighted: agents that frames show as committed; likewise.
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

        self._encoders = [make_encoder(self.layout, observation, agent) for agent in AGENTS]
        # All agents see the same, except in an egocentric view.
        self._shared = observation != "view"
        self._encode_state = make_encoder(self.layout, "vector", "blue")
        self._observation_shape = (1, *(self.observation_spaces["blue"].shape or ()))
        tables = tables_of(self.layout)
        self._next_cell, self._goal_at = tables.next_cell, tables.goal_at
        self._rewards_by_step = dynamics.rewards_by_step(self.horizon)
        self._placements = {agent: make_placement(self.layout, agent) for agent in BARRIERS}
        self._positions = np.zeros((3, 1), dtype=np.uint16)
        self._actions = np.zeros((3, 1), dtype=np.uint8)
        self._clock = np.zeros(1, dtype=np.int32)
        self._outcome = np.zeros(1, dtype=np.uint8)
        self._reward = np.zeros(1, dtype=np.float64)
        self._truncated = np.zeros(1, dtype=np.bool_)
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
                is not given is drawn uniformly from what is left. Other options are ignored.

        Raises:
            InvalidCommitment: a cell that is not a post of that barrier.
            InvalidOptions: both on the same cell, or an agent that has no posts.
        """
        if seed is not None:
            self._np_random, _ = seeding.np_random(seed)
        self._place((options or {}).get("posts") or {})
        self.agents = list(AGENTS)
        self._outcome[0] = 0
        if self.render_mode == "human":
            self.render()
        return self._observe(), {agent: {} for agent in AGENTS}

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
            InvalidAction: an agent without an action, or an action outside 0..4.
        """
        if not self.agents:
            raise ResetNeeded("the episode is over or has not begun; call reset() before step().")
        for row, agent in enumerate(AGENTS):
            action: Any = actions.get(agent)
            try:
                legal = action in _LEGAL
            except TypeError:  # an array or a list
                legal = False
            if not legal:
                raise InvalidAction(
                    f"{agent}'s action is {action!r}; expected 0 to 4: {', '.join(ACTIONS)}."
                )
            self._actions[row, 0] = action
        dynamics.step(
            self._positions,
            self._clock,
            self._actions,
            self._next_cell,
            self._goal_at,
            self._rewards_by_step,
            self._outcome,
            self._reward,
            self._truncated,
        )
        terminated, truncated = bool(self._outcome[0]), bool(self._truncated[0])
        infos: dict[str, dict[str, Any]] = {agent: {} for agent in AGENTS}
        if terminated or truncated:
            self.agents = []
            for info in infos.values():
                info["outcome"] = self.outcomes[self._outcome[0]]
        if self.render_mode == "human":
            self.render()
        return (
            self._observe(),
            {"blue": float(self._reward[0]), "yellow": 0.0, "red": 0.0},
            dict.fromkeys(AGENTS, terminated),
            dict.fromkeys(AGENTS, truncated),
            infos,
        )

    def state(self) -> NDArray[np.uint8]:
        """(6,) uint8 coordinates of blue, yellow and red, whatever the agents observe."""
        state = np.empty((1, 2 * len(AGENTS)), dtype=np.uint8)
        self._encode_state(self._positions, state)
        return state[0]

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
        if not self._positions.any():
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
        outcome = self._outcome[0]
        end = f": {self.outcomes[outcome]}" if outcome else ""
        return f"step {self._clock[0]} of {self.horizon}{end}"

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
        given = np.array([[numbers.get(agent, DRAWN)] for agent in order], dtype=np.int32)
        keys = self.np_random.integers(2**64, size=1, dtype=np.uint64)
        episodes, shown = np.zeros(1, dtype=np.uint64), np.zeros(1, dtype=np.int32)
        placement = self._placements[first]
        place(self._positions, self._clock, shown, keys, episodes, given, _ON, placement)

    def _observe(self) -> dict[str, NDArray[np.uint8]]:
        first = np.empty(self._observation_shape, dtype=np.uint8)
        self._encoders[0](self._positions, first)
        observations = {"blue": first[0]}
        for agent, encode in zip(AGENTS[1:], self._encoders[1:], strict=True):
            if self._shared:
                observations[agent] = first[0].copy()
            else:
                own = np.empty(self._observation_shape, dtype=np.uint8)
                encode(self._positions, own)
                observations[agent] = own[0]
        return observations
