"""Players, generator and evaluator of a search in words: each scripted, or a language model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...agents.language import Client, EpisodeWriter, LanguageEvaluator
from ...errors import InvalidArgument, UnknownName
from ...verbal import Evaluator, Task

PLAYERS = {
    "simulated": "players that need no model: rational, calibrated or scripted",
    "llm": "a language model, through any server that speaks OpenAI's protocol",
}
GENERATORS = {
    "scripted": "a rule or a Bayesian learner, without a model",
    "moves": "a model picks one of four moves on bargaining's claimed price",
    "words": "a model proposes in words of its own",
}
WORD_GAMES = ("bargaining", "banana", "ultimatum")  # the games that Algorithm 2 can play
EVALUATORS = {"scripted": "rules", "llm": "a model scores and criticizes"}


@dataclass(frozen=True)
class Cast:
    """Who does what.

    Attributes:
        players: one of `PLAYERS`.
        generator: one of `GENERATORS`; the game's own choice for these players if None.
        evaluator: one of `EVALUATORS`.

    Raises:
        UnknownName: on construction, another name.
    """

    players: str = "simulated"
    generator: str | None = None
    evaluator: str = "scripted"

    def __post_init__(self) -> None:
        """Check the names."""
        if self.players not in PLAYERS:
            raise UnknownName("kind of players", self.players, PLAYERS)
        if self.generator is not None and self.generator not in GENERATORS:
            raise UnknownName("generator", self.generator, GENERATORS)
        if self.evaluator not in EVALUATORS:
            raise UnknownName("evaluator", self.evaluator, EVALUATORS)

    def resolved(self, game: str) -> Cast:
        """This cast, with the game's own choice of a generator where none was made."""
        if self.generator is not None:
            return self
        spoken = "moves" if game == "bargaining" else "words"
        return replace(self, generator=spoken if self.players == "llm" else "scripted")

    @property
    def models(self) -> tuple[str, ...]:
        """The settings that give a language model something to do; none if nobody needs one."""
        settings = {
            '`players="llm"`': self.players == "llm",
            f"`generator={self.generator!r}`": self.generator in ("moves", "words"),
            '`evaluator="llm"`': self.evaluator == "llm",
        }
        return tuple(setting for setting, asked in settings.items() if asked)


@dataclass(frozen=True)
class Casting:
    """What the parts of a search are made from.

    Attributes:
        cast: who does what.
        client: who asks the language model; None if the cast has none.
        episodes: episodes for each proposal; the environment's own number if None.
        writer: where the transcripts of language models go.
        ratings: how often a model rates each answer of the Banana Gambit; ten times if None.
        question: what the user asks there; the topic's own question if None.
        announcement: what the user announces there, in place of what a generator would propose.

    Raises:
        InvalidArgument: on construction, a model without a client.
    """

    cast: Cast
    client: Client | None = None
    episodes: int | None = None
    writer: EpisodeWriter | None = None
    ratings: int | None = None
    question: str | None = None
    announcement: str | None = None

    def __post_init__(self) -> None:
        """Check that models can be asked."""
        if self.cast.models and self.client is None:
            raise InvalidArgument(f"{self.cast.models[0]} needs a model; give a client.")

    @property
    def spoken(self) -> bool:
        """Whether language models play."""
        return self.cast.players == "llm"

    @property
    def counted(self) -> dict[str, int]:
        """The number of episodes, if it is given."""
        return {} if self.episodes is None else {"episodes": self.episodes}

    def refuse_conversation(self, game: str) -> None:
        """Refuse what is about conversations with a model in the Banana Gambit.

        Raises:
            InvalidArgument: ratings, a question or an announcement were given.
        """
        for name in ("ratings", "question", "announcement"):
            if getattr(self, name) is not None:
                raise InvalidArgument(
                    f"{name}: expected in the Banana Gambit with a model as the helper; {game} "
                    "as it is played here has none."
                )

    @property
    def model(self) -> Client:
        """The client, where the cast needs one."""
        assert self.client is not None
        return self.client

    def generator(self, game: str, choices: Mapping[str, Callable[[], Any]]) -> Any:
        """The generator.

        Args:
            game: the game's name.
            choices: what makes each generator that this game has.

        Raises:
            InvalidArgument: this game has no such generator.
        """
        name = self.cast.resolved(game).generator
        assert name is not None
        if name not in choices:
            raise InvalidArgument(
                f"`generator={name!r}` is not for {game}; choose {' or '.join(choices)}."
            )
        return choices[name]()

    def evaluator(self, task: Task, scripted: Evaluator) -> Evaluator:
        """The evaluator: the scripted one, or a model that is told the task."""
        if self.cast.evaluator == "scripted":
            return scripted
        return LanguageEvaluator(self.model, task)
