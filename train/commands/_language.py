"""Arguments of subcommands in which language models may play."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...agents.language import MODES, Budget, Client, Prices, Sampling
from ...agents.language.redaction import Address, find_server
from ...checks import check_whole
from ...errors import InvalidArgument
from ..verbal.roles import EVALUATORS, GENERATORS, PLAYERS, Roles
from ._arguments import flag, given, number, whole

# What only makes sense when a model plays.
_OF_MODELS = (
    "model",
    "base_url",
    "mode",
    "recordings",
    "temperature",
    "no_seed",
    "answer_tokens",
    "token_cap",
    "money_cap",
    "prices",
    "timeout",
)
_OF_CONVERSATIONS = ("ratings", "question", "announce")  # with the helper of the Banana Gambit
OF_ALGORITHM_2 = ("who", "generator", "evaluator", "episodes", *_OF_CONVERSATIONS)
# What a run folder keeps of a search in words: all that `add_players` adds.
IN_WORDS = (*OF_ALGORITHM_2, *_OF_MODELS)
CAPS = ("token_cap", "money_cap")  # which a run that is gone on with may have raised


def add_players(parser: argparse.ArgumentParser) -> None:
    """Who plays, and how a language model is asked. Keys come from OPENAI_API_KEY alone: a command
    line can be read by everybody on the machine.
    """  # noqa: D205 - two sentences
    parser.add_argument(
        "--players",
        dest="who",
        metavar="KIND",
        help=f"players of a language game, by Algorithm 2: {' or '.join(PLAYERS)}; or the number "
        "of players of an n-player game (default: simulated; 3)",
    )
    words = parser.add_argument_group("Algorithm 2, the search in words (language games)")
    words.add_argument(
        "--generator",
        metavar="G",
        help=f"what proposes pre-policies; {_listed(GENERATORS)} (default: scripted with "
        "simulated players, else moves in bargaining and words elsewhere)",
    )
    words.add_argument(
        "--evaluator",
        metavar="E",
        help=f"what criticizes; {_listed(EVALUATORS)} (default: scripted)",
    )
    words.add_argument(
        "--episodes",
        metavar="N",
        type=whole,
        help="episodes for each pre-policy, and as many without any; simulated banana is computed "
        "and takes none (default: 1, of simulated bargaining thousands)",
    )
    talk = parser.add_argument_group("conversations (banana with --players llm)")
    talk.add_argument(
        "--announce",
        metavar="FILE",
        type=Path,
        help="text file with what the user announces, in place of a search (default: none)",
    )
    talk.add_argument(
        "--question", metavar="TEXT", help="user's question (default: the topic's, of Table 1)"
    )
    talk.add_argument(
        "--ratings", metavar="N", type=whole, help="ratings of each answer (default: 10)"
    )
    group = parser.add_argument_group(
        "language models (--players llm, --generator moves or words, --evaluator llm)"
    )
    group.add_argument(
        "--model", metavar="NAME", help="model, as its server names it (default: none)"
    )
    group.add_argument(
        "--base-url",
        metavar="URL",
        help="server's address, such as http://localhost:11434/v1; its key, if it needs one, is "
        "read from OPENAI_API_KEY (default: OPENAI_BASE_URL, or else OpenAI's)",
    )
    group.add_argument(
        "--mode", metavar="MODE", help=f"use of recordings: {', '.join(MODES)} (default: live)"
    )
    group.add_argument(
        "--recordings", metavar="FILE", type=Path, help="file of recorded answers (default: none)"
    )
    group.add_argument(
        "--temperature",
        metavar="T",
        type=number,
        help="sampling temperature, from 0 on (default: 0)",
    )
    group.add_argument(
        "--no-seed",
        action="store_true",
        default=None,
        help="requests without a seed, for servers that refuse one without naming it",
    )
    group.add_argument(
        "--answer-tokens", metavar="N", type=whole, help="most tokens of one answer (default: 1024)"
    )
    group.add_argument(
        "--timeout", metavar="S", type=number, help="seconds for one try (default: 120)"
    )
    group.add_argument(
        "--token-cap", metavar="N", type=whole, help="most tokens of the run (default: no cap)"
    )
    group.add_argument(
        "--money-cap", metavar="M", type=number, help="most money of the run (default: no cap)"
    )
    group.add_argument(
        "--prices",
        metavar=("PROMPT", "ANSWER"),
        nargs=2,
        type=number,
        help="prices of a million tokens each; --money-cap needs them (default: none)",
    )


def roles_of(args: argparse.Namespace) -> Roles:
    """Who does what, by the arguments of `add_players`.

    Raises:
        UnknownName: nobody of that name.
    """
    return Roles(args.who or "simulated", args.generator, args.evaluator or "scripted")


def conversation_of(args: argparse.Namespace) -> dict[str, Any]:
    """What `verbal_search` is told of conversations, by the arguments of `add_players`.

    Raises:
        InvalidArgument: flags that say nothing here, an empty question, or a file that cannot be
            read.
    """
    if not (settings := given(args, *_OF_CONVERSATIONS)):
        return {}
    wrong = flag(next(iter(settings)))
    if args.game != "banana" or roles_of(args).players != "llm":
        raise InvalidArgument(f"{wrong} is for banana with --players llm.")
    if "announce" in settings and args.generator is not None:
        raise InvalidArgument("--announce leaves nothing for --generator to propose; drop one.")
    if "question" in settings and not settings["question"].strip():
        raise InvalidArgument("--question is empty; ask something.")
    if "ratings" in settings:
        check_whole("ratings", settings["ratings"], 1)
    path = settings.pop("announce", None)
    if path is None:
        return settings
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise InvalidArgument(f"--announce {path} cannot be read: {why}.") from None
    if not text.strip():
        raise InvalidArgument(f"--announce {path} is empty; expected what the user announces.")
    return {**settings, "announcement": text}


def client_of(args: argparse.Namespace, *, seed: int = 0) -> Client | None:
    """The client that the arguments of `add_players` describe; None if no model is asked.

    It has not asked anything yet; `check_model` finds out whether its server knows the model.

    Args:
        args: the parsed arguments.
        seed: of the server's sampling.

    Raises:
        ScgError: arguments that cannot be, or that only make sense with a model.
    """
    models = roles_of(args).models
    settings = given(args, *_OF_MODELS)
    if not models:
        if settings:
            wrong = flag(next(iter(settings)))
            raise InvalidArgument(
                f"{wrong} is about language models; add --players llm, --generator words or "
                "--evaluator llm."
            )
        return None
    if "model" not in settings:
        raise InvalidArgument(f"{models[0]} needs a model; name it by --model.")
    prices = settings.get("prices")
    return Client(
        settings["model"],
        base_url=settings.get("base_url"),
        mode=settings.get("mode", "live"),
        recordings=settings.get("recordings"),
        timeout=settings.get("timeout", 120.0),
        budget=Budget(
            max_tokens=settings.get("token_cap"),
            max_money=settings.get("money_cap"),
            prices=None if prices is None else Prices(*prices),
        ),
        sampling=Sampling(
            temperature=settings.get("temperature", 0.0),
            seed=None if settings.get("no_seed") else seed,
            max_tokens=settings.get("answer_tokens", 1024),
        ),
    )


def as_kept(args: argparse.Namespace) -> dict[str, Any]:
    """Those arguments of `add_players` that were given, as JSON types and without secrets."""
    values = given(args, *IN_WORDS)
    for name, value in values.items():
        if isinstance(value, Path):  # the run may be gone on with from another folder
            values[name] = str(value.resolve())
    if "base_url" in values:
        values["base_url"] = Address.parse(values["base_url"]).url
    return values


def kept_of(args: argparse.Namespace) -> dict[str, Any]:
    """What a run keeps: what `as_kept` gives, who plays, and the server's address."""
    kept = {"who": "simulated", **as_kept(args)}
    if roles_of(args).models:
        where, _ = find_server(args.base_url, None)
        kept["base_url"] = where.url
    return kept


def fill_in(args: argparse.Namespace, kept: Mapping[str, Any]) -> None:
    """Set the arguments that were not given to what a run has kept.

    The address is left to OPENAI_BASE_URL where that names the same server: only there is the
    password that it may have.
    """
    for name, value in kept.items():
        if getattr(args, name, None) is not None:
            continue
        if name == "base_url" and find_server(None, None)[0].url == value:
            continue
        setattr(args, name, value)


def _listed(choices: Mapping[str, str]) -> str:
    """Names and what they are, for help texts."""
    return "; ".join(f"{name}: {what}" for name, what in choices.items())
