"""What the commands that ask a language model are told of it, and who does what in a search."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from ...agents.language import Budget, Client, Prices, Sampling
from ...core.checks import check_whole
from ...core.errors import InvalidArgument
from ..verbal.config import ModelSettings, TalkConfig
from ..verbal.roles import Roles

CAPS = ("token_cap", "money_cap")  # which a run that is gone on with may have raised
_OF_SERVERS = ("base_url", "timeout", *CAPS, "prices")
_OF_MODELS = (
    "model",
    "mode",
    "recordings",
    "temperature",
    "no_seed",
    "answer_tokens",
    *_OF_SERVERS,
)
_OF_CONVERSATIONS = ("ratings", "question", "announce")  # with the helper of the Banana Gambit


def changed(config: ModelSettings, *names: str) -> list[str]:
    """Those of the named settings that are not at their defaults."""
    defaults = {one.name: one.default for one in fields(config)}
    return [name for name in names if getattr(config, name) != defaults[name]]


def roles_of(config: TalkConfig) -> Roles:
    """Who does what.

    Raises:
        UnknownName: nobody of that name.
    """
    return Roles(config.seats, config.generator, config.evaluator)


def conversation_of(config: TalkConfig) -> dict[str, Any]:
    """What `verbal_search` is told of conversations.

    Raises:
        InvalidArgument: settings that say nothing here, an empty question, or a file that cannot
            be read.
    """
    named = changed(config, *_OF_CONVERSATIONS)
    if named and (config.game != "banana" or config.seats != "llm"):
        raise InvalidArgument(f'`{named[0]}` is for banana with `seats="llm"`.')
    if config.announce is not None and config.generator is not None:
        raise InvalidArgument("`announce` leaves nothing for `generator` to propose; drop one.")
    if config.question is not None and not config.question.strip():
        raise InvalidArgument("`question` is empty; ask something.")
    if config.ratings is not None:
        check_whole("ratings", config.ratings, 1)
    said: dict[str, Any] = {name: getattr(config, name) for name in named if name != "announce"}
    if config.announce is None:
        return said
    try:
        text = Path(config.announce).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise InvalidArgument(f"`announce={config.announce}` cannot be read: {why}.") from None
    if not text.strip():
        raise InvalidArgument(
            f"`announce={config.announce}` is empty; expected what the user announces."
        )
    return {**said, "announcement": text}


def client_of(config: TalkConfig, *, fresh: bool = True) -> Client | None:
    """The client that the settings describe; None if no model is asked.

    It has not asked anything yet; `check_model` finds out whether its server knows the model.

    Args:
        config: the settings.
        fresh: whether the run begins; one that is gone on with keeps what its server was.

    Raises:
        ScgError: settings that cannot be, or that only make sense with a model.
    """
    models = roles_of(config).models
    if not models:
        check_no_model(config, '`seats="llm"`, `generator="words"` or `evaluator="llm"`')
        return None
    return client_for(config, models[0], config.seed, fresh=fresh)


def check_no_model(settings: ModelSettings, instead: str) -> None:
    """See that nothing is said of a model that nobody asks.

    Args:
        settings: where it would be said.
        instead: what would have one asked.
    """
    if named := changed(settings, *_OF_MODELS):
        raise InvalidArgument(f"`{named[0]}` is about language models; add {instead}.")


def client_for(
    settings: ModelSettings, who: str, seed: int, *, fresh: bool = True, max_retries: int = 2
) -> Client:
    """The client that asks for somebody.

    Args:
        settings: of the model.
        who: the setting that gives the model something to do.
        seed: of its answers.
        fresh: whether settings of a server that is not asked are refused.
        max_retries: how often a try that failed is made again.

    Raises:
        ScgError: settings that cannot be.
    """
    if settings.model is None:
        raise InvalidArgument(f"{who} needs a model; name it by `model`.")
    replays = settings.mode == "replay-only"
    if fresh and replays and (named := changed(settings, *_OF_SERVERS)):
        raise InvalidArgument(
            f"`{named[0]}` decides nothing in a replay, which asks no server; drop it."
        )
    return Client(
        settings.model,
        base_url=settings.base_url,
        mode=settings.mode,
        recordings=settings.recordings,
        timeout=settings.timeout,
        max_retries=max_retries,
        budget=Budget(
            max_tokens=settings.token_cap,
            max_money=settings.money_cap,
            prices=None if settings.prices is None else Prices(*settings.prices),
        ),
        sampling=Sampling(
            temperature=settings.temperature,
            seed=None if settings.no_seed else seed,
            max_tokens=settings.answer_tokens,
        ),
    )
