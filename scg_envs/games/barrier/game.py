"""The barrier game as a PettingZoo environment; the page on the rules is `scg_envs.barrier_v0`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from ...core.actions import action_table, check_joint
from ...core.batched.draws import DRAWN
from ...core.errors import InvalidOptions, ResetNeeded, UnknownName
from ...core.native import NativeGame, Played, RenderMode, StepResult
from ...core.pictures.board import Board
from .dynamics import goal_reward, joint_move
from .kernels import begin_first, make_games, make_room
from .layouts import Cell, Layout, load_layout
from .observations import Observation, Seen, make_encoding, observation_space, observe
from .placement import Placement, make_placement
from .render import Renderer
from .tables import ACTIONS, tables_of

_BYTE = np.dtype(np.uint8)
_TABLE = action_table(len(ACTIONS))


class BarrierGame(NativeGame[NDArray[np.uint8]]):
    """Blue walks to a goal; barriers may stand in its way.

    It plays `scg_envs.games.barrier.dynamics` in plain Python, which for one game is quicker than
    to call compiled code, and knows nothing of commitment.

    Attributes:
        layout: where walls, goals, starts and posts are.
        horizon: T; after T steps an episode is truncated.
        outcomes: what an episode can end in; at the end every agent's info holds `outcome`.
        desirable: the outcome that the human wants by default.
        caption: a line that frames show above the board; whoever wraps the game may set it.
        highlighted: agents that frames show as committed; whoever wraps the game may set them.
        routes: by agent the cells that frames mark as its way; whoever wraps the game may set them.
    """

    metadata: ClassVar[dict[str, Any]] = NativeGame.metadata | {
        "name": "barrier_v0",
        "render_fps": 4,
    }
    reset_options = ("posts",)

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
            observation: `vector`, `grid` or `view` (`scg_envs.games.barrier.observations`).
            horizon: T; 2 x width x height if None.
            desirable: the outcome that the human wants; the layout's if None. It changes nothing
                but what the picture marks and what commitments are made for.
            render_mode: None, `human`, `rgb_array` or `ansi`.

        Raises:
            UnknownName: no such layout, observation, outcome or render mode.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a horizon below 1.
        """
        self.layout = load_layout(layout)
        super().__init__(self.layout.agents, render_mode)
        self._order, self._barriers = self.layout.agents, self.layout.barriers
        self.horizon = self.layout.horizon(horizon)
        self.outcomes = self.layout.outcomes
        self.desirable = self.layout.desirable if desirable is None else desirable
        if self.desirable not in self.outcomes:
            raise UnknownName("desirable outcome", self.desirable, self.outcomes)
        self.observation_spaces = {
            agent: observation_space(self.layout, observation) for agent in self._order
        }
        self.action_spaces = {agent: Discrete(len(ACTIONS)) for agent in self._order}
        self.state_space = observation_space(self.layout, "vector")
        self._vector = observation == "vector"
        self._views = observation == "view"
        self._encoding = make_encoding(self.layout, observation)
        tables = tables_of(self.layout)
        self._barrier_moves = tables.barrier_moves.tolist()
        self._blue_moves = tables.blue_moves.tolist()
        self._goal_at = tables.goal_at.tolist()
        self._xy = [bytes(cell) for cell in tables.xy]
        self._placements: dict[str, Placement] = {}  # by who is posted first
        # For what is compiled: placing and seeing boards.
        self._games, self._room = make_games(1, len(self._order)), make_room(1)
        self._cells = [0] * len(self._order)  # where the agents stand
        self._labels = dict.fromkeys(self._order, ACTIONS)
        # What a step says of everybody, to be copied: quicker than to make it anew.
        self._nothing = dict.fromkeys(self._order, 0.0)
        self._false = dict.fromkeys(self._order, False)
        self._true = dict.fromkeys(self._order, True)
        self._clock = 0
        self._outcome = 0
        self._renderer: Renderer | None = None
        self.routes: Mapping[str, Collection[Cell]] = {}

    def _begin(self, options: dict[str, Any]) -> None:
        self._place(options.get("posts") or {})
        self._outcome = 0

    def step(self, actions: dict[str, int]) -> StepResult[NDArray[np.uint8]]:
        """Move the barriers in their order, then blue.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: an agent without an action, or an action that is not in its space.
        """
        rewards, terminated, truncated, infos = self.advance(actions)
        return self.observe_all(), rewards, terminated, truncated, infos

    def advance(self, actions: dict[str, int]) -> Played:
        """`step` without its observations, for who looks at few of them by `observe`."""
        if not self.agents:
            raise ResetNeeded
        chosen: list[int] = []
        infos: dict[str, dict[str, Any]] = {}
        try:  # what nearly all actions are; a loop is quicker than comprehensions
            for agent in self._order:
                action = actions[agent]
                chosen.append(_TABLE[type(action)][action])
                infos[agent] = {}
        except (KeyError, TypeError, IndexError):
            chosen = list(self._joint_action(actions, self._labels))
            infos = {agent: {} for agent in self._order}
        if len(actions) > len(chosen):
            check_joint(actions, self._order)
        cells = self._cells
        joint_move(self._barrier_moves, self._blue_moves, cells, chosen)
        self._clock += 1
        self._outcome = outcome = self._goal_at[cells[0]]
        rewards, terminated, truncated = self._nothing.copy(), self._false, self._false
        if outcome or self._clock >= self.horizon:
            self.agents = []
            for info in infos.values():
                info["outcome"] = self.outcomes[outcome]
            if outcome:
                terminated = self._true
                rewards["blue"] = goal_reward(self._clock, self.horizon)
            else:
                truncated = self._true
        if self.render_mode == "human":
            self.render()
        return rewards, terminated.copy(), truncated.copy(), infos

    def observe(self, agent: str) -> NDArray[np.uint8]:
        """What an agent sees now, in an array of its own."""
        if self._vector:
            return self.state()
        viewer = self._order.index(agent) if self._views else 0
        return self._boards(viewer + 1)[viewer]

    def state(self) -> NDArray[np.uint8]:
        """(2 A,) uint8 coordinates of blue and the barriers, whatever the agents observe."""
        vector, xy = bytearray(), self._xy
        for cell in self._cells:
            vector += xy[cell]
        return np.ndarray((len(vector),), _BYTE, vector)

    def action_labels(self, agent: str) -> tuple[str, ...]:
        """What an agent's actions are called, in their order."""
        return ACTIONS

    def board(self) -> Board:
        """The board as tiles: what `render` shows below its caption."""
        return self._drawing().board(self._where(), self.highlighted, self.routes)

    def _text(self) -> str:
        return self._drawing().text(self._where())

    def _frame(self) -> NDArray[np.uint8]:
        caption = self.caption if self.caption is not None else self._progress()
        return self._drawing().frame(self._where(), self.highlighted, caption, self.routes)

    @property
    def _title(self) -> str:
        return self.layout.name

    def _drawing(self) -> Renderer:
        if self._renderer is None:
            self._renderer = Renderer(self.layout, self.desirable)
        return self._renderer

    def _where(self) -> dict[str, Cell]:
        cells = self.state().reshape(-1, 2).tolist()
        return {agent: (x, y) for agent, (x, y) in zip(self._order, cells, strict=True)}

    def _progress(self) -> str:
        end = f": {self.outcomes[self._outcome]}" if self._outcome else ""
        return f"step {self._clock} of {self.horizon}{end}"

    def _place(self, posts: dict[str, Any]) -> None:
        if not isinstance(posts, dict):
            raise InvalidOptions(
                f"options['posts'] is {posts!r}; expected a dictionary such as {{'red': (3, 6)}}."
            )
        for agent in posts:
            if agent not in self.layout.barriers:
                raise InvalidOptions(
                    f"options['posts'] names {agent!r}; only {' and '.join(self.layout.barriers)} "
                    "have posts."
                )
        numbers = {agent: self.layout.post_number(agent, post) for agent, post in posts.items()}
        cells = {agent: self.layout.posts[agent][number] for agent, number in numbers.items()}
        for one, two in combinations(cells, 2):
            if cells[one] == cells[two]:
                raise InvalidOptions(
                    f"options['posts'] puts both {one} and {two} on {cells[one]}; give different "
                    "posts."
                )
        # Whoever is posted first, the others are uniform given that.
        first = next(a for a in reversed(self.layout.barriers) if a in posts or not posts)
        if first not in self._placements:
            self._placements[first] = make_placement(self.layout, first)
        games = self._games
        games.given[:, 0] = [numbers.get(agent, DRAWN) for agent in self._order]
        games.given[self._order.index(first), 0] = DRAWN
        games.keys[0] = self.np_random.integers(2**64, dtype=np.uint64)
        games.episodes[0] = 0
        begin_first(numbers.get(first, DRAWN), *games, *self._placements[first], *self._room)
        self._cells, self._clock = games.cells[:, 0].tolist(), 0

    def observe_all(self) -> dict[str, NDArray[np.uint8]]:
        """What every agent sees now, as its observation space has it."""
        if self._views:
            boards = self._boards(len(self._order))
            return {agent: boards[k].copy() for k, agent in enumerate(self._order)}
        seen = self.state() if self._vector else self.observe("blue")
        everybody = {"blue": seen}
        for agent in self._barriers:  # all see the same, in arrays of their own
            everybody[agent] = seen.copy()
        return everybody

    def _boards(self, viewers: int) -> NDArray[np.uint8]:
        """(viewers, ...) what the first so many agents see, of those that see alike the first."""
        self._games.cells[:, 0] = self._cells
        boards = np.empty((viewers, *(self.observation_spaces["blue"].shape or ())), _BYTE)
        seen = Seen(boards=boards.reshape(viewers, -1))
        observe(seen, self._games, self._encoding, 0, 1)
        return boards
