"""How often what people want is learned, by design and adjustment, beside their truth.

    python -m benchmarks.preference --seeds 20            who ends where, and what bounds hold
    python -m benchmarks.preference --recovery 200        how often randomised pairs tell the best
    python -m benchmarks.preference --coverage 100        how often 90 % intervals hold the truth
    python -m benchmarks.preference --types 20            how well two types are told apart


Simulated people as `scg preferences simulate` has them by default: 200 randomised comparisons, 1000
of each other design, one each person. A search ends right if the outcome that is best in truth is
what its pre-policy comes to, exactly.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from scg_envs.core.scenario import make_scenario
from scg_envs.train.preference.bounds import bounds_of
from scg_envs.train.preference.comparisons import Comparisons
from scg_envs.train.preference.graph import identify
from scg_envs.train.preference.model import MODELS
from scg_envs.train.preference.people import People, people_of
from scg_envs.train.preference.types import adjusted_rand, find_types
from scg_envs.train.preference.values import estimate
from scg_envs.train.search import search

GAMES = ("barrier", "household", "stag_hunt")
ADJUSTED = ("weights", "covariates", "doubly_robust")
RANDOMISED, OTHERS = 200, 1000


def main(argv: Sequence[str] | None = None) -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--games", nargs="+", default=GAMES)
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--recovery", type=int, default=0)
    parser.add_argument("--coverage", type=int, default=0)
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--types", type=int, default=0)
    given = parser.parse_args(argv)
    if given.seeds:
        for game in given.games:
            _recovery(game, given.seeds)
            _bounds(game, given.seeds)
    if given.recovery:
        for game in given.games:
            people, number = people_of(game), given.recovery
            best = [
                estimate(people.compare(RANDOMISED, seed=2000 + seed), resamples=0).best
                for seed in range(number)
            ]
            told = sum(one == people.best for one in best)
            print(f"{game:10} randomised {RANDOMISED:5} best outcome {told}/{number}", flush=True)
    if given.types:
        for game in given.games:
            _types(game, given.types)
    if given.coverage:
        for game in given.games:
            _coverage(game, given.coverage, given.models)


def _recovery(game: str, seeds: int) -> None:
    """How often searches by learned values end at the outcome that is best in truth."""
    for design, number in (("randomised", RANDOMISED), ("confounded", OTHERS), ("logged", OTHERS)):
        people = people_of(game, design=design)
        truth = make_scenario(game, desirable=people.best).problem().solver
        for adjust in ("none", *ADJUSTED):
            learned, ended = 0, 0
            for seed in range(seeds):
                data = people.compare(number, seed=seed)
                found = identify(data)
                if adjust not in ("none", *found.adjustments):
                    break
                values = _values(data, adjust, found.covariates or ())
                learned += max(values, key=lambda outcome: values[outcome]) == people.best
                desirable = f"values:{_json(values)}"
                result = search(game, desirable=desirable, seed=seed, evaluations=64, batch=16)
                point = _point(result.pre_policy_point, game)
                ended += bool(truth.p(np.array([point]))[0] > 0.5)
            else:
                print(
                    f"{game:10} {design:10} {number:5} by {adjust:13} best outcome "
                    f"{learned}/{seeds}, "
                    f"search ends at it {ended}/{seeds}",
                    flush=True,
                )


def _values(data: Comparisons, adjust: str, covariates: tuple[str, ...]) -> dict[str, float]:
    found = estimate(data, "features", adjust, covariates=covariates, resamples=0)
    return dict(zip(found.outcomes, found.values.tolist(), strict=True))


def _json(values: dict[str, float]) -> str:
    import json

    return json.dumps(values)


def _point(label: object, game: str) -> int:
    """The number of a pre-policy from its label."""
    space = make_scenario(game).problem().pre_policies
    labels = [space.label(point) for point in range(space.size)]  # type: ignore[attr-defined]
    return labels.index(label)


def _bounds(game: str, seeds: int) -> None:
    """How often the check says that nothing is identified, and the bounds hold the truth."""
    people = people_of(game, design="hidden")
    unidentified, held, width = 0, 0, []
    for seed in range(seeds):
        data = people.compare(OTHERS, seed=seed)
        unidentified += not identify(data).identified
        found, truth = bounds_of(data), _truth(people, data)
        held += bool(((found.surely_low <= truth) & (truth <= found.surely_high)).all())
        width.append(float((found.surely_high - found.surely_low).mean()))
    print(
        f"{game:10} hidden     {OTHERS:5} not identified {unidentified}/{seeds}, bounds hold the "
        f"truth {held}/{seeds}, mean width {np.mean(width):.2f}",
        flush=True,
    )


def _truth(people: People, data: Comparisons) -> np.ndarray:
    return np.array([people.truth[outcome] for outcome in data.outcomes])


def _types(game: str, seeds: int) -> None:
    """How well two types in equal shares are told apart, at 500 comparisons."""
    people = people_of(game, novices=0.5)
    for number, each in ((25, 20), (50, 10)):
        agree, several = [], 0
        for seed in range(seeds):
            data = people.compare(number, each, seed=seed)
            novice = {row.person: int(row.covariates["novice"]) for row in data.rows}
            found = find_types(data, 2, resamples=0, seed=seed)
            truth = np.array([novice[name] for name in sorted(novice)])
            agree.append(adjusted_rand(truth, found.members.argmax(axis=1)))
            several += found.bic < find_types(data, 1, resamples=0).bic
        enough = np.mean(np.array(agree) >= 0.8)
        print(
            f"{game:10} randomised {number} people x {each}: adjusted Rand index "
            f"{np.mean(agree):.2f} ({enough:.0%} at .8 or more), BIC finds two {several}/{seeds}",
            flush=True,
        )


def _coverage(game: str, seeds: int, models: Sequence[str]) -> None:
    """How often intervals hold the value in truth, over outcomes and seeds."""
    for design, number, adjustments in (
        ("randomised", RANDOMISED, ("none",)),
        ("confounded", OTHERS, ADJUSTED),
    ):
        people = people_of(game, design=design)
        for model in models:
            for adjust in adjustments:
                held = []
                for seed in range(seeds):
                    data = people.compare(number, seed=1000 + seed)
                    names = () if adjust == "none" else ("novice",)
                    found = estimate(data, model, adjust, covariates=names, seed=seed)
                    truth = _truth(people, data)
                    held.append(((found.low <= truth) & (truth <= found.high)).mean())
                print(
                    f"{game:10} {design:10} {number:5} {model:8} by {adjust:13} 90 % intervals "
                    f"hold {np.mean(held):.3f} of {seeds} x {len(people.outcomes)}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
