"""A matchup from what is typed: whose seat, what is announced, and against whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ...agents import Responder
from ...agents.language import Client
from ...agents.populations import AUTOMATA, CAUTIOUS
from ...core.errors import InvalidArgument, UnknownName
from ...core.scenario import Scenario
from ..report.players import Players
from ..report.run_players import check_known, players_of_run
from .against import against_model, against_population
from .matchup import Matchup, Part, check_seat
from .models import MODEL
from .others import NOTHING, best_known, check_played_without, folder_of, others_of

SCRIPT = "script"


def invite(
    scenario: Scenario,
    *,
    seat: str | None = None,
    commitment: str | None = None,
    against: str = SCRIPT,
    trust: bool = False,
    client: Client | None = None,
) -> Matchup:
    """Who plays whom.

    Args:
        scenario: the game.
        seat: the agent that the person plays; the first that learns if None.
        commitment: what is announced, as a pre-policy is typed; a run's folder, for what it
            recommends; `none` for nothing; the best if None.
        against: `script`, a population's or strategy's name, the folder of a run whose models
            play, or `llm`, a language model.
        trust: whether functions that a folder names are called.
        client: who asks the language model, where one plays.

    Raises:
        UnknownName: no such seat, or nobody of that name to play against.
        InvalidArgument: settings that decide nothing, or do not go together.
        InvalidCommitment: no such pre-policy.
        RunFolderError: no run, or one of another game.
    """
    if against in AUTOMATA:
        return against_population(scenario, seat, commitment, against)
    if against == MODEL:
        if client is None:
            raise InvalidArgument(f"against is {MODEL!r}, and no client asks a model; give one.")
        return against_model(scenario, seat, commitment, client)
    if against != SCRIPT and folder_of(against) is None:
        names = [name for name in AUTOMATA if not name.endswith(CAUTIOUS)]
        hint = "Populations play repeated games; a run's folder is read as such."
        raise UnknownName("opponent", against, [SCRIPT, MODEL, *names], hint)
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
        if players is not None and not _know_all(players):
            raise InvalidArgument(
                f"against is {against!r}, which has a model for each pre-policy and keeps that of "
                f"what it recommends alone, and {person}, who commits, is the person's seat; take "
                "another `seat`, or a run with one model for all, such as ppo's."
            )
        policies, others = others_of(problem, players, None, person)
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
        point = best_known(problem)
    if point is None:
        check_played_without(problem)
    if players is not None:
        check_known(players, point, "commitment", Path(against) if run is None else run)
    policies, others = others_of(problem, players, point, person)
    if against != SCRIPT and not policies:
        raise InvalidArgument(
            f"against is {against!r}, and nobody who learned in that run is left to play against: "
            f"{problem.committed} keeps its commitment, and {person} is the person; drop it, or "
            "take another `seat`."
        )
    part = Part.PLAYS if point is None else Part.ANSWERS
    return Matchup(problem, person, part, point, policies, others)


def _know_all(players: Responder | Players) -> bool:
    """Whether a run's models answer whatever is committed to; two of that stand for all."""
    some = players.problem.pre_policies.spread(2, np.random.default_rng(0))
    return all(map(players.knows, some))
