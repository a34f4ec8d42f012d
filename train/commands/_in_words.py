"""`scg search` by Algorithm 2: the search in words, begun or gone on with."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from ...agents.language import Client
from ...errors import InvalidArgument, LanguageModelError
from ..config import SearchConfig
from ..interrupt import how_to_resume, warn_unkept
from ..journal import Journal, run_unkept
from ..run_folder import SUMMARY, RunFolder, write_json
from ..verbal import VerbalLoop, VerbalResult
from ..verbal.roles import WORD_GAMES, Roles
from ..verbal_search import describe, verbal_search
from ._arguments import config_of, flag, given, print_json, written_to
from ._language import CAPS, OF_ALGORITHM_2, client_of, conversation_of, kept_of, roles_of
from ._resume import OF_ALGORITHM_1

_UNSAID = ("desirable", "ties", "credibility", "observability")


def run_in_words(args: argparse.Namespace, kept: SearchConfig | None) -> None:
    """Search by Algorithm 2, or go on with that, and print the result.

    Raises:
        LanguageModelError: after the report, if none of the rounds could be judged.
        ScgError: any setting that cannot be.
    """
    if args.game not in WORD_GAMES:
        wrong = flag(next(iter(given(args, *OF_ALGORITHM_2))))
        raise InvalidArgument(
            f"{args.game} is not played in words; {wrong} is for {', '.join(WORD_GAMES)}."
        )
    if settings := given(args, *OF_ALGORITHM_1):
        wrong, other = (flag(next(iter(s))) for s in (settings, given(args, *OF_ALGORITHM_2)))
        raise InvalidArgument(f"{wrong} is of Algorithm 1; drop it, or {other}.")
    if settings := given(args, *_UNSAID):
        wrong = flag(next(iter(settings)))
        raise InvalidArgument(
            f"{wrong} decides nothing in a search in words; drop it, or search by Algorithm 1 "
            "(--responder exact, without --players, --generator, --evaluator and --episodes)."
        )
    if args.force and args.out is None:
        raise InvalidArgument("--force deletes the run that --out holds, and no --out was given.")
    settings = given(args, "base_url", "timeout", *CAPS, "prices")
    if kept is None and args.mode == "replay-only" and settings:
        wrong = flag(next(iter(settings)))
        raise InvalidArgument(
            f"{wrong} decides nothing in a replay, which asks no server; drop it."
        )
    config = own = kept or replace(
        config_of(args),
        seed=args.seed or 0,
        evaluations=args.evaluations,
        words=kept_of(args),
    )
    if kept is not None:
        RunFolder(args.out).check_unfinished()
        own = RunFolder(args.out).own(config)
    conversation = conversation_of(args)
    roles, client = roles_of(args), client_of(args, seed=config.seed)
    with client or nullcontext():
        problem = own.problem()
        search_by = partial(
            verbal_search,
            problem,
            client,
            roles=roles,
            evaluations=config.evaluations,
            episodes=args.episodes,
            **conversation,
            seed=config.seed,
        )
        search_by(run=VerbalLoop.result)  # plays nothing: a mistake leaves no folder behind
        if client is not None:
            client.check_model()
        if args.out is None:
            if client is not None:
                warn_unkept("what the model said")
            result = search_by(run=run_unkept)
        else:
            folder = RunFolder(args.out)
            if kept is None:
                folder.create(config, problem, force=args.force)
            else:
                folder.write_config(config)  # caps may have been raised
            with Journal(folder, client, resume=kept is not None) as journal:
                result = search_by(writer=journal.writer, run=journal.run)
    report = _report(problem.game, roles, client, result)
    if args.out is not None:
        write_json(folder.path / SUMMARY, report)
    if args.json:
        print_json(report)
    else:
        print(describe(problem, result))
        print(written_to(args.out))
    if result.best is None:
        raise LanguageModelError(f"no round could be judged{_again(args, result)}.")


def _again(args: argparse.Namespace, result: VerbalResult) -> str:
    """How to go on where that may help."""
    if result.stopped is None:
        return "; see what broke each of them off"
    if args.out is None:
        return f": {result.stopped}; nothing is kept, since no `out` was given"
    return f": {result.stopped}; go on with: {how_to_resume(args.out)}"


def _report(game: str, roles: Roles, client: Client | None, result: VerbalResult) -> dict[str, Any]:
    """The result with who did what, and what it cost."""
    asked = None if client is None else {"name": client.model, **client.budget.to_json()}
    return {"game": game, **asdict(roles.resolved(game)), "model": asked, **result.to_json()}
