"""What independent learners reached: from one seed, and from all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...core.json_types import OwnNumbers
from ...core.record_form import Chance


@dataclass(frozen=True)
class Reached(OwnNumbers):
    """What the learners of one seed reached.

    Attributes:
        p: P(Y=y) of the final deterministic policies.
        p_sampled: P(Y=y) where their actions are sampled, as in training.
        utility: each agent's mean return by the deterministic policies.
        agents: who learned.
        env_steps: environment steps of all agents.
        wall_seconds: wall time.
    """

    p: Chance
    p_sampled: Chance
    utility: Mapping[str, float]
    agents: Sequence[str]
    env_steps: int
    wall_seconds: float


@dataclass(frozen=True)
class Baseline(OwnNumbers):
    """What learners reached; `baseline.json` holds the same fields.

    Attributes:
        game: the game.
        layout: its layout, if it has several.
        options: its own settings that were given, but for those of commitments.
        desirable: the outcome Y=y.
        algorithm: one of `ALGORITHMS`.
        steps: environment steps for each agent.
        seeds: the seeds.
        episodes: played with the final policies of each seed.
        agents: who learned.
        p_per_seed: P(Y=y) of each seed's final deterministic policies.
        p_sampled_per_seed: P(Y=y) of each seed's final policies, their actions being sampled as in
            training.
        utility_per_seed: each agent's mean return by the deterministic policies.
        p_before: exact, under the problem's selection; None where it is undefined or unknown.
        p_before_bounds: exact, from the worst to the best rational outcome.
        p_before_reason: why `p_before` is None.
        env_steps: environment steps of all agents and seeds.
        wall_seconds: wall time.
    """

    game: str
    layout: str | None
    options: Mapping[str, Any]
    desirable: str
    algorithm: str
    steps: int
    seeds: Sequence[int]
    episodes: int
    agents: Sequence[str]
    p_per_seed: Sequence[Chance]
    p_sampled_per_seed: Sequence[Chance]
    utility_per_seed: Mapping[str, Sequence[float]]
    p_before: Chance | None
    p_before_bounds: tuple[Chance | None, Chance | None]
    p_before_reason: str
    env_steps: int
    wall_seconds: float

    @property
    def p(self) -> float:
        """The mean of P(Y=y) over seeds, by the deterministic policies."""
        return float(np.mean(self.p_per_seed))

    @property
    def p_sampled(self) -> float:
        """The mean of P(Y=y) over seeds, by policies whose actions are sampled."""
        return float(np.mean(self.p_sampled_per_seed))

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)

    def to_summary(self) -> dict[str, Any]:
        """What the report of a search says of it."""
        return {
            "mean": self.p,
            "per_seed": list(self.p_per_seed),
            "sampled_mean": self.p_sampled,
            "sampled_per_seed": list(self.p_sampled_per_seed),
            "algorithm": self.algorithm,
            "seeds": list(self.seeds),
            "steps": self.steps,
        }
