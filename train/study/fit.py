"""A follower fitted to a study: what its people did under the commitment, to commit against.

In repeated games of two players with two actions it is a rule of the last round
(`scg_envs.agents.populations.fitted`); where whoever answers acts once, and always sees the same,
it is how often each action was taken after the announcement (`populations.rates`). All finished
trials with the commitment count but practice, also those of people who left. Trials without it
stand beside: they are no answers to a commitment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.populations.fitted import CASES, Card, Fit
from ...agents.populations.rates import Rates, answers, rules_of
from ...agents.seats import Turn
from ...core.errors import InvalidArgument
from ...games.matrix.strategies import Payoffs
from .course import Trial
from .games import Games
from .tables import Person

_FEW = 5  # choices of a case, of which little is known
_TIED = 1e-9


def turns_of(games: Games, trial: Trial) -> Iterator[tuple[Turn, int]]:
    """What a person was asked in a trial, and what it did: the trial is played again."""
    session = games.play(trial.kind)
    for number, option in enumerate(trial.moves):
        assert session.turn is not None
        yield session.turn, option
        session.move(number, option)


def observed(seen: Any) -> bytes:
    """An observation, as what two that are equal have in common."""
    if isinstance(seen, Mapping):
        return b"".join(name.encode() + observed(seen[name]) for name in sorted(seen))
    if isinstance(seen, tuple):
        return b"".join(observed(part) for part in seen)
    return np.asarray(seen).tobytes()


def last_round(turn: Turn) -> int:
    """The number of the last joint action in a repeated matrix game and one; 0 at first."""
    seen = turn.observation
    return int(np.ravel(seen["observation"] if isinstance(seen, Mapping) else seen)[0])


def fit_follower(people: list[Person], games: Games) -> Card:
    """The follower of a study, with its card.

    Raises:
        InvalidArgument: none can be fitted: nobody has answered yet, several answer, or whoever
            answers acts in more situations than are told apart here.
    """
    problem, person = games.committed.problem, games.committed.person
    if problem.learners != (person,):
        raise InvalidArgument(
            f"{', '.join(problem.learners)} answer in {problem.game}, and people were {person} "
            "alone; a follower is fitted where one answers."
        )
    own = {kind: _trials(people, kind) for kind in (True, False)}
    if not own[True]:
        raise InvalidArgument("nobody has finished a trial with the commitment yet.")
    n = sum(any(trial in own[True] for trial, _ in one.trials) for one in people)
    if problem.takes_automata:
        return _by_last_round(games, own, n)
    return _by_rates(games, own, n)


def _trials(people: list[Person], committed: bool) -> list[Trial]:
    """All finished trials of a kind but practice."""
    kinds = (trial for one in people for trial, _ in one.trials if not trial.kind.practice)
    return [trial for trial in kinds if trial.kind.committed is committed]


def _card(games: Games, n: int, how: str, cannot: tuple[str, ...], **fits: Any) -> Card:
    committed, problem = games.committed, games.committed.problem
    told = f"{problem.committed} {problem.pre_policies.describe(committed.point)}"
    return Card(
        name="follower",
        summary=f"{n} people as they answered {problem.committed}'s commitment, fitted {how}",
        source=f"the study {games.study.title!r}, in which it was announced: {told}",
        licence="the study's own",
        fitted=f"counts of actions {how} under the commitment, practice left out; each chance has "
        "Jeffreys' prior, and stands at its posterior mean",
        cannot=(
            *cannot,
            "how people differ: their choices are pooled, and each counts as if it were another "
            "person's, so that intervals are too narrow where people differ",
        ),
        **{"fits": {}, **fits},
    )


def _by_last_round(games: Games, own: Mapping[bool, list[Trial]], n: int) -> Card:
    problem: Any = games.committed.problem
    game, person = problem.env.game, games.committed.person
    seat = game.agent(person)
    counts = np.zeros((len(CASES), 2), dtype=np.int64)
    for trial in own[True]:
        for turn, option in turns_of(games, trial):
            counts[_case(last_round(turn), seat), option] += 1
    payoffs = Payoffs.of(game.form.payoffs, seat)
    first, second = game.form.actions[seat]
    fit = Fit(problem.game, (first, second), payoffs.own, counts, n, "people", payoffs.other)
    few = [case for case, seen in zip(CASES, counts.sum(axis=1), strict=True) if seen < _FEW]
    cannot = ["what they do after another announcement: the same rule is taken to hold there"]
    if few:
        cannot.append(f"much about what was seen less than {_FEW} times: {', '.join(few)}")
    return _card(games, n, "by the last round", tuple(cannot), fits={problem.game: fit})


def _case(latest: int, seat: int) -> int:
    """Which of `CASES` a last joint action is, from a player's side."""
    if latest == 0:
        return 0
    actions = divmod(latest - 1, 2)
    return 1 + 2 * actions[seat] + actions[1 - seat]


def _by_rates(games: Games, own: Mapping[bool, list[Trial]], n: int) -> Card:
    committed = games.committed
    problem, person = committed.problem, committed.person
    asked = {kind: [list(turns_of(games, trial)) for trial in own[kind]] for kind in own}
    turn = _one_situation(asked[True])
    if turn is None:
        raise InvalidArgument(
            f"{person} acts more than once in a trial of {problem.game}, or in several situations; "
            "a follower is fitted where it acts once and sees the same each time, or in repeated "
            "games of two players with two actions."
        )
    places = list(turn.legal)
    found = answers(problem, person, places, np.asarray([committed.point]))
    paid = np.array([(one.follower_utility or {})[person][0] for one in found])
    told = str(problem.pre_policies.label(committed.point))
    free = _one_situation(asked[False])
    rates = Rates(
        game=str(problem.game),
        rules=rules_of(problem),
        follower=person,
        actions=tuple(turn.actions[place] for place in places),
        announced={told: _counts(asked[True], places)},
        free=None if free is None or list(free.legal) != places else _counts(asked[False], places),
        best={told: paid >= paid.max() - _TIED},
        n=n,
    )
    cannot = ("what they do after another announcement: there the prior is all that is known",)
    return _card(games, n, "by what was announced", cannot, rates={rates.game: rates})


def _one_situation(asked: list[list[tuple[Turn, int]]]) -> Turn | None:
    """What everybody was asked who was asked the same once; None where that is not so."""
    if not asked or any(len(one) != 1 for one in asked):
        return None
    turns = [one[0][0] for one in asked]
    alike = len({(observed(turn.observation), turn.legal) for turn in turns}) == 1
    return turns[0] if alike else None


def _counts(asked: list[list[tuple[Turn, int]]], places: list[int]) -> NDArray[np.int64]:
    """(K,) how often each action was taken."""
    taken = [option for one in asked for _, option in one]
    return np.array([taken.count(place) for place in places], dtype=np.int64)
