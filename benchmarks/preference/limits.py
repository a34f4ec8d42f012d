"""What randomised pairs and types tell, beside the most that anybody could tell of them.

The most is told by whoever knows all that was simulated but the thing asked: of outcomes, every
number but which outcome is liked best and which is its rival; of types, every number of both, but
not who is of which. Bayes' rule, from a uniform prior, then makes the fewest mistakes on average.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scg_envs.train.preference.comparisons import Comparisons
from scg_envs.train.preference.people import People, people_of
from scg_envs.train.preference.types import adjusted_rand, find_types
from scg_envs.train.preference.values import estimate

from .designs import RANDOMISED


def recovery(game: str, samples: int) -> list[dict[str, Any]]:
    """How often the best outcome is found of randomised pairs, and could be."""
    people = people_of(game)
    roles = list(permutations(people.outcomes, 2))
    found, most = [], []
    for seed in range(samples):
        data = people.compare(RANDOMISED, seed=2000 + seed)
        found.append(estimate(data, resamples=0).best == people.best)
        log = np.array([_log_likelihood(People(people.outcomes, *one), data) for one in roles])
        chances = np.exp(log - log.max())
        likely = {
            outcome: sum(p for p, one in zip(chances, roles, strict=True) if one[0] == outcome)
            for outcome in people.outcomes
        }
        most.append(max(likely, key=lambda outcome: likely[outcome]) == people.best)
    values = {"best": people.truth[people.best], "rival": people.truth[people.rival]}
    return [{"found": sum(found), "most": sum(most), "of": samples, **values}]


def _log_likelihood(people: People, data: Comparisons) -> float:
    """Of answers, each by another person."""
    share = np.array([1 - people.novices, people.novices])
    chances = share @ _chances(people, data)
    return float(np.log(np.where(data.won > 0, chances, 1 - chances)).sum())


def _chances(people: People, data: Comparisons) -> NDArray[np.float64]:
    """(2, n) how likely each kind of person prefers the first outcome of each comparison's cell."""
    place = [people.outcomes.index(outcome) for outcome in data.outcomes]
    number = {cell: k for k, cell in enumerate(people.cells)}
    columns = []
    for a, b in data.cells:
        one, other = place[a], place[b]
        p = people.preferred[:, number[min(one, other), max(one, other)]]
        columns.append(p if one < other else 1 - p)
    return np.array(columns).T[:, data.cell]


def types(game: str, samples: int) -> list[dict[str, Any]]:
    """How well two types in equal shares are told apart, and could be, at 500 comparisons."""
    people = people_of(game, novices=0.5)
    rows = []
    for number, each in ((25, 20), (50, 10)):
        agree, most, several = [], [], 0
        for seed in range(samples):
            data = people.compare(number, each, seed=seed)
            novice = {row.person: int(row.covariates["novice"]) for row in data.rows}
            truth = np.array([novice[name] for name in sorted(novice)])
            found = find_types(data, 2, resamples=0, seed=seed)
            agree.append(adjusted_rand(truth, found.members.argmax(axis=1)))
            p = _chances(people, data)
            log = np.zeros((number, 2))
            np.add.at(log, data.person, np.log(np.where(data.won > 0, p, 1 - p)).T)
            most.append(adjusted_rand(truth, log.argmax(axis=1)))
            several += found.bic < find_types(data, 1, resamples=0).bic
        rows.append(
            {
                "people": number,
                "each": each,
                "index": float(np.mean(agree)),
                "most": float(np.mean(most)),
                "enough": int((np.array(agree) >= 0.8).sum()),
                "enough at most": int((np.array(most) >= 0.8).sum()),
                "two by BIC": several,
                "of": samples,
            }
        )
    return rows
