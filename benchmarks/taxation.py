"""How fast taxation runs: workers' years per second, in batches and in closed form.

In a step of the batched view one worker chooses its hours for a year; an episode is all workers'
years, and resets are included. The closed form answers a million workers in one call.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scg_envs.games.taxation.rules import TaxRules
from scg_envs.games.taxation.supply import lognormal, supply
from scg_envs.games.taxation.vector import TaxVectorEnv

from .harness import BATCH, Case, at_random

WORKERS = 1_000_000


def cases() -> Iterator[Case]:
    """Three brackets and seven, and a million workers."""
    yield batched("three")
    yield batched("seven")
    yield closed_form()


def batched(layout: str, steps: int = 160) -> Case:
    """The workers' batched view."""
    env = TaxVectorEnv(BATCH, layout, autoreset_mode="SameStep")
    env.reset(seed=0)
    return at_random(f"taxation/{layout}", env, 1, env.rules.levels + 2, steps)


def closed_form() -> Case:
    """The hours of a million workers under three brackets."""
    rules = TaxRules()
    skills, rates = lognormal(80.0, 0.5, WORKERS), np.array(rules.rates)

    def run() -> int:
        supply(skills, rates, rules.edges)
        return WORKERS

    return Case("taxation/closed_form", run, batch=WORKERS)
