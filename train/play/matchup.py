"""What a person is invited to play: a game, whose part, what is announced, and against whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np

from ...agents.seats import PatientSeat, PolicySeat, RandomSeat, Seat
from ...core.copies import Copy
from ...core.errors import InvalidArgument, UnknownName
from ...core.policy import BatchPolicies
from ...core.pre_policy import Finite
from ...core.problem import CommitmentProblem
from .models import Models

SILENCE = "nothing was announced"
_STREAM = 0x5EA7  # keeps those at random in the others' seats apart from the game


class Part(Enum):
    """What a person does in the game."""

    ANSWERS = "answers"  # to a commitment that was announced
    PLAYS = "plays"  # nobody commits
    COMMITS = "commits"  # chooses what is announced, and looks on


@dataclass(frozen=True)
class Dealt:
    """An episode that has begun.

    Attributes:
        copy: the game.
        seats: who plays for each agent but the person's and those with fixed policies.
        told: what each agent was told before play; empty where nothing was.
        announcement: what the person was told.
    """

    copy: Copy
    seats: Mapping[str, Seat]
    told: Mapping[str, str]
    announcement: str

    @property
    def patient(self) -> dict[str, PatientSeat]:
        """Those seats that are waited for."""
        return {agent: one for agent, one in self.seats.items() if isinstance(one, PatientSeat)}


@dataclass(frozen=True, eq=False)
class Matchup:
    """Who plays whom.

    Attributes:
        problem: the game and what is wanted of it.
        person: the agent that the person plays.
        part: what the person does.
        point: what is announced to it; None where nothing is.
        policies: who plays for the other learners; at random for those that are left out.
        others: who they are, a sentence each.
        best_play: what the best against them earns on average; None where `best` finds it out.
        models: the others' seats in which a language model sits; None if in none.
    """

    problem: CommitmentProblem
    person: str
    part: Part
    point: Any = None
    policies: BatchPolicies = field(default_factory=dict)
    others: tuple[str, ...] = ()
    best_play: float | None = None
    models: Models | None = None

    def check(self) -> None:
        """See that a page can offer what the person may do.

        Raises:
            InvalidArgument: it cannot: the person commits to one of a continuum, or does not have
                finitely many actions.
        """
        if self.part is Part.COMMITS and not isinstance(self.problem.pre_policies, Finite):
            raise InvalidArgument(
                f"{self.person}'s pre-policies are a continuum, and a page offers finitely many; "
                "take another `pre_policy`, or play another agent by `seat`."
            )

    @cached_property
    def options(self) -> tuple[str, ...]:
        """What a person who commits may announce, in the order of the points."""
        space: Any = self.problem.pre_policies
        return tuple(space.announce(point) for point in range(space.size))

    def deal(
        self, seed: int, point: Any = None, heard: Mapping[str, Sequence[int]] | None = None
    ) -> Dealt:
        """Begin an episode.

        Args:
            seed: decides everything that chance does.
            point: what a person who commits has chosen.
            heard: what those who are waited for have answered in it before, by agent.
        """
        free = None
        if self.part is Part.PLAYS:
            free = self.problem.free_play(np.random.default_rng(seed))
        setup = self.problem.setup() if free is None else free.setup
        modelled = () if self.models is None else self.models.agents
        others = {self.person, *self.policies, *modelled}
        setup = replace(setup, fixed={a: p for a, p in setup.fixed.items() if a not in others})
        copy = Copy(lambda: setup)
        announced = self.point if self.part is Part.ANSWERS else point
        copy.begin(seed, announced if free is None else free.point)
        env: Any = copy.env
        told = dict.fromkeys(env.possible_agents, "")
        if setup.committed and free is None:
            told |= {agent: self._tell(env, agent) for agent in told}
        own = told[self.person]
        if setup.committed:
            # Not what is kept, and not what was shown to others.
            env.say(own or SILENCE, frozenset(env.announced_to(self.person) if own else ()))
            if own and env.scheme.certain:
                self.problem.annotate(env)
        seats: dict[str, Seat] = {}
        for number, agent in enumerate(env.possible_agents):
            if agent == self.person or agent in setup.fixed or agent in setup.committed:
                continue
            if self.models is not None and agent in modelled:
                known = () if heard is None else heard.get(agent, ())
                seats[agent] = self.models.seat(agent, told[agent], seed, known)
            elif agent in self.policies:
                seats[agent] = PolicySeat(self.policies[agent], env, agent, key=seed)
            else:
                seats[agent] = RandomSeat(np.random.default_rng([seed, number, _STREAM]))
        return Dealt(copy, seats, told, own)

    def _tell(self, env: Any, agent: str) -> str:
        """What an agent has been shown of the commitments, in words."""
        shown = env.announced_to(agent)
        return "; ".join(f"{one} {env.parts[one].announce(p)}" for one, p in shown.items())


def default_seat(problem: CommitmentProblem) -> str:
    """Whom a person plays if nobody says: the first agent that learns, in the game's order."""
    order = problem.setup().env.possible_agents
    return next(agent for agent in order if agent in problem.learners)


def check_seat(problem: CommitmentProblem, seat: str | None) -> str:
    """The agent that a person plays.

    Raises:
        UnknownName: nobody that a person can play.
    """
    able = [*problem.learners]
    if problem.committed in problem.setup().env.possible_agents:  # one commits, not several
        able.append(problem.committed)
    if seat is not None and seat not in able:
        raise UnknownName("seat", seat, able)
    return default_seat(problem) if seat is None else seat
