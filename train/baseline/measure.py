"""P(Y=y) without intervention, as independent learners reach it over seeds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...checks import check_whole
from ...errors import UnknownName
from ...external.copies import Copy, Seat, Setup
from ...external.play import play
from ...extras import require
from ...problem import Acts, Before, CommitmentProblem

ALGORITHMS = ("ippo",)
STEPS = 100_000
SEEDS = 5
EPISODES = 500
_STREAM = 0xBA5E


@dataclass(frozen=True)
class Baseline:
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
        p_sampled_per_seed: the same where their actions are sampled, as in training.
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
    p_per_seed: Sequence[float]
    p_sampled_per_seed: Sequence[float]
    utility_per_seed: Mapping[str, Sequence[float]]
    p_before: float | None
    p_before_bounds: tuple[float | None, float | None]
    p_before_reason: str
    env_steps: int
    wall_seconds: float

    @property
    def p(self) -> float:
        """The mean of P(Y=y) over seeds, by the deterministic policies."""
        return float(np.mean(self.p_per_seed))

    @property
    def p_sampled(self) -> float:
        """The same by the sampled ones."""
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


def check_baseline(
    problem: CommitmentProblem, algorithm: str, seeds: int, steps: int, episodes: int
) -> None:
    """Find mistakes before anything is trained or written.

    Args:
        problem: whose game it is.
        algorithm: one of `ALGORITHMS`.
        seeds: how many.
        steps: environment steps for each agent.
        episodes: to play with the final policies of each seed.

    Raises:
        UnknownName: no such algorithm.
        InvalidArgument: a number out of its range, or a game that independent learners cannot play.
        MissingExtra: Stable-Baselines3 is not installed.
    """
    if algorithm not in ALGORITHMS:
        raise UnknownName("algorithm", algorithm, ALGORITHMS)
    for name, value in {"seeds": seeds, "steps": steps, "episodes": episodes}.items():
        check_whole(name, value, 1)
    problem.bare_game()
    require("training a baseline", "stable_baselines3")


def train_baseline(
    problem: CommitmentProblem,
    *,
    algorithm: str = "ippo",
    seeds: Sequence[int] = tuple(range(SEEDS)),
    steps: int = STEPS,
    episodes: int = EPISODES,
    options: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Baseline:
    """Train independent learners on the bare game, once for each seed, and see what they do.

    Args:
        problem: whose game it is; who would commit in it does not matter.
        algorithm: one of `ALGORITHMS`.
        seeds: one run each.
        steps: environment steps for each agent.
        episodes: to play with the final policies of each seed.
        options: the game's own settings, to be recorded.
        folder: where to write `seedN/AGENT.zip`; nothing is written if None.

    Raises:
        UnknownName: no such algorithm.
        InvalidArgument: a number out of its range, or a game that independent learners cannot play.
        MissingExtra: Stable-Baselines3 is not installed.
    """
    check_baseline(problem, algorithm, len(seeds), steps, episodes)
    from .ippo import IndependentPPO

    def make() -> Setup:
        game, fixed = problem.bare_game()
        return Setup(game, problem.judged_by, fixed)

    started = time.perf_counter()
    table = _Table(make, episodes)
    env_steps = 0
    rows: list[tuple[float, float, dict[str, float]]] = []
    for seed in seeds:
        learners = IndependentPPO(make, seed=seed, steps=steps)
        learners.learn()
        p, utility = table.play(learners.acts(sampled=False))
        p_sampled, _ = table.play(learners.acts(sampled=True))
        rows.append((p, p_sampled, utility))
        env_steps += learners.env_steps
        if folder is not None:
            learners.save(folder / f"seed{seed}")
    before: Before = problem.before()
    return Baseline(
        game=problem.game,
        layout=problem.layout or None,
        options=dict(options or {}),
        desirable=problem.desirable,
        algorithm=algorithm,
        steps=steps,
        seeds=list(seeds),
        episodes=episodes,
        agents=list(learners.models),
        p_per_seed=[p for p, _, _ in rows],
        p_sampled_per_seed=[p for _, p, _ in rows],
        utility_per_seed={
            agent: [utility[agent] for _, _, utility in rows] for agent in rows[0][2]
        },
        p_before=before.p,
        p_before_bounds=(before.low, before.high),
        p_before_reason=before.reason,
        env_steps=env_steps,
        wall_seconds=round(time.perf_counter() - started, 3),
    )


class _Table:
    """Where final policies play: the same episodes for all of them."""

    def __init__(self, make: Any, episodes: int) -> None:
        from .ippo import GAMES

        self._copies = [Copy(make) for _ in range(min(GAMES, episodes))]
        np_random = np.random.default_rng(_STREAM)
        seeds = np_random.integers(2**31, size=episodes).tolist()
        self._episodes = [(seed, None) for seed in seeds]

    def play(self, acts: Acts) -> tuple[float, dict[str, float]]:
        """P(Y=y), and the mean returns."""
        seats = [Seat(self._copies[0].env, agent) for agent in acts]
        played = play(self._copies, seats, acts, self._episodes)
        returns = {agent: float(values.mean()) for agent, values in played.returns.items()}
        return float(played.attained.mean()), returns
