"""Draw what misleads a naive model of what people want, and what helps: assets/preferences.png.

python -m benchmarks.preference_picture
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("agg")
import matplotlib.pyplot as plt

from scg_envs.train.preference.bounds import bounds_of
from scg_envs.train.preference.people import people_of
from scg_envs.train.preference.types import find_types
from scg_envs.train.preference.values import estimate

GAME, SEEDS = "household", 20
PICTURE = Path(__file__).parents[1] / "assets" / "preferences.png"
BEST, RIVAL = "#1b7837", "#762a83"


def main() -> None:
    """Draw and write."""
    figure, axes = plt.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
    _confounding(axes[0])
    _types(axes[1])
    _randomising(axes[2])
    figure.savefig(PICTURE, dpi=110)
    print(PICTURE)


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
