"""A language model in a seat of any game: it reads what a person reads, and names an action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from functools import lru_cache
from typing import Any, Literal

from ...games.dialogue.answers import AnswerFormat, choice
from ...games.dialogue.language import NOTHING
from ..language.client import Client
from ..language.player import LanguagePlayer
from ..language.prompts import load_prompt
from .turn import Turn

PROMPT = "seat"
SAMPLES = 2**26
"""Seeds that tell episodes apart; servers take numbers of 32 bits."""


@dataclass(frozen=True)
class _Question:
    """What a model is asked in a turn, which may have gone on by when it answers."""

    text: str
    labels: tuple[str, ...]

    @classmethod
    def of(cls, turn: Turn) -> _Question:
        return cls(turn.text, tuple(turn.actions[place] for place in turn.legal))

    @property
    def form(self) -> AnswerFormat[Any]:
        return _form(self.labels)

    @property
    def told(self) -> str:
        """In words."""
        return f"{self.text}\n<you may> {', '.join(self.labels)} </you may>"


@lru_cache(maxsize=1024)
def _form(labels: tuple[str, ...]) -> AnswerFormat[Any]:
    """How one of some actions is named."""
    named: Any = Literal[labels]
    return AnswerFormat(make_dataclass("Move", [("action", named, choice("what you do"))]))


class LanguageSeat:
    """Plays what a language model answers, which is told the game as a person at a page is.

    The conversation goes on from turn to turn, so that it knows what it saw and did before.
    """

    def __init__(
        self, client: Client, agent: str, game: str, *, announcement: str = "", sample: int = 0
    ) -> None:
        """Sit down for an episode.

        Args:
            client: who asks the model.
            agent: whose seat.
            game: what the game is about, and its rules.
            announcement: what the agent was told before play; empty where nothing was.
            sample: tells apart episodes that begin alike, from 0 to `SAMPLES` - 1.
        """
        self._question: _Question | None = None
        self._player = LanguagePlayer(
            client,
            agent,
            load_prompt(PROMPT).fill(agent=agent, game=game, announcement=announcement or NOTHING),
            render=lambda question, role: question.told,
            parse=self._read,
            schema=lambda question, role: question.form.schema,
            prompts=(PROMPT,),
        )
        self._player.begin(sample=sample)

    def ask(self, turn: Turn) -> int:
        """The model's action, as a place in the turn's actions.

        Raises:
            LanguageModelError: the model or its server failed; it can be asked the same again.
        """
        return self.thought(turn)()

    def thought(self, turn: Turn) -> Callable[[], int]:
        """What asks the model, in any thread: the turn itself is read here and now."""
        legal, question = turn.legal, _Question.of(turn)

        def think() -> int:
            self._question = question
            return legal[self._player.act(question)]

        return think

    def recall(self, turn: Turn, action: int) -> None:
        """Remember what was asked and answered before, where an episode is gone on with.

        Args:
            turn: what was asked.
            action: what was answered, as a place in the turn's actions.
        """
        question = _Question.of(turn)
        form = question.form
        self._player.recall(question, form.write(form.kind(action=turn.actions[action])))

    def _read(self, answer: str) -> int:
        assert self._question is not None, "it was asked"
        return self._question.labels.index(self._question.form.read(answer).action)
