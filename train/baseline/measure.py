"""P(Y=y) without intervention, as independent learners reach it over seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ...core.backends import Backend
from ...core.checkpoint import StateDict
from ...core.checks import check_episodes, check_whole
from ...core.copies import Copy, Seat, Setup
from ...core.errors import UnknownName
from ...core.evaluation import Before
from ...core.extras import require
from ...core.policy import BatchPolicies
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from ...games.external.play import play
from ..run.owner import owned
from .folder import game_options, read_seed, write_seed
from .reached import Baseline, Reached

ALGORITHMS = ("ippo",)
STEPS = 100_000
SEEDS = 5
EPISODES = 500
_STREAM = 0xBA5E


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
    check_whole("seeds", seeds, 1, 10_000)
    check_whole("steps", steps, 1, 10**12)
    check_episodes(episodes)
    problem.bare_game()
    require("training a baseline", "stable_baselines3")


def train_baseline(
    scenario: Scenario,
    *,
    algorithm: str = "ippo",
    seeds: Sequence[int] = tuple(range(SEEDS)),
    steps: int = STEPS,
    episodes: int = EPISODES,
    folder: Path | None = None,
    progress: bool = False,
    backend: Backend | None = None,
) -> Baseline:
    """Train independent learners on the bare game, once for each seed, and see what they do.

    Args:
        scenario: whose game it is; who would commit in it does not matter.
        algorithm: one of `ALGORITHMS`.
        seeds: one run each.
        steps: environment steps for each agent.
        episodes: to play with the final policies of each seed.
        folder: where to write `seedN/` of each seed as it ends; what is finished there is kept and
            not trained again. Nothing is written if None.
        progress: whether a progress bar is shown on standard error.
        backend: where each seed is trained (`scg_envs.core.backends`); here if None.

    Raises:
        RunFolderError: a finished seed there was trained with other settings, or cannot be read.
        UnknownName: no such algorithm.
        InvalidArgument: a number out of its range, or a game that independent learners cannot play.
        MissingExtra: Stable-Baselines3 is not installed.
    """
    problem = scenario.problem()
    check_baseline(problem, algorithm, len(seeds), steps, episodes)
    settings: dict[str, Any] = {
        "game": problem.game,
        "layout": problem.layout or None,
        "options": game_options(scenario.options),
        "desirable": problem.desirable,
        "algorithm": algorithm,
        "steps": steps,
        "episodes": episodes,
    }
    with nullcontext() if folder is None else owned(folder):
        return _train(problem, scenario, settings, seeds, folder, progress, backend)


def _train(
    problem: CommitmentProblem,
    scenario: Scenario,
    settings: dict[str, Any],
    seeds: Sequence[int],
    folder: Path | None,
    progress: bool,
    backend: Backend | None,
) -> Baseline:
    """Train the seeds that a folder, which is owned, does not hold."""
    from .ippo import turns_of

    found: dict[int, Reached] = {}
    if folder is not None:
        kept = {seed: read_seed(folder, seed, settings) for seed in seeds}
        found = {seed: reached for seed, reached in kept.items() if reached is not None}
    missing = [seed for seed in seeds if seed not in found]
    common = {
        "scenario": scenario.bare().to_json(),
        "settings": settings,
        "folder": None if folder is None else str(folder),
    }
    jobs = [{**common, "seed": seed} for seed in missing]
    turns = turns_of(settings["steps"])
    with _bar(problem.game, len(seeds) * turns, len(found) * turns, progress) as bar:
        results = (
            (_train_seed(job, bar.update) for job in jobs)
            if backend is None
            else backend.map(_train_seed, jobs)
        )
        for seed, reached in zip(missing, results, strict=True):
            found[seed] = Reached(**reached)
            if backend is not None:
                bar.update(turns)
            bar.set_postfix_str(f"P {found[seed].p:.3f} from seed {seed}")
    before: Before = problem.solver.before()
    rows = [found[seed] for seed in seeds]
    return Baseline(
        **settings,
        seeds=list(seeds),
        agents=list(rows[0].agents),
        p_per_seed=[row.p for row in rows],
        p_sampled_per_seed=[row.p_sampled for row in rows],
        utility_per_seed={agent: [row.utility[agent] for row in rows] for agent in rows[0].utility},
        p_before=before.p,
        p_before_bounds=(before.low, before.high),
        p_before_reason=before.reason,
        env_steps=sum(row.env_steps for row in rows),
        wall_seconds=round(sum(row.wall_seconds for row in rows), 3),
    )


def _train_seed(job: dict[str, Any], on_turn: Callable[[], object] = lambda: None) -> StateDict:
    """Train one seed, in whatever process, and write it if there is a folder."""
    from .ippo import IndependentPPO

    problem, settings = Scenario.from_json(job["scenario"]).problem(), job["settings"]

    def make() -> Setup:
        game, fixed = problem.bare_game()
        return Setup(game, problem.judged_by, fixed)

    table = _Table(make, settings["episodes"])
    started = time.perf_counter()
    learners = IndependentPPO(make, seed=job["seed"], steps=settings["steps"])
    learners.learn(on_turn)
    p, utility = table.play(learners.policies(sampled=False))
    p_sampled, _ = table.play(learners.policies(sampled=True))
    reached = Reached(
        p,
        p_sampled,
        utility,
        list(learners.models),
        learners.env_steps,
        round(time.perf_counter() - started, 3),
    )
    if job["folder"] is not None:
        folder = Path(job["folder"])
        learners.save(folder / f"seed{job['seed']}")
        write_seed(folder, job["seed"], settings, reached)
    return asdict(reached)


def _bar(game: str, total: int, initial: int, progress: bool) -> Any:
    """A progress bar on standard error; silent where that is no terminal."""
    from tqdm import tqdm

    return tqdm(
        total=total,
        initial=initial,
        desc=f"train {game}",
        unit="turn",
        disable=None if progress else True,
    )


class _Table:
    """Where final policies play: the same episodes for all of them."""

    def __init__(self, make: Any, episodes: int) -> None:
        from .ippo import GAMES

        self._copies = [Copy(make) for _ in range(min(GAMES, episodes))]
        np_random = np.random.default_rng(_STREAM)
        seeds = np_random.integers(2**31, size=episodes).tolist()
        self._episodes = [(seed, None) for seed in seeds]

    def play(self, policies: BatchPolicies) -> tuple[float, dict[str, float]]:
        """P(Y=y), and the mean returns."""
        seats = [Seat(self._copies[0].env, agent) for agent in policies]
        played = play(self._copies, seats, policies, self._episodes)
        returns = {agent: float(values.mean()) for agent, values in played.returns.items()}
        return float(played.attained.mean()), returns
