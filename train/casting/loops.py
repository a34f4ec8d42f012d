"""Algorithm 2 for each language game, its parts as the cast has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...agents.language import LanguageGenerator, LanguageMoves
from ...banana.problem import BananaProblem
from ...bargaining.problem import BargainingProblem
from ...bargaining.sellers import DEFAULT as DEFAULT_SELLER
from ...errors import InvalidAnswer, InvalidArgument
from ...pre_policy import FREE
from ...problem import CommitmentProblem
from ...ultimatum.problem import UltimatumProblem
from ...verbal import Announcement, Moves
from ..offline.banana import EVALUATIONS, BananaEnvironment, Promises, incentive_evaluator
from ..offline.bargaining import (
    REVISIONS,
    START,
    BargainingEnvironment,
    price_evaluator,
    price_words,
)
from ..offline.ultimatum import EPOCHS, MetaLMGenerator, UltimatumEnvironment, share_evaluator
from ..reproduce.scai import fitted_manner_weight
from ..spoken.banana import RATINGS, SpokenBanana
from ..spoken.bargaining import SpokenBargaining
from ..spoken.ultimatum import SpokenUltimatum
from ..verbal import VerbalLoop
from . import tasks
from .cast import WORD_GAMES, Casting


def verbal_loop(
    problem: CommitmentProblem,
    casting: Casting,
    *,
    evaluations: int | None = None,
    seed: int = 0,
) -> VerbalLoop:
    """Algorithm 2 on a problem of a language game, not begun yet.

    Args:
        problem: the game, and who it is played with.
        casting: who does what.
        evaluations: pre-policies that are tried; the game's own number if None.
        seed: seeds everything that is drawn here.

    Raises:
        InvalidArgument: no language game, or what it has no part for.
    """
    if not (isinstance(problem, BananaProblem) and casting.spoken):
        casting.refuse_conversation(problem.game)
    if isinstance(problem, BargainingProblem):
        parts, own = _bargaining(problem, casting), 1 + REVISIONS
    elif isinstance(problem, BananaProblem):
        parts, own = _banana(problem, casting), EVALUATIONS
        if casting.announcement is not None:
            own = 1  # there is one thing to say
    elif isinstance(problem, UltimatumProblem):
        parts, own = _ultimatum(problem, casting, seed), EPOCHS
    else:
        raise InvalidArgument(
            f"{problem.game} is not played in words; those that are: {', '.join(WORD_GAMES)}."
        )
    number = own if evaluations is None else evaluations
    return VerbalLoop(*parts, evaluations=number, seed=seed)


def _bargaining(problem: BargainingProblem, casting: Casting) -> tuple[Any, Any, Any]:
    rules = problem.rules
    if problem.kind != "price":
        raise InvalidArgument(
            f"`pre_policy={problem.kind!r}` is not learned in words; claimed prices are (price)."
        )
    environment: SpokenBargaining | BargainingEnvironment
    if casting.spoken and problem.seller != DEFAULT_SELLER:
        raise InvalidArgument(
            f'a model sells with `players="llm"`, and no {problem.seller} seller; drop `seller`.'
        )
    if casting.spoken:
        environment = SpokenBargaining(
            casting.model, rules, writer=casting.writer, **casting.counted
        )
    else:
        environment = BargainingEnvironment(rules, problem.seller, **casting.counted)
    prices = environment.prices
    low, high = float(rules.prices[0]), float(prices.labels[-1])
    task = tasks.bargaining(rules, low, high)

    def read(text: str) -> Any:
        label = prices.label(prices.parse(text))
        if label == FREE:
            raise InvalidAnswer(f"the point is {text.strip()!r}; expected {task.space}.")
        return label

    def moves(**chooser: Any) -> Moves:
        return Moves(min(START, high), low, high, price_words, **chooser)

    choices = {
        "scripted": moves,
        "moves": lambda: moves(choose=LanguageMoves(casting.model, task, low, high)),
        "words": lambda: LanguageGenerator(casting.model, task, read, describe=price_words),
    }
    generator = casting.generator(problem.game, choices)
    return generator, environment, casting.evaluator(task, price_evaluator())


def _banana(problem: BananaProblem, casting: Casting) -> tuple[Any, Any, Any]:
    topic = problem.topic
    if casting.question is not None:
        topic = replace(topic, question=casting.question)
    promises = Promises(topic, problem.wanted, problem.messages, problem.kind)
    free = casting.spoken and casting.cast.resolved(problem.game).generator == "words"
    environment: SpokenBanana | BananaEnvironment
    if casting.spoken:
        environment = SpokenBanana(
            casting.model,
            promises,
            problem.wanted,
            free=free,
            ratings=RATINGS if casting.ratings is None else casting.ratings,
            writer=casting.writer,
            **casting.counted,
        )
    elif casting.episodes is not None:
        raise InvalidArgument(
            "the simulated helper's answers are exact; drop `episodes`, or take a model "
            '(`players="llm"`).'
        )
    else:
        environment = BananaEnvironment(promises)
    task = tasks.banana(promises, free=free)
    if casting.announcement is not None:
        if casting.cast.generator is not None:
            raise InvalidArgument(
                f"there is nothing for the generator {casting.cast.generator} to propose, since "
                "the announcement is given; drop one of them."
            )
        said = casting.announcement
        return Announcement(said), environment, casting.evaluator(task, incentive_evaluator())
    choices = {
        "scripted": promises.generator,
        "words": lambda: (
            LanguageGenerator(casting.model, task)
            if free
            else LanguageGenerator(casting.model, task, promises.read, describe=promises.words)
        ),
    }
    generator = casting.generator(problem.game, choices)
    return generator, environment, casting.evaluator(task, incentive_evaluator())


def _ultimatum(problem: UltimatumProblem, casting: Casting, seed: int) -> tuple[Any, Any, Any]:
    met: dict[str, Any] = {
        "manner": problem.manner,
        "currency": problem.currency,
        "interactions": problem.interactions,
        **casting.counted,
    }
    environment: SpokenUltimatum | UltimatumEnvironment
    if casting.spoken:
        environment = SpokenUltimatum(casting.model, problem.group, writer=casting.writer, **met)
    else:
        environment = UltimatumEnvironment(problem.group, **met)
    if problem.kind != "share":
        raise InvalidArgument(
            f"pre_policy is {problem.kind!r}; principles in words are learned as they are (share)."
        )
    task = tasks.ultimatum(problem.currency)

    def learner() -> MetaLMGenerator:
        weight = 0.0 if problem.manner == "neutral" else fitted_manner_weight(seed)
        return MetaLMGenerator(problem.manner, weight)

    choices = {
        "scripted": learner,
        "words": lambda: LanguageGenerator(
            casting.model, task, tasks.principle, form=tasks.PRINCIPLE, describe=str
        ),
    }
    generator = casting.generator(problem.game, choices)
    return generator, environment, casting.evaluator(task, share_evaluator())
