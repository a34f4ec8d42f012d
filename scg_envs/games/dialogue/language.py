"""A game in words: what Algorithm 2 has to know of a game that language models can play.

A game says it in its `language.py`, by a subclass of `Language` that its row of the registry names:
what may be committed to and how it is announced, the parts that need no model, and what a model in
a seat reads and may answer. Who asks the models is handed in: an episode is played at a `Table`,
which gives seats, so that a game knows nothing of servers, recordings and caps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, ClassVar, Protocol

import numpy as np

from ...core.verbal import Environment, Evaluator, Generator, Proposal, Task
from .answers import AnswerFormat, number
from .game import TurnGame

NOTHING = "nothing"  # what models read where nothing was announced


class Seat(Protocol):
    """Plays one role of an episode: a language model does."""

    def act(self, observation: Any, *, sample: int | None = None) -> Any:
        """What is answered to an observation, as the seat's `parse` reads it.

        Args:
            observation: what the seat's `render` puts in words.
            sample: tells apart questions that are the same; the seat's own if None.

        Raises:
            LanguageModelError: the model or its server failed.
        """


class Table(Protocol):
    """Where an episode is played in words, and written down.

    Attributes:
        seed: the episode's.
    """

    seed: int

    def say(self, role: str, text: str, parsed: Any = None) -> None:
        """Write down what a role says that no model plays."""

    def seat(
        self,
        role: str,
        prompt: str,
        *,
        render: Callable[[Any, str], str],
        parse: Callable[[str], Any],
        schema: Mapping[str, Any] | Callable[[Any, str], Mapping[str, Any]] | None = None,
        memory: bool = True,
        sample: int = 0,
        **blanks: object,
    ) -> Seat:
        """A model that plays a role of this episode.

        Args:
            role: whose seat, as transcripts name it.
            prompt: the name of the prompt with its rules.
            render: puts an observation in words, for this role.
            parse: reads an answer; raises a `ScgError` that says what is wrong with it.
            schema: what a server may hold answers to, or what makes that of an observation and the
                role.
            memory: whether the conversation goes on from turn to turn.
            sample: tells apart seats of an episode that are asked the same.
            **blanks: what is filled into the prompt.
        """


@dataclass(frozen=True)
class Number:
    """A number that is committed to, which a generator may move step by step.

    Attributes:
        start: the first that is proposed.
        low: the least.
        high: the greatest.
    """

    start: float
    low: float
    high: float


class Language(ABC):
    """A problem's game, in words.

    Attributes:
        game: its name, for transcripts.
        model_generator: the generator that a search takes where models play and none is named.
        prompts: the names of the prompts of its seats.
        takes: settings of conversations with models: the constructor's own, and `announcement`
            where any words may be announced.
        evaluations: the rounds of a search, if nobody says how many.
        task: what is said of the game to models that propose and criticize.
        read: reads a point that a model wrote, or with a `form` its whole answer; None where the
            words are the commitment.
        form: how a model writes a point, if not as text.
        number: what is committed to, where it is a number that may be moved.
    """

    game: ClassVar[str]
    model_generator: ClassVar[str] = "words"
    prompts: tuple[str, ...]
    takes: ClassVar[tuple[str, ...]] = ()
    evaluations: int
    task: Task
    read: Callable[[Any], Any] | None
    form: AnswerFormat[Any] | None = None
    number: Number | None = None

    @abstractmethod
    def __init__(self, problem: Any, *, models: bool = False, free: bool = False) -> None:
        """Put a problem in words.

        Args:
            problem: the game, and who it is played with.
            models: whether language models play.
            free: whether a model proposes in words of its own.

        Raises:
            InvalidArgument: a problem that is not learned in words.
        """

    @abstractmethod
    def describe(self, point: Any) -> str:
        """A point as it is announced."""

    @abstractmethod
    def generator(self, seed: int) -> Generator:
        """What proposes without a model."""

    @abstractmethod
    def evaluator(self) -> Evaluator:
        """What criticizes without a model."""

    @abstractmethod
    def environment(self, episodes: int | None) -> Environment:
        """Players that need no model.

        Args:
            episodes: how many are played for each proposal; the players' own number if None.
        """

    @abstractmethod
    def condition(self, proposal: Proposal) -> str:
        """What is varied, for transcripts."""

    @abstractmethod
    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """Play an episode with models.

        Args:
            proposal: what is committed to, if anything.
            table: where it is played.

        Returns:
            The outcome as JSON types; and what generator and evaluator may hear: no private
            reasons.
        """

    @abstractmethod
    def judge(self, outcomes: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, float]]:
        """The score of episodes that have ended, and their numbers."""


def play_out(
    game: TurnGame, movers: Mapping[str, Callable[[Any], int]], seen: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, Any], str]:
    """Play a game of alternating moves to its end.

    Args:
        game: after its reset.
        movers: what each agent does when it is to move, by what it sees.
        seen: what the agents see now.

    Returns:
        What each agent has earned, the info of the last step, and what was said.
    """
    earned = dict.fromkeys(game.possible_agents, 0.0)
    infos: dict[str, Any] = {}
    while game.agents:
        mover = game.mover
        seen, rewards, _, _, infos = game.step({mover: movers[mover](seen[mover])})
        earned = {agent: earned[agent] + reward for agent, reward in rewards.items()}
    return earned, next(iter(infos.values())), game.transcript()


@dataclass(frozen=True)
class _Rating:
    score: float = number("the rating of the answer", least=1, most=10, step=0.5)


_RATING = AnswerFormat(_Rating)


def rater(table: Table, prompt: str, samples: int, **blanks: Any) -> Callable[[str, str], float]:
    """An expert who rates answers to questions from 1 to 10, by no more than the two.

    Args:
        table: where it sits, as `judge`.
        prompt: the name of the prompt with its criteria, in which `instructions` is a blank.
        samples: how often each answer is rated.
        **blanks: what else is filled into the prompt.

    Returns:
        A function from question and answer to the mean rating.
    """
    judge = table.seat(
        "judge",
        prompt,
        render=lambda text, _: text,
        parse=_RATING.read,
        schema=_RATING.schema,
        memory=False,
        instructions=_RATING.instructions,
        **blanks,
    )

    def rate(question: str, answer: str) -> float:
        text = f"<question>\n{question}\n</question>\n<answer>\n{answer}\n</answer>"
        first = table.seed * samples
        return fmean(judge.act(text, sample=first + k).score for k in range(samples))

    return rate


def mean_of(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    """The mean of one number of several outcomes."""
    return float(np.mean([row[name] for row in rows]))
