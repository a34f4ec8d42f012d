"""The Banana Gambit as a PettingZoo environment; its page is `scg_envs.banana_v0`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..checks import check_whole
from ..dialogue.game import WAIT, TurnGame
from ..errors import InvalidAnswer, InvalidArgument, UnknownName
from ..native import RenderMode
from .promises import SAY, WITHHOLD
from .text import HINTS as HINT_NAMES
from .text import WORD, HelperAnswer, UserAnswer, render
from .topics import HINTS, QUALITIES, Topic, load_topic, quality_number

AGENTS = ("user", "helper")  # the human first
OUTCOMES = WITHHELD, ANSWERED = ("withheld", "answered")
MAX_MESSAGES = 10
WANTED = 7.0
WORD_COST = 0.5  # what saying the word costs the user
HELPER_LABELS = ("wait", *(f"{q:g} {hint}" for q in QUALITIES for hint in HINT_NAMES))
HELPER_ACTIONS = len(HELPER_LABELS)


class BananaGame(TurnGame):
    """A helper answers and hints; the user says the word or does not.

    Attributes:
        topic: what answers cost and what withholding earns.
        messages: how often the helper answers, at most.
        wanted: the mean quality that contents the user.
    """

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "banana_v0"}

    def __init__(
        self,
        layout: str | Topic = "science",
        *,
        messages: int = 1,
        wanted: float = WANTED,
        desirable: str | None = None,
        render_mode: RenderMode | None = None,
        words: bool = False,
    ) -> None:
        """Set up the game.

        Args:
            layout: a topic's name, or a topic.
            messages: how often the helper answers, at most; saying the word ends the episode.
            wanted: the mean quality of the answers from which on the outcome is `answered`.
            desirable: the outcome that the human, the user, wants; `answered` if None.
            render_mode: None, `human`, `rgb_array` or `ansi`.
            words: whether every info holds `text`, what a language model would read.

        Raises:
            UnknownName: no such topic, outcome or render mode.
            InvalidArgument: a number outside its range.
        """
        self.topic = load_topic(layout)
        self.messages = check_whole("messages", messages, 1, MAX_MESSAGES)
        self.wanted = wanted
        quality_number(wanted)
        self.outcomes = OUTCOMES
        self.desirable = ANSWERED if desirable is None else desirable
        if self.desirable not in OUTCOMES:
            raise UnknownName("desirable outcome", self.desirable, OUTCOMES)
        super().__init__(
            AGENTS,
            {"user": user_sizes(messages), "helper": helper_sizes(messages)},
            {"user": 3, "helper": HELPER_ACTIONS},
            render_mode,
            words,
        )
        self._habit, self._costs = self.topic.habit(), self.topic.costs()
        self._message, self._paid = 0, 0.0
        self._qualities: list[int] = []
        self._hint = 0

    def action(self, answer: HelperAnswer | UserAnswer) -> int:
        """The action that an answer in words stands for.

        Raises:
            InvalidAnswer: a quality off the grid.
        """
        if isinstance(answer, UserAnswer):
            return SAY if answer.says_word else WITHHOLD
        try:
            return helper_action(quality_number(answer.quality), answer.hint)
        except InvalidArgument as error:
            raise InvalidAnswer(str(error)) from None

    def text(self, agent: str) -> str:
        """The question, the message's number, and what the other said last."""
        heard: HelperAnswer | UserAnswer | None = None
        if agent == "user" and self._qualities:
            heard = HelperAnswer(float(QUALITIES[self._qualities[-1]]), self._hint)
        elif agent == "helper" and self._message > 0:
            heard = UserAnswer(self._result is not None and bool(self._result[1]["said"]))
        return render(
            role=agent,
            question=self.topic.question,
            message=min(self._message + 1, self.messages),
            messages=self.messages,
            heard=heard,
        )

    def _open(self, options: dict[str, Any]) -> None:
        self._message, self._paid, self._qualities, self._hint = 0, 0.0, [], 0
        self.mover = "helper"
        self._say("user", self.topic.question)

    def _move(self, action: int) -> None:
        if self.mover == "helper":
            quality, self._hint = divmod(action - 1, HINTS)
            self._qualities.append(quality)
            self._paid += float(self._costs[quality, self._hint])
            hint = HINT_NAMES[self._hint]
            self._say("helper", f"an answer of quality {QUALITIES[quality]:g}, hint: {hint}")
            self.mover = "user"
            return
        said = action == SAY
        self._say("user", f"{WORD}!" if said else "thank you")
        self._message += 1
        self.mover = "helper"
        if said or self._message == self.messages:
            mean = float(QUALITIES[self._qualities].mean())
            content = mean >= self.wanted - 1e-9
            self._end(
                ANSWERED if content else WITHHELD,
                {"helper": float(said) - self._paid, "user": content - WORD_COST * said},
                said=said,
                quality=mean,
            )

    def _legal(self, agent: str) -> NDArray[np.int8]:
        mask = np.ones(int(self.action_spaces[agent].n), dtype=np.int8)
        mask[WAIT] = 0
        return mask

    def _forbidden(self, agent: str) -> int:
        """Waiting in one's own turn: the worst answer without a hint; a reply without the word."""
        return 1 if agent == "helper" else WITHHOLD

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        if agent == "helper":
            return np.array([self._message], dtype=np.uint8)
        quality = self._qualities[-1] + 1 if self._qualities and self.mover == "user" else 0
        hint = self._hint if quality else 0
        return np.array([self._message, quality, hint], dtype=np.uint8)


def helper_sizes(messages: int) -> list[int]:
    """The number of values of what the helper sees: the replies so far, none with the word."""
    return [messages + 1]


def user_sizes(messages: int) -> list[int]:
    """The number of values of what the user sees: message, quality (0: no answer yet), hint."""
    return [messages + 1, len(QUALITIES) + 1, HINTS]


def helper_action(quality: int, hint: int) -> int:
    """The action that answers with the quality of this number and this hint."""
    return 1 + quality * HINTS + hint
