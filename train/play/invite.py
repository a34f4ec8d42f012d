"""A matchup from what is typed: whose seat, what is announced, and against whom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...agents import Responder, make_responder
from ...agents.populations import AUTOMATA, CAUTIOUS
from ...core.errors import InvalidArgument, ScgError, UnknownName
from ...core.policy import BatchPolicies
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from ..players import Players
from ..run_players import best_of_many, players_of_run
from .matchup import Matchup, Part, check_seat

SCRIPT = "script"
NOTHING = "none"


def invite(
    scenario: Scenario,
    *,
    seat: str | None = None,
    commitment: str | None = None,
    against: str = SCRIPT,
    trust: bool = False,
) -> Matchup:
    """Who plays whom.

    Args:
        scenario: the game.
        seat: the agent that the person plays; the first that learns if None.
        commitment: what is announced, as a pre-policy is typed; a run's folder, for what it
            recommends; `none` for nothing; the best if None.
        against: `script`, a population's or strategy's name, or the folder of a run whose models
            play.
        trust: whether functions that a folder names are called.

    Raises:
        UnknownName: no such seat, or nobody of that name to play against.
        InvalidArgument: settings that decide nothing, or do not go together.
        InvalidCommitment: no such pre-policy.
        RunFolderError: no run, or one of another game.
    """
    if against in AUTOMATA:
        return _against_population(scenario, seat, commitment, against)
    if against != SCRIPT and folder_of(against) is None:
        names = [name for name in AUTOMATA if not name.endswith(CAUTIOUS)]
        hint = "Populations play repeated games; a run's folder is read as such."
        raise UnknownName("opponent", against, [SCRIPT, *names], hint)
    run = None if commitment is None else folder_of(commitment)
    from_run: Any = None
    players: Responder | Players | None = None
    if against != SCRIPT:
        if run is not None and run.resolve() != Path(against).resolve():
            raise InvalidArgument(
                f"commitment is the run in {run} and against the one in {against}; name one of "
                "them, or the commitment itself."
            )
        problem, players, from_run = players_of_run(Path(against), scenario, "against", trust=trust)
    elif run is not None:
        problem, players, from_run = players_of_run(run, scenario, "commitment", trust=trust)
    else:
        problem = scenario.problem()
    person = check_seat(problem, seat)
    if person == problem.committed:
        if commitment is not None:
            raise InvalidArgument(
                f"commitment is {commitment!r}, and {person}, who commits, is the person's seat; "
                "drop it, or take another `seat`."
            )
        policies, others = _others(problem, players, None, person)
        matchup = Matchup(problem, person, Part.COMMITS, None, policies, others)
        matchup.check()
        return matchup
    if commitment == NOTHING:
        point = None
    elif run is not None:
        point = from_run
    elif commitment is not None:
        point = problem.pre_policies.parse(commitment)
    elif players is not None:
        point = from_run
    else:
        point = _best(problem)
    if point is None:
        _check_played_without(problem)
    policies, others = _others(problem, players, point, person)
    if against != SCRIPT and not policies:
        raise InvalidArgument(
            f"against is {against!r}, and nobody who learned in that run is left to play against: "
            f"{problem.committed} keeps its commitment, and {person} is the person; drop it, or "
            "take another `seat`."
        )
    part = Part.PLAYS if point is None else Part.ANSWERS
    return Matchup(problem, person, part, point, policies, others)


def folder_of(text: str) -> Path | None:
    """The folder that a text names, if it names one."""
    try:
        return Path(text) if text and Path(text).is_dir() else None
    except (OSError, ValueError):  # too long for a name, or no name at all
        return None


def _check_played_without(problem: CommitmentProblem) -> None:
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


def _best(problem: CommitmentProblem) -> Any:
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


def _others(
    problem: CommitmentProblem, players: Responder | Players | None, point: Any, person: str
) -> tuple[BatchPolicies, tuple[str, ...]]:
    """Who plays for the other learners, and who all the others are, a sentence each."""
    words = []
    setup, seated = problem.setup(), True
    if point is None and person != problem.committed:
        free = problem.free_play(np.random.default_rng(0))
        setup, seated = free.setup, bool(free.setup.committed)  # else all have been seated
        if seated:
            do, would = ("do", "they") if " and " in problem.committed else ("does", "it")
            words.append(f"{problem.committed} {do} what {would} would without a commitment.")
        else:
            words.append(f"{free.caption.partition(': ')[2] or free.caption}.")
    names = [a for a in problem.learners if a != person and a not in setup.fixed and seated]
    policies: BatchPolicies = {}
    if names:
        verb = "answers" if len(names) == 1 else "answer"
        source = make_responder("exact", problem) if players is None else players
        try:
            own = source.policies(point)
        except ScgError:
            words.append(f"Nobody has solved this game: {_listed(names)} {verb} at random.")
        else:
            policies = {agent: own[agent] for agent in names}
            how = "as well as possible" if players is None else "as the run has learned to"
            words.append(f"{_listed(names)} {verb} {how}.")
    still = [agent for agent in setup.fixed if agent != person and seated]
    if still:
        words.append(f"{_listed(still)} follow{'s' * (len(still) == 1)} a rule of the game.")
    return policies, tuple(words)


def _against_population(
    scenario: Scenario, seat: str | None, commitment: str | None, against: str
) -> Matchup:
    """A repeated game of two, in which the other is an automaton and nobody commits."""
    from ...agents.populations.automata import AutomatonResponder

    if against.endswith(CAUTIOUS):
        plain = against.removesuffix(CAUTIOUS)
        raise InvalidArgument(f"{against!r} is a way to judge, and plays as {plain!r}; take that.")
    if "pre_policy" in scenario.options or scenario.scheme is not None:
        raise InvalidArgument(
            f"pre_policy is given, and against {against!r} nobody commits; drop it."
        )
    if commitment not in (None, NOTHING):
        raise InvalidArgument(
            f"commitment is {commitment!r}, and against {against!r} nobody commits; drop it."
        )
    problem = scenario.problem()
    responder = make_responder(against, problem)
    assert isinstance(responder, AutomatonResponder)
    person = problem.committed
    if seat not in (None, person):
        raise UnknownName("seat", seat, [person], f"{against} answers as {problem.learners[0]}.")
    game: Any = problem.setup().env.unwrapped
    rounds = game.repetition.rounds
    average = None
    if game.repetition.discount == 1:
        form = game.game.form
        average = rounds * responder.best_against(form.payoffs[game.game.agent(person)])
    other = problem.learners[0]
    return Matchup(
        problem,
        person,
        Part.PLAYS,
        None,
        {other: responder.policies(None)[other]},
        (f"{other} is {against}: {AUTOMATA[against]}.",),
        best_play=average,
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
