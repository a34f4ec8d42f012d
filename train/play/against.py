"""Opponents that are no part of the game: a population or strategy, and a language model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...agents import make_responder
from ...agents.language import Client
from ...agents.populations import AUTOMATA, CAUTIOUS
from ...agents.responders.names import responders_of
from ...core.errors import InvalidArgument, UnknownName
from ...core.scenario import Scenario
from .matchup import Matchup, Part, check_seat
from .models import MODEL, Models
from .others import NOTHING, best_known, check_played_without, folder_of, listed, others_of
from .page import told_of


def against_population(
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
    if against not in responders_of(problem):
        raise InvalidArgument(
            f"against is {against!r}, which plays repeated games of two players with two actions "
            f"each, and {problem.game} is none as it is set here; take `rounds` where it has them, "
            f"or play against: script, {MODEL}, or the folder of a run."
        )
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


def against_model(
    scenario: Scenario, seat: str | None, commitment: str | None, client: Client
) -> Matchup:
    """The others' seats are a language model's; if nothing is said, the person commits."""
    problem = scenario.problem()
    if seat is None and commitment is None and len(problem.learners) == 1:
        seat = problem.committed
    person = check_seat(problem, seat)
    point, part = None, Part.PLAYS
    models = [agent for agent in problem.learners if agent != person]
    if commitment == NOTHING:
        check_played_without(problem)
        free = problem.free_play(np.random.default_rng(0)).setup
        if not free.committed:  # a game in which everybody has a seat, or nothing to play for
            game, idle = problem.bare_game()
            models = [agent for agent in game.possible_agents if agent not in {person, *idle}]
        elif person == problem.committed:
            raise InvalidArgument(
                f"commitment is {NOTHING!r}, and {person} does nothing in {problem.game} but by "
                "a commitment; drop it, and announce one."
            )
    elif person == problem.committed:
        if commitment is not None:
            raise InvalidArgument(
                f"commitment is {commitment!r}, and {person}, who commits, is the person's seat; "
                "drop it, or take another `seat`."
            )
        part = Part.COMMITS
    else:
        part = Part.ANSWERS
        run = None if commitment is None else folder_of(commitment)
        if run is not None:
            raise InvalidArgument(
                f"commitment is the run in {run}, whose models play, and against is {MODEL!r}; "
                "name one of them, or the commitment itself."
            )
        point = (
            best_known(problem) if commitment is None else problem.pre_policies.parse(commitment)
        )
    if not models:
        raise InvalidArgument(
            f"against is {MODEL!r}, and nobody is left in {problem.game} for a language model to "
            f"play: {problem.committed} does what it does by its commitment, and {person} is the "
            f"person; take {problem.committed} as `seat`, and a model answers."
        )
    _, others = others_of(problem, None, point, person, set(models))
    verb = "is" if len(models) == 1 else "are each"
    words = (*others, f"{listed(models)} {verb} played by a language model, {client.model}.")
    matchup = Matchup(problem, person, part, point, {}, words)
    matchup.check()
    title, intro, rules = told_of(matchup)
    told = "\n\n".join(text for text in (f"{title}. {intro}", rules) if text)
    return replace(matchup, models=Models(client, tuple(models), told))
