"""What a network and invariance across environments find where the linear model is misled."""

from __future__ import annotations

from typing import Any

import numpy as np

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.preference.held_out import held_out
from scg_envs.train.preference.people import people_of
from scg_envs.train.preference.values import estimate

from .designs import OTHERS, truth_of

NUMBER = 500  # comparisons of randomised pairs
LENGTHS: dict[str, dict[str, float]] = {
    "lengths do not matter": {},
    "middling lengths please": {"middle": 1.0, "longer": 15.0},
}
SITES: dict[str, dict[str, Any]] = {
    "sites differ": {"gaze": 4.0},
    "sites differ, length sways too": {"gaze": 4.0, "longer": 15.0, "dislike": -1.0},
    "sites are alike": {"gaze": 4.0, "alike": True},
    "hidden covariate, sites differ": {"design": "hidden"},
    "hidden covariate, sites are alike": {"design": "hidden", "alike": True},
}


def network(game: str, seeds: int) -> list[dict[str, Any]]:
    """How often the best outcome is found, how far values are off, and the held-out log loss."""
    rows = []
    for people_are, settings in LENGTHS.items():
        people = people_of(game, **settings)
        for model in ("features", "network"):
            best, off, loss = 0, [], []
            for seed in range(seeds):
                data = people.compare(NUMBER, seed=seed)
                found = estimate(data, model, resamples=0)
                best += found.best == people.best
                off.append(float(np.abs(found.values - truth_of(people, data)).max()))
                apart = held_out(data, model, "none", seed=seed)
                assert apart is not None
                loss.append(apart.randomised)
            rows.append(
                {
                    "people": people_are,
                    "model": model,
                    "right": best,
                    "off": float(np.mean(off)),
                    "loss": float(np.mean(loss)),
                    "of": seeds,
                }
            )
    return rows


def invariance(game: str, seeds: int) -> list[dict[str, Any]]:
    """Where three sites ask: who finds the best outcome, and whose intervals hold the truth."""
    rows = []
    for people_are, settings in SITES.items():
        people = people_of(game, sites=3, **settings)
        naive, right, refused, held, width = 0, 0, 0, [], []
        for seed in range(seeds):
            data = people.compare(OTHERS, seed=seed)
            naive += estimate(data, resamples=0).best == people.best
            try:
                found = estimate(data, adjust="invariance", resamples=60, seed=seed)
            except InvalidArgument:
                refused += 1
                continue
            right += found.best == people.best
            truth = truth_of(people, data)
            held.append(((found.low <= truth) & (truth <= found.high)).mean())
            width.append((found.high - found.low).mean())
        rows.append(
            {
                "people": people_are,
                "naive": naive,
                "right": right,
                "refused": refused,
                "held": float(np.mean(held)) if held else None,
                "width": float(np.mean(width)) if width else None,
                "of": seeds,
            }
        )
    return rows
