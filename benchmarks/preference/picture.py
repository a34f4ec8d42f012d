"""Draw what misleads a naive model of what people want, and what helps.

    python -m benchmarks.preference.picture

Writes assets/preferences.png, of values, and assets/preferences_commitments.png, of commitments.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("agg")
import matplotlib.pyplot as plt

from scg_envs.train.preference.asking import STEP
from scg_envs.train.preference.bounds import bounds_of
from scg_envs.train.preference.commitments import commitments_of
from scg_envs.train.preference.people import people_of
from scg_envs.train.preference.types import find_types
from scg_envs.train.preference.values import estimate

from .choice import regrets

GAME, SEEDS = "household", 20
ASSETS = Path(__file__).parents[2] / "assets"
BEST, RIVAL = "#1b7837", "#762a83"


def main() -> None:
    """Draw and write."""
    for name, panels in (
        ("preferences.png", (_confounding, _types, _randomising)),
        ("preferences_commitments.png", (_commitments, _kinds, _asking)),
    ):
        figure, axes = plt.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
        for draw, axis in zip(panels, axes, strict=True):
            draw(axis)
        figure.savefig(ASSETS / name, dpi=110)
        print(ASSETS / name)


def _commitments(axis: Any) -> None:
    """The expected value of each commitment, as either model has it, beside the truth."""
    people, known = people_of(GAME, design="confounded"), commitments_of(GAME)
    data = people.compare(1000, seed=0)
    truth = np.array([people.truth[outcome] for outcome in known.outcomes])
    places = np.arange(len(known.names))
    axis.bar(places, known.values(truth), color="#cccccc", width=0.7, label="in truth")
    for adjust, color, shift, label in (
        ("none", "#b2182b", -0.15, "naive"),
        ("doubly_robust", "#2166ac", 0.15, "doubly robust"),
    ):
        found = estimate(data, "features", adjust, covariates=("novice",))
        low, value, high = (known.values(one) for one in (found.low, found.values, found.high))
        axis.errorbar(
            places + shift, value, [value - low, high - value], fmt="o", color=color, label=label
        )
        best = known.best(found.values)
        axis.annotate(
            "chosen", (best + shift, high[best]), (0, 5), textcoords="offset points",
            ha="center", color=color, fontsize=8,
        )  # fmt: skip
    axis.set_xticks(places, known.names)
    axis.set_ylim(0, 1)
    axis.set_ylabel("expected value")
    axis.set_title("Which commitment is chosen, by 1000 comparisons", fontsize=10)
    axis.legend(fontsize=8, loc="lower right")


def _kinds(axis: Any) -> None:
    """What each commitment is worth to either kind of people, and in the mean of all."""
    people, known = people_of(GAME, novices=0.5), commitments_of(GAME)
    groups = {"all": people.truth, **people.types}
    for place, (name, values) in enumerate(groups.items()):
        worth = known.values(np.array([values[outcome] for outcome in known.outcomes]))
        for number, (value, color) in enumerate(zip(worth, (RIVAL, BEST), strict=True)):
            axis.bar(
                place + 0.4 * (number - 0.5), value, 0.38, color=color,
                label=known.names[number] if name == "all" else None,
            )  # fmt: skip
    axis.set_xticks(range(len(groups)), list(groups))
    axis.set_ylim(0, 1)
    axis.set_title("Half of the people are novices", fontsize=10)
    axis.legend(fontsize=8, loc="lower right")


def _asking(axis: Any) -> None:
    """The mean regret by the number of pairs, chosen or drawn."""
    for way, each in regrets(GAME, 2 * SEEDS).items():
        color = "#2166ac" if way == "chosen" else "#b2182b"
        axis.plot(STEP * np.arange(each.shape[1]), each.mean(axis=0), color=color, label=way)
    axis.set_xlabel("pairs")
    axis.set_title(f"Mean regret of the commitment ({2 * SEEDS} seeds)", fontsize=10)
    axis.legend(fontsize=8)


def _confounding(axis: Any) -> None:
    """Values by each adjustment, of one sample, beside the truth; bounds where nothing helps."""
    people = people_of(GAME, design="confounded")
    data = people.compare(1000, seed=0)
    names = ("none", "weights", "covariates", "doubly_robust")
    for place, adjust in enumerate(names):
        found = estimate(data, "features", adjust, covariates=("novice",))
        for outcome, color, shift in ((people.best, BEST, -0.1), (people.rival, RIVAL, 0.1)):
            k = found.outcomes.index(outcome)
            axis.plot([place + shift] * 2, [found.low[k], found.high[k]], color=color, lw=2)
            axis.plot(place + shift, found.values[k], "o", color=color)
    hidden = bounds_of(people_of(GAME, design="hidden").compare(1000, seed=0))
    for outcome, color, shift in ((people.best, BEST, -0.1), (people.rival, RIVAL, 0.1)):
        k = hidden.outcomes.index(outcome)
        axis.plot([4 + shift] * 2, [hidden.low[k], hidden.high[k]], color=color, lw=5, alpha=0.4)
        axis.axhline(people.truth[outcome], color=color, ls=":", label=f"{outcome}, in truth")
    axis.set_xticks(
        range(5), ["naive", "weights", "covariates", "doubly\nrobust", "bounds,\nunobserved"]
    )
    axis.set_title("Novices see the wanted outcome most", fontsize=10)
    axis.set_ylabel("value, 90 % interval")
    axis.legend(fontsize=8, loc="lower left")


def _types(axis: Any) -> None:
    """What two types in equal shares want, beside what all do in the mean."""
    people = people_of(GAME, novices=0.5)
    data = people.compare(25, 20, seed=0)
    types, mean = find_types(data, 2, seed=0), estimate(data)
    groups = (
        ("all", mean.values, mean.low, mean.high),
        *((f"type {k + 1}", types.values[k], types.low[k], types.high[k]) for k in (0, 1)),
    )
    for place, (_, values, low, high) in enumerate(groups):
        for outcome, color, shift in ((people.best, BEST, -0.1), (people.rival, RIVAL, 0.1)):
            k = data.outcomes.index(outcome)
            axis.plot([place + shift] * 2, [low[k], high[k]], color=color, lw=2)
            axis.plot(place + shift, values[k], "o", color=color)
    axis.set_xticks(range(3), [name for name, *_ in groups])
    axis.set_title("Two types in equal shares", fontsize=10)


def _randomising(axis: Any) -> None:
    """How often the best outcome is found, by the number of comparisons."""
    numbers = (50, 100, 200, 400)
    for design, adjust, color, label in (
        ("randomised", "none", BEST, "randomised pairs"),
        ("confounded", "doubly_robust", "#2166ac", "confounded, doubly robust"),
        ("confounded", "none", "#b2182b", "confounded, naive"),
    ):
        people = people_of(GAME, design=design)
        names = ("novice",) if adjust != "none" else ()
        shares = [
            np.mean(
                [
                    estimate(
                        people.compare(number, seed=seed),
                        "features",
                        adjust,
                        covariates=names,
                        resamples=0,
                    ).best
                    == people.best
                    for seed in range(SEEDS)
                ]
            )
            for number in numbers
        ]
        axis.plot(numbers, shares, "o-", color=color, label=label)
    axis.set_xscale("log")
    axis.set_xticks(numbers, [str(number) for number in numbers])
    axis.minorticks_off()
    axis.set_ylim(-0.03, 1.03)
    axis.set_xlabel("comparisons")
    axis.set_title(f"How often the best outcome is found ({SEEDS} seeds)", fontsize=10)
    axis.legend(fontsize=8)


if __name__ == "__main__":
    main()
