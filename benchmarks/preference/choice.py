"""How many pairs have to be asked for a commitment's regret, if they are chosen or drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from scg_envs.train.preference.asking import STEP, WAYS, ask, needed
from scg_envs.train.preference.commitments import commitments_of
from scg_envs.train.preference.people import people_of

PAIRS = 200
AT = (50, 100, 150, PAIRS)
FEW = 20  # seeds, of the line that is of few


def choice(game: str, seeds: int) -> list[dict[str, Any]]:
    """The mean regret after so many random pairs, and the chosen ones that come to no more."""
    rows = []
    for model in ("features", "pairs"):
        each = regrets(game, seeds, model)
        for number, at in ((FEW, PAIRS), *((seeds, at) for at in AT)):
            mean = {way: each[way][:number].mean(axis=0) for way in WAYS}
            least = float(mean["random"][at // STEP])
            steps = needed(mean["chosen"], least)
            rows.append(
                {
                    "model": model,
                    "random pairs": at,
                    "regret": least,
                    "chosen pairs": None if steps is None else steps * STEP,
                    "of": number,
                }
            )
    return rows


def regrets(game: str, seeds: int, model: str = "features") -> dict[str, np.ndarray]:
    """(seeds, PAIRS // STEP + 1) the regret by the number of pairs, of each way of asking."""
    people, known = people_of(game), commitments_of(game)
    return {
        way: np.array([ask(people, known, way, PAIRS, model=model, seed=k) for k in range(seeds)])
        for way in WAYS
    }
