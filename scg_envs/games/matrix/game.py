"""A matrix game as a PettingZoo environment; the page on it is `scg_envs.matrix_v0`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from gymnasium.spaces import Discrete, MultiDiscrete
from numpy.typing import NDArray

from ...core.errors import ResetNeeded
from ...core.native import NativeGame, RenderMode, StepResult
from ...core.spaces import multi_discrete
from .games import GameSource, matrix_game
from .memory import Memory
from .render import Renderer, Scene
from .repetition import Repetition


class MatrixEnv(NativeGame[NDArray[Any]]):
    """Players choose at once and are paid, once or over and over; knows nothing of commitment.

    Attributes:
        game: payoffs, labels and outcomes.
        repetition: how often it is played, and how rounds weigh.
        memory: what of the past is observed.
        outcomes: what an episode can end in; at the end every agent's info holds `outcome`.
        desirable: the outcome that the human wants by default.
        caption: a line that frames show above the table; whoever wraps the game may set it.
        highlighted: agents that frames show as committed; whoever wraps the game may set them.
        shown_rule: agents' probabilities of their actions, that frames show as bars: (S, A_i) for
            the states of the memory, or (A_i,); whoever wraps the game may set them.
    """

    metadata: ClassVar[dict[str, Any]] = NativeGame.metadata | {"name": "matrix_v0"}

    def __init__(
        self,
        game: GameSource = "household",
        *,
        rounds: int = 1,
        discount: float = 1.0,
        memory: int | None = None,
        clock: bool = False,
        desirable: str | None = None,
        render_mode: RenderMode | None = None,
        **parameters: Any,
    ) -> None:
        """Set up the game.

        Args:
            game: what `scg_envs.games.matrix.games.matrix_game` takes.
            rounds: how often it is played in an episode.
            discount: what a round weighs, relative to the one before, in the outcome.
            memory: how many of the last joint actions are observed; None: one if there are
                several rounds, else none.
            clock: whether the number of the round is observed, and the end is an end; else the
                game counts as endless, and is truncated.
            desirable: the outcome that the human wants; the game's own if None. It changes
                nothing but what the picture marks and what commitments are made for.
            render_mode: None, `human`, `rgb_array` or `ansi`.
            **parameters: the named game's parameters.

        Raises:
            UnknownName: no such game, parameter, outcome or render mode.
            InvalidGameFile: a `.nfg` file that cannot be read.
            InvalidArgument: a number out of its range, or payoffs that are none.
        """
        self.game = matrix_game(game, desirable=desirable, **parameters)
        super().__init__(self.game.agents, render_mode)
        self.repetition = Repetition.checked(rounds, discount, memory, clock)
        self.memory = Memory(self.game.form.shape, self.repetition.memory)
        self.outcomes = self.game.outcomes
        self.desirable = self.game.desirable
        space = observation_space(self.memory, self.repetition)
        self.observation_spaces = {agent: multi_discrete(space.nvec) for agent in self.game.agents}
        self.action_spaces = {
            agent: Discrete(size)
            for agent, size in zip(self.game.agents, self.game.form.shape, strict=True)
        }
        self.state_space = MultiDiscrete([*self._entry_sizes(), self.repetition.rounds + 1])
        self.shown_rule: Mapping[str, NDArray[np.float64]] = {}

        self._dtype = space.dtype
        self._payoffs = np.moveaxis(self.game.form.payoffs, 0, -1)
        self._labels = dict(zip(self.game.agents, self.game.form.actions, strict=True))
        self._played: list[tuple[int, ...]] = []
        self._entries = [0] * self.memory.length
        self._judged = 0
        self._outcome = ""
        self._renderer: Renderer | None = None

    def _entry_sizes(self) -> list[int]:
        return [self.memory.joint_actions + 1] * self.memory.length

    def _begin(self, options: dict[str, Any]) -> None:
        self._played = []
        self._entries = [0] * self.memory.length
        self._outcome = ""
        self._judged = self.repetition.draw_round(self.np_random)

    def step(self, actions: dict[str, int]) -> StepResult[NDArray[Any]]:
        """Play a round.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: an agent without an action, or an action that is not in its space.
        """
        if not self.agents:
            raise ResetNeeded
        joint = self._joint_action(actions, self._labels)
        if len(self._played) == self._judged:
            self._outcome = self.outcomes[self.game.outcome_of[joint]]
        self._played.append(joint)
        if self._entries:
            self._entries = [self.memory.joint_action(joint) + 1, *self._entries[:-1]]
        agents, over = self.agents, len(self._played) == self.repetition.rounds
        infos: dict[str, dict[str, Any]] = {agent: {} for agent in agents}
        if over:
            self.agents = []
            for info in infos.values():
                info["outcome"] = self._outcome
        if self.render_mode == "human":
            self.render()
        return (
            self.observe_all(),
            dict(zip(agents, self._payoffs[joint].tolist(), strict=True)),
            dict.fromkeys(agents, over and self.repetition.terminates),
            dict.fromkeys(agents, over and not self.repetition.terminates),
            infos,
        )

    def state(self) -> NDArray[np.int64]:
        """(k + 1,) int64: the last k joint actions as observed, and the rounds played."""
        return np.array([*self._entries, len(self._played)], dtype=np.int64)

    def action_labels(self, agent: str) -> tuple[str, ...]:
        """What an agent's actions are called, in their order."""
        return tuple(self._labels[agent])

    def _text(self) -> str:
        return self._drawing().text(self._scene())

    def _frame(self) -> NDArray[np.uint8]:
        return self._drawing().frame(self._scene())

    @property
    def _title(self) -> str:
        return self.game.title or self.game.name

    def _drawing(self) -> Renderer:
        if self._renderer is None:
            self._renderer = Renderer(self.game, self.repetition.rounds)
        return self._renderer

    def _scene(self) -> Scene:
        return Scene(
            played=tuple(self._played),
            caption=self.caption if self.caption is not None else self._progress(),
            committed=self.highlighted,
            rules={agent: self._row(rule) for agent, rule in self.shown_rule.items()},
        )

    def _row(self, rule: NDArray[np.float64]) -> NDArray[np.float64]:
        """(A,) what a rule plays now."""
        rows = np.atleast_2d(rule)
        return rows[self.memory.state(self._entries) if len(rows) > 1 else 0]

    def _progress(self) -> str:
        played = len(self._played)
        rounds = self.repetition.rounds
        where = f"round {played} of {rounds}" if rounds > 1 else ""
        end = self._outcome if played == rounds else ""
        parts = [part for part in (self.game.title or self.game.name, where, end) if part]
        return ": ".join(parts)

    def observe_all(self) -> dict[str, NDArray[Any]]:
        """What every agent sees now, in arrays of their own."""
        seen = list(self._entries)
        if self.repetition.clock:
            seen.append(len(self._played))
        return {agent: np.array(seen or [0], dtype=self._dtype) for agent in self.possible_agents}


def observation_space(memory: Memory, repetition: Repetition) -> MultiDiscrete:
    """What every agent sees: the memory's entries, then the clock; a constant if there is neither.

    Bytes where the sizes allow it.
    """
    sizes = [memory.joint_actions + 1] * memory.length
    if repetition.clock:
        sizes.append(repetition.rounds + 1)
    sizes = sizes or [1]
    return multi_discrete(sizes)
