"""By design and adjustment: which outcome a search by learned values ends at, what bounds hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from scg_envs.core.desirable import Desirable
from scg_envs.core.scenario import make_scenario
from scg_envs.train.preference.bounds import CONFIDENCE, bounds_of
from scg_envs.train.preference.comparisons import Comparisons
from scg_envs.train.preference.graph import identify
from scg_envs.train.preference.people import People, people_of
from scg_envs.train.preference.values import estimate
from scg_envs.train.search import search

RANDOMISED, OTHERS = 200, 1000  # comparisons
ADJUSTED = ("weights", "covariates", "doubly_robust")


def designs(game: str, seeds: int) -> list[dict[str, Any]]:
    """How often searches by learned values end at the outcome that is best in truth."""
    rows = []
    for design, number in (("randomised", RANDOMISED), ("confounded", OTHERS), ("logged", OTHERS)):
        people = people_of(game, design=design)
        allowed = identify(people.compare(number, seed=0)).adjustments
        for adjust in ("none", *ADJUSTED):
            if adjust == "none" or (adjust in allowed and design != "randomised"):
                ends = [ends_right(game, people, number, adjust, seed) for seed in range(seeds)]
                rows.append({"design": design, "adjust": adjust, "right": sum(ends), "of": seeds})
    return rows


def ends_right(game: str, people: People, number: int, adjust: str, seed: int) -> bool:
    """Whether a search by learned values ends at the outcome that is best in truth, exactly."""
    data = people.compare(number, seed=seed)
    covariates = identify(data).covariates or ()
    found = estimate(data, "features", adjust, covariates=covariates, resamples=0)
    values = dict(zip(found.outcomes, found.values.tolist(), strict=True))
    result = search(game, desirable=str(Desirable(values)), seed=seed, evaluations=64, batch=16)
    problem = make_scenario(game, desirable=people.best).problem()
    point = problem.pre_policies.point(result.pre_policy_point)
    return bool(problem.solver.p(np.array([point]))[0] > 0.5)


def hidden(game: str, seeds: int) -> list[dict[str, Any]]:
    """How often the check says that nothing is identified, and the bounds hold the truth."""
    people = people_of(game, design="hidden")
    unidentified, held, width = 0, 0, []
    for seed in range(seeds):
        data = people.compare(OTHERS, seed=seed)
        unidentified += not identify(data).identified
        found, truth = bounds_of(data), truth_of(people, data)
        held += bool(((found.surely_low <= truth) & (truth <= found.surely_high)).all())
        width.append(float((found.surely_high - found.surely_low).mean()))
    return [
        {
            "not identified": unidentified,
            "held": held,
            "of": seeds,
            "confidence": CONFIDENCE,
            "width": float(np.mean(width)),
        }
    ]


def truth_of(people: People, data: Comparisons) -> np.ndarray:
    """(K,) the values in truth."""
    return np.array([people.truth[outcome] for outcome in data.outcomes])


def coverage(game: str, samples: int) -> list[dict[str, Any]]:
    """How often 90 % intervals hold the value in truth, over outcomes and samples."""
    rows = []
    for design, number, adjustments in (
        ("randomised", RANDOMISED, ("none",)),
        ("confounded", OTHERS, ADJUSTED),
    ):
        people = people_of(game, design=design)
        for model in ("features", "pairs"):
            for adjust in adjustments:
                held = []
                for seed in range(samples):
                    data = people.compare(number, seed=1000 + seed)
                    names = () if adjust == "none" else ("novice",)
                    found = estimate(data, model, adjust, covariates=names, seed=seed)
                    truth = truth_of(people, data)
                    held.append(((found.low <= truth) & (truth <= found.high)).mean())
                rows.append(
                    {
                        "model": model,
                        "adjust": adjust,
                        "held": float(np.mean(held)),
                        "of": samples * len(people.outcomes),
                    }
                )
    return rows
