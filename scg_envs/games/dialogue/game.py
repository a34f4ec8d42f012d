"""A game whose agents move in turn, and may talk: the skeleton of the language games.

It is a PettingZoo `ParallelEnv`: every agent sends an action in every step, and only the mover's
counts. Action 0 waits; it is the only legal one for whoever is not to move. An action that the
mask forbids counts as the game says (`_forbidden`), so that learners without masks can play.

`text(agent)` is what a language model in the agent's place would read. Infos hold it where they are
asked to (`words=True`), and not otherwise: tools that stack infos, such as TorchRL's wrapper, take
numbers only.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete
from numpy.typing import NDArray

from ...core.actions import check_action, check_joint, missing
from ...core.errors import ResetNeeded
from ...core.native import Infos, NativeGame, RenderMode, StepResult
from ...core.pictures.caption import caption_strip
from ...core.spaces import multi_discrete
from .render import draw_conversation

WAIT = 0

Observation = dict[str, NDArray[Any]]


class TurnGame(NativeGame[Observation]):
    """A game of alternating moves with masks, texts, and a conversation to look at.

    Attributes:
        outcomes: what an episode can end in; at the end every agent's info holds `outcome`.
        desirable: the outcome that the human wants by default.
        mover: the agent whose action counts in the next step.
        conversation: who has said what so far, in words.
        caption: a line that frames show above the conversation; whoever wraps the game may set it.
        highlighted: agents that frames show as committed; whoever wraps the game may set them.
    """

    metadata: ClassVar[dict[str, Any]] = NativeGame.metadata | {"name": "dialogue"}
    mover: str

    def __init__(
        self,
        agents: tuple[str, ...],
        sizes: dict[str, list[int]],
        actions: dict[str, int],
        render_mode: RenderMode | None,
        words: bool,
    ) -> None:
        """Set up spaces.

        Args:
            agents: their ids, the human first.
            sizes: for each agent, the number of values of each part of its observation.
            actions: for each agent, the number of its actions, waiting included.
            render_mode: None, `human`, `rgb_array` or `ansi`.
            words: whether every info holds `text`.

        Raises:
            UnknownName: no such render mode.
        """
        super().__init__(agents, render_mode)
        self._words = words
        self.action_spaces = {agent: Discrete(actions[agent]) for agent in agents}
        self.observation_spaces = {
            agent: Dict(
                {
                    "observation": multi_discrete(sizes[agent]),
                    "action_mask": Box(0, 1, (actions[agent],), np.int8),
                }
            )
            for agent in agents
        }
        self.state_space = multi_discrete(np.concatenate([sizes[agent] for agent in agents]))
        self.conversation: list[tuple[str, str]] = []
        self._earned: dict[str, float] = {}  # in this step
        self._result: tuple[str, dict[str, Any]] | None = None

    # What a game says of itself.

    @abstractmethod
    def _open(self, options: dict[str, Any]) -> None:
        """Draw the state that an episode begins with and set `mover`."""

    @abstractmethod
    def _move(self, action: int) -> None:
        """Play the mover's legal action: set `mover`, or end the episode by `_end`."""

    def _legal(self, agent: str) -> NDArray[np.int8]:
        """(actions,) the mask of the agent that is to move, a new array: all but waiting."""
        mask = np.ones(int(self.action_spaces[agent].n), dtype=np.int8)
        mask[WAIT] = 0
        return mask

    @abstractmethod
    def _seen(self, agent: str) -> NDArray[np.uint8]:
        """What the agent observes; a new array."""

    def _forbidden(self, agent: str) -> int:
        """The legal action that stands for one that the mask forbids: the first but waiting."""
        return WAIT + 1

    @abstractmethod
    def text(self, agent: str) -> str:
        """What a language model in the agent's place reads now."""

    def _earn(self, agent: str, amount: float) -> None:
        """Pay an agent in the step that is being played."""
        self._earned[agent] += amount

    def _end(self, outcome: str, rewards: dict[str, float], **facts: Any) -> None:
        """End the episode.

        Args:
            outcome: one of `outcomes`.
            rewards: what agents earn by it.
            **facts: further entries of every agent's final info.
        """
        assert outcome in self.outcomes
        for agent, amount in rewards.items():
            self._earn(agent, amount)
        self._result = outcome, facts

    # The interface of PettingZoo.

    def _begin(self, options: dict[str, Any]) -> None:
        self.conversation, self._result = [], None
        self._open(options)

    def step(self, actions: dict[str, int]) -> StepResult[Observation]:
        """Play the mover's action; the others' are ignored, and may be left out.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidAction: the mover has no action, or an action is not in its agent's space.
        """
        if not self.agents:
            raise ResetNeeded
        mover = self.mover
        check_joint(actions, self.possible_agents, self.action_spaces.keys())
        if mover not in actions:
            raise missing(mover)
        chosen = {
            agent: check_action(agent, self.action_spaces[agent], action)
            for agent, action in actions.items()
        }
        action = chosen[mover]
        legal = bool(self._legal(mover)[action])
        self._earned = dict.fromkeys(self.agents, 0.0)
        self._move(action if legal else self._forbidden(mover))
        return self._report(() if legal else (mover,))

    def _report(self, illegal: Sequence[str] = ()) -> StepResult[Observation]:
        """What a step returns that was just played: to all who were there, what they earned.

        Args:
            illegal: agents whose action counted as another.
        """
        agents, over = self.agents, self._result is not None
        infos = self._infos()
        if self._result is not None:
            outcome, facts = self._result
            for info in infos.values():
                info.update(outcome=outcome, **facts)
        for agent in illegal:
            infos[agent]["illegal"] = True
        self.agents = [] if over else agents
        if self.render_mode == "human":
            self.render()
        return (
            self.observe_all(),
            dict(self._earned),
            dict.fromkeys(agents, over),
            dict.fromkeys(agents, False),
            infos,
        )

    def state(self) -> NDArray[np.uint8]:
        """What all agents observe, one after the other."""
        return np.concatenate([self._seen(agent) for agent in self.possible_agents])

    def transcript(self) -> str:
        """Who has said what so far, a line each."""
        return "\n".join(f"{agent}: {words}" for agent, words in self.conversation)

    def _text(self) -> str:
        return self.transcript()

    def _frame(self) -> NDArray[np.uint8]:
        caption = self.caption
        if caption is None:
            caption = self._result[0].replace("_", " ") if self._result else self._now()
        if (board := self.board()) is not None:
            pixels = board.pixels()
            return np.concatenate([caption_strip(caption, pixels.shape[1]), pixels])
        return draw_conversation(
            self.conversation, self.possible_agents, caption, self.highlighted, self._title
        )

    def _now(self) -> str:
        """What is going on, above a frame of an episode that is under way."""
        return f"{self.mover} moves"

    def _infos(self) -> Infos:
        return {agent: {"text": self.text(agent)} if self._words else {} for agent in self.agents}

    def _say(self, agent: str, words: str) -> None:
        self.conversation.append((agent, words))

    def observe_all(self) -> dict[str, Observation]:
        """What every agent sees now, and which of its actions are legal."""
        seen = {}
        for agent in self.possible_agents:
            if self._result is None and agent == self.mover:
                mask = self._legal(agent)
            else:
                mask = np.zeros(int(self.action_spaces[agent].n), dtype=np.int8)
                mask[WAIT] = 1
            seen[agent] = {"observation": self._seen(agent), "action_mask": mask}
        return seen
