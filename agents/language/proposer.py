"""Language models that propose pre-policies for Algorithm 2: they learn from words, in context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...core.json_types import plain
from ...core.verbal import MOVES, History, Proposal, Task
from ...games.dialogue.answers import AnswerFormat, choice
from ...games.dialogue.answers import text as text_field
from .client import Client, Sampling
from .dialogue import Speaker
from .prompts import load_prompt
from .rounds import ask, rounds, sample_of


@dataclass(frozen=True)
class _Idea:
    point: str = text_field("the pre-policy, written as was said", longest=500, empty=False)
    text: str = text_field("the announcement that the others see before the game", longest=2000)


@dataclass(frozen=True)
class _Announcement:
    text: str = text_field(
        "the announcement, which is kept to the letter", longest=2000, empty=False
    )


@dataclass(frozen=True)
class _Move:
    reason: str = text_field("why", longest=2000)
    move: Literal[
        "lightly decrease", "largely decrease", "lightly increase", "largely increase"
    ] = choice("the move")


_IDEA, _ANNOUNCEMENT = AnswerFormat(_Idea), AnswerFormat(_Announcement)
_MOVE = AnswerFormat(_Move)
_MOVES = {
    "largely decrease": -3,
    "lightly decrease": -1,
    "lightly increase": 1,
    "largely increase": 3,
}
assert sorted(_MOVES.values()) == sorted(MOVES)


class LanguageGenerator:
    """Free-form pre-policies by a model.

    Each is a point that can be read, with its announcement; or the announcement is all there is.

    Attributes:
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    prompts = ("generator", "repair")

    def __init__(
        self,
        client: Client,
        task: Task,
        parse_point: Callable[[Any], Any] | None = None,
        *,
        form: AnswerFormat[Any] | None = None,
        describe: Callable[[Any], str] | None = None,
        repairs: int = 2,
        sampling: Sampling | None = None,
        memory: int = 12_000,
    ) -> None:
        """Generate by a model.

        Args:
            client: who is asked.
            task: what it is told.
            parse_point: reads a point that is written as text, or with a `form` the whole answer;
                a `ScgError` that says what is wrong asks for a repair. If None, the words are the
                pre-policy.
            form: how a pre-policy is written, with a field `text` for its announcement.
            describe: says what is kept to at a point. It ends the announcement, so that this never
                promises something else than what is committed to.
            repairs: how often an answer that cannot be read may be repaired.
            sampling: temperature, seed and length; the client's if None.
            memory: characters of the history that are shown, the newest rounds first.
        """
        self._speaker = Speaker(client, "generator", repairs=repairs, sampling=sampling)
        self._task, self._parse_point, self._memory = task, parse_point, memory
        self._describe = describe
        own: AnswerFormat[Any] = _ANNOUNCEMENT if parse_point is None else _IDEA
        self._form: AnswerFormat[Any] = own if form is None else form
        self.usage = self._speaker.usage

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """Ask for the next pre-policy.

        Raises:
            UnparsableAnswer: no point could be read, nor repaired; it names the round.
            LanguageModelError: the server failed, or a cap is reached.
        """

        def read(answer: str) -> Proposal:
            idea = self._form.read(answer)
            if self._parse_point is None:
                return Proposal(idea.text, idea.text)
            written = idea.point if self._form is _IDEA else idea
            point = plain(self._parse_point(written))
            kept = "" if self._describe is None else self._describe(point)
            return Proposal(point, f"{idea.text} {kept}".strip())

        task = self._task
        system = load_prompt("generator").fill(
            committed=task.committed,
            game=task.game,
            goal=task.goal,
            space=task.space,
            instructions=self._form.instructions,
        )
        shown = rounds(history, self._memory, task.shown)
        question = f"{shown}\n\nPropose the pre-policy of the next round."
        return ask(self._speaker, system, question, read, self._form, len(history), sample_of(rng))


class LanguageMoves:
    """A model picks one of the four moves, as in the paper's bargaining; `choose` for `Moves`.

    Attributes:
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    prompts = ("moves", "repair")

    def __init__(
        self,
        client: Client,
        task: Task,
        low: float,
        high: float,
        *,
        repairs: int = 2,
        sampling: Sampling | None = None,
        memory: int = 12_000,
    ) -> None:
        """Move by a model; see `LanguageGenerator` for the arguments."""
        self._speaker = Speaker(client, "generator", repairs=repairs, sampling=sampling)
        self._task, self._low, self._high, self._memory = task, low, high, memory
        self.usage = self._speaker.usage

    def __call__(self, history: History, rng: np.random.Generator) -> int:
        """Ask for the next move.

        Raises:
            UnparsableAnswer: no move could be read, nor repaired; it names the round.
            LanguageModelError: the server failed, or a cap is reached.
        """
        system = load_prompt("moves").fill(
            committed=self._task.committed,
            game=self._task.game,
            goal=self._task.goal,
            low=self._low,
            high=self._high,
            instructions=_MOVE.instructions,
        )
        shown = rounds(history, self._memory, self._task.shown)
        question = f"{shown}\n\nChoose the move before the next round."

        def read(answer: str) -> int:
            return _MOVES[_MOVE.read(answer).move]

        return ask(self._speaker, system, question, read, _MOVE, len(history), sample_of(rng))
