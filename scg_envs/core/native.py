"""What every game of our own does alike as a PettingZoo environment.

Seeds, episodes that begin and end, checks of what comes in, and frames are here; rules are in the
games. The checks are in a base class and not in a wrapper around the games, as PettingZoo has it,
because one more call takes a sixth of a whole step of the barrier game.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np
from gymnasium.spaces import Discrete
from gymnasium.utils import seeding
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from .actions import check_action, check_joint, missing
from .checks import check_options
from .errors import ResetNeeded, UnknownName
from .pictures.board import Board
from .pictures.window import Window

RenderMode = Literal["human", "rgb_array", "ansi"]
Infos = dict[str, dict[str, Any]]
ObsType = TypeVar("ObsType")
Played = tuple[dict[str, float], dict[str, bool], dict[str, bool], Infos]
"""Rewards, terminations, truncations and infos of a step."""
StepResult = tuple[dict[str, ObsType], dict[str, float], dict[str, bool], dict[str, bool], Infos]
"""What everybody sees after a step, and its rewards, terminations, truncations and infos."""


class NativeGame(ParallelEnv[str, ObsType, int], Generic[ObsType]):
    """A game with named outcomes, seeded episodes, and pictures; it knows nothing of commitment.

    A game sets its spaces and `desirable` in its constructor.

    Attributes:
        outcomes: what an episode can end in; at the end every agent's info holds `outcome`.
        desirable: the outcome that the human wants by default.
        caption: a line that frames show on top; whoever wraps the game may set it.
        highlighted: agents that frames show as committed; whoever wraps the game may set them.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "native",
        "render_modes": ["human", "rgb_array", "ansi"],
        "render_fps": 2,
        "is_parallelizable": True,
    }
    reset_options: ClassVar[tuple[str, ...]] = ()
    outcomes: tuple[str, ...]
    desirable: str
    observation_spaces: dict[str, Any]
    action_spaces: dict[str, Discrete]

    def __init__(self, agents: Sequence[str], render_mode: RenderMode | None) -> None:
        """Set up what has nothing to do with the rules.

        Args:
            agents: their ids.
            render_mode: None, `human`, `rgb_array` or `ansi`.

        Raises:
            UnknownName: no such render mode.
        """
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise UnknownName("render mode", render_mode, self.metadata["render_modes"])
        self.render_mode = render_mode
        self.possible_agents = list(agents)
        self.agents: list[str] = []
        self.caption: str | None = None
        self.highlighted: frozenset[str] = frozenset()
        self._np_random: np.random.Generator | None = None
        self._begun = False
        self._window: Window | None = None

    # What a game says of itself.

    @abstractmethod
    def _begin(self, options: dict[str, Any]) -> None:
        """Draw the state that an episode begins with."""

    @abstractmethod
    def observe_all(self) -> dict[str, ObsType]:
        """What every agent sees now, in new objects."""

    @abstractmethod
    def _text(self) -> str:
        """The state as text."""

    @abstractmethod
    def _frame(self) -> NDArray[np.uint8]:
        """(H, W, 3) the state as a picture."""

    def text(self, agent: str) -> str:
        """What somebody in an agent's place reads of the state; everybody the same, if not said."""
        return self._text()

    def action_labels(self, agent: str) -> tuple[str, ...]:
        """What an agent's actions are called, in their order; their numbers, if not said."""
        return tuple(str(k) for k in range(int(self.action_spaces[agent].n)))

    def board(self) -> Board | None:
        """The state as tiles, where the game is a board; None where it is not."""
        return None

    @property
    def _title(self) -> str:
        """What a window is called."""
        return str(self.metadata["name"])

    def _infos(self) -> Infos:
        return {agent: {} for agent in self.agents}

    # The interface of PettingZoo.

    def observation_space(self, agent: str) -> Any:
        """The space of an agent's observations; always the same object."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Discrete:
        """The numbers of an agent's actions; always the same object."""
        return self.action_spaces[agent]

    @property
    def np_random(self) -> np.random.Generator:
        """The source of all randomness; seeded from entropy until `reset(seed=...)`."""
        if self._np_random is None:
            self._np_random, _ = seeding.np_random()
        return self._np_random

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, ObsType], Infos]:
        """Begin an episode.

        Args:
            seed: reseeds the game if given.
            options: what the game's page names, `reset_options`.

        Raises:
            InvalidOptions: options that the game cannot start from.
        """
        given = check_options(options, self.reset_options)
        if seed is not None:
            self._np_random, _ = seeding.np_random(seed)
        self._begin(given)
        self.agents = list(self.possible_agents)
        self._begun = True
        if self.render_mode == "human":
            self.render()
        return self.observe_all(), self._infos()

    def render(self) -> NDArray[np.uint8] | str | None:
        """The state as a picture (H, W, 3) uint8, as text, or in a window.

        Raises:
            ResetNeeded: no episode has begun, or the game was made without a render mode.
        """
        if self.render_mode is None:
            raise ResetNeeded(
                "nothing to render: the game was made without a render_mode; "
                "make it with render_mode='rgb_array', 'human' or 'ansi'."
            )
        if not self._begun:
            raise ResetNeeded("nothing to render yet; call reset() before render().")
        if self.render_mode == "ansi":
            return self._text()
        frame = self._frame()
        if self.render_mode != "human":
            return frame
        if self._window is None:
            self._window = Window(self._title)
        self._window.show(frame, self.metadata["render_fps"])
        return None

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._window is not None:
            self._window.close()

    def _joint_action(self, actions: Any, labels: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
        """Everybody's actions in the order of the agents, where all act at once.

        Args:
            actions: what came.
            labels: each agent's actions in words, for the message.

        Raises:
            InvalidAction: an agent without an action, or an action that is not in its space.
        """
        check_joint(actions, self.possible_agents, self.action_spaces.keys())
        for agent in self.possible_agents:
            if agent not in actions:
                raise missing(agent)
        return tuple(
            check_action(agent, self.action_spaces[agent], actions[agent], labels[agent])
            for agent in self.possible_agents
        )
