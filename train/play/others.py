"""Who the others are that a person plays with, and what can be announced to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...agents import Responder, make_responder
from ...core.errors import InvalidArgument, ScgError
from ...core.policy import BatchPolicies
from ...core.problem import CommitmentProblem
from ..report.players import Players
from ..report.run_players import best_of_many

NOTHING = "none"


def folder_of(text: str) -> Path | None:
    """The folder that a text names, if it names one."""
    try:
        return Path(text) if text and Path(text).is_dir() else None
    except (OSError, ValueError):  # too long for a name, or no name at all
        return None


def check_played_without(problem: CommitmentProblem) -> None:
    """See that there is a game without the commitment.

    Raises:
        InvalidArgument: whoever commits does nothing there but by its commitment.
    """
    before = problem.solver.before()
    if before.p is None and problem.free_play(np.random.default_rng(0)).setup.committed:
        raise InvalidArgument(
            f"{problem.game} is not played without a commitment ({before.reason}), so that "
            f"commitment cannot be {NOTHING!r}; name one."
        )


def best_known(problem: CommitmentProblem) -> Any:
    """The best commitment that is known.

    Raises:
        InvalidArgument: the game has no exact answers.
    """
    try:
        return best_of_many(problem)
    except ScgError as error:
        raise InvalidArgument(
            f"which commitment is best is not known exactly here ({str(error).rstrip('.')}); name "
            f"one by `commitment`, or {NOTHING!r}."
        ) from error


def others_of(
    problem: CommitmentProblem,
    players: Responder | Players | None,
    point: Any,
    person: str,
    models: Collection[str] = (),
) -> tuple[BatchPolicies, tuple[str, ...]]:
    """Who plays for the other learners, and who all the others are, a sentence each.

    Args:
        problem: what is played.
        players: who has learned to; exact best responses if None.
        point: what is announced; None where nothing is.
        person: the agent that the person plays.
        models: agents that language models play, of whom nothing is said here.
    """
    words = []
    setup, seated = problem.setup(), True
    if point is None and person != problem.committed:
        free = problem.free_play(np.random.default_rng(0))
        setup, seated = free.setup, bool(free.setup.committed)  # else all have been seated
        if seated:
            do, would = ("do", "they") if " and " in problem.committed else ("does", "it")
            words.append(f"{problem.committed} {do} what {would} would without a commitment.")
        elif {*setup.fixed} - {person, *models}:
            words.append(f"{free.caption.partition(': ')[2] or free.caption}.")
    away = {person, *models}
    names = [a for a in problem.learners if a not in {*away, *setup.fixed} and seated]
    policies: BatchPolicies = {}
    if names:
        verb = "answers" if len(names) == 1 else "answer"
        source = make_responder("exact", problem) if players is None else players
        try:
            own = source.policies(point)
        except ScgError:
            words.append(f"Nobody has solved this game: {listed(names)} {verb} at random.")
        else:
            policies = {agent: own[agent] for agent in names}
            how = "as well as possible" if players is None else "as the run has learned to"
            words.append(f"{listed(names)} {verb} {how}.")
    still = [agent for agent in setup.fixed if agent not in away and seated]
    if still:
        words.append(f"{listed(still)} follow{'s' * (len(still) == 1)} a rule of the game.")
    return policies, tuple(words)


def listed(names: Sequence[str]) -> str:
    """Some agents in a sentence."""
    return " and ".join(names)
