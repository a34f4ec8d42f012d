"""Who does what in Algorithm 2: players, generator and evaluator, each scripted or a model.

How a game is played in words, its `language.py` says, which its row of the registry names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...agents.language import (
    Client,
    EpisodeWriter,
    LanguageEvaluator,
    LanguageGenerator,
    LanguageMoves,
)
from ...agents.language.stage import Stage
from ...core.errors import InvalidArgument, UnknownName
from ...core.problem import CommitmentProblem
from ...core.registry import GAMES, load
from ...core.verbal import Announcement, Environment, Evaluator, Generator, Moves
from ...games.dialogue.language import Language
from ..search.algorithm_2 import VerbalLoop

PLAYERS = {
    "simulated": "players that need no model: rational, calibrated or scripted",
    "llm": "a language model, through any server that speaks OpenAI's protocol",
}
GENERATORS = {
    "scripted": "a rule or a Bayesian learner, without a model",
    "moves": "a model picks one of four moves on bargaining's claimed price",
    "words": "a model proposes in words of its own",
}
EVALUATORS = {"scripted": "rules", "llm": "a model scores and criticizes"}
_ENTRY_POINTS = {game.name: game.language for game in GAMES if game.language}
WORD_GAMES = tuple(_ENTRY_POINTS)  # the games that Algorithm 2 can play


@dataclass(frozen=True)
class Roles:
    """Who does what.

    Attributes:
        seats: one of `PLAYERS`.
        generator: one of `GENERATORS`; the game's own choice for these players if None.
        evaluator: one of `EVALUATORS`.

    Raises:
        UnknownName: on construction, another name.
    """

    seats: str = "simulated"
    generator: str | None = None
    evaluator: str = "scripted"

    def __post_init__(self) -> None:
        """Check the names."""
        if self.seats not in PLAYERS:
            raise UnknownName("kind of players", self.seats, PLAYERS)
        if self.generator is not None and self.generator not in GENERATORS:
            raise UnknownName("generator", self.generator, GENERATORS)
        if self.evaluator not in EVALUATORS:
            raise UnknownName("evaluator", self.evaluator, EVALUATORS)

    def resolved(self, game: str) -> Roles:
        """These roles, with the game's own choice of a generator where none was made.

        Raises:
            InvalidArgument: the game is not played in words.
        """
        if self.generator is not None:
            return self
        own = language_of(game).model_generator if self.seats == "llm" else "scripted"
        return replace(self, generator=own)

    @property
    def models(self) -> tuple[str, ...]:
        """The settings that give a language model something to do; none if nobody needs one."""
        settings = {
            '`seats="llm"`': self.seats == "llm",
            f"`generator={self.generator!r}`": self.generator in ("moves", "words"),
            '`evaluator="llm"`': self.evaluator == "llm",
        }
        return tuple(setting for setting, asked in settings.items() if asked)


def language_of(game: str) -> type[Language]:
    """How a game is played in words.

    Raises:
        InvalidArgument: it is not.
    """
    if game not in _ENTRY_POINTS:
        raise InvalidArgument(
            f"{game} is not played in words; those that are: {', '.join(WORD_GAMES)}."
        )
    language: type[Language] = load(_ENTRY_POINTS[game])
    return language


def verbal_loop(
    problem: CommitmentProblem,
    roles: Roles,
    client: Client | None = None,
    *,
    evaluations: int | None = None,
    episodes: int | None = None,
    seed: int = 0,
    writer: EpisodeWriter | None = None,
    **conversation: Any,
) -> VerbalLoop:
    """Algorithm 2 on a problem of a language game, not begun yet.

    Args:
        problem: the game, and who it is played with.
        roles: who does what.
        client: who asks the language model, where the roles have one.
        evaluations: pre-policies that are tried; the game's own number if None.
        episodes: how many are played for each, and without any; the players' own number if None.
        seed: seeds everything that is drawn here.
        writer: where transcripts of language models go.
        **conversation: `ratings`, `question` and `announcement` of games that have them; None
            stands for none.

    Raises:
        InvalidArgument: no language game, what it has no part for, or a model without a client.
    """
    if roles.models and client is None:
        raise InvalidArgument(f"{roles.models[0]} needs a model; give a client.")
    kind, models = language_of(problem.game), roles.seats == "llm"
    given = {name: value for name, value in conversation.items() if value is not None}
    for name in given:
        if not models or name not in kind.takes:
            raise InvalidArgument(
                f"{name}: expected where a model is talked with, as in the Banana Gambit; "
                f"{problem.game} as it is played here has none."
            )
    announcement = given.pop("announcement", None)
    if announcement is not None and roles.generator is not None:
        raise InvalidArgument(
            f"there is nothing for the generator {roles.generator} to propose, since the "
            "announcement is given; drop one of them."
        )
    roles = roles.resolved(problem.game)
    language = kind(problem, models=models, free=roles.generator == "words", **given)
    environment: Environment
    if models:
        assert client is not None
        environment = Stage(client, language, episodes=episodes, writer=writer)
    else:
        environment = language.environment(episodes)
    number = language.evaluations if announcement is None else 1  # there is one thing to say
    generator: Generator
    if announcement is None:
        generator = _generator(language, roles, client, seed)
    else:
        generator = Announcement(announcement)
    return VerbalLoop(
        generator,
        environment,
        _evaluator(language, roles, client),
        evaluations=number if evaluations is None else evaluations,
        seed=seed,
    )


def _generator(language: Language, roles: Roles, client: Client | None, seed: int) -> Generator:
    """What proposes.

    Raises:
        InvalidArgument: the game has no such generator.
    """
    task, number = language.task, language.number
    if roles.generator == "scripted":
        return language.generator(seed)
    assert client is not None
    if roles.generator == "words":
        return LanguageGenerator(
            client, task, language.read, form=language.form, describe=language.describe
        )
    if number is None:
        raise InvalidArgument(
            f"`generator={roles.generator!r}` is not for {language.game}; choose scripted or words."
        )
    choose = LanguageMoves(client, task, number.low, number.high)
    return Moves(number.start, number.low, number.high, language.describe, choose=choose)


def _evaluator(language: Language, roles: Roles, client: Client | None) -> Evaluator:
    """What criticizes: a script, or a model that is told the task."""
    if roles.evaluator == "scripted":
        return language.evaluator()
    assert client is not None
    return LanguageEvaluator(client, language.task)
