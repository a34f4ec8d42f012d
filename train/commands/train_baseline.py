"""Let independent learners play a game without intervention, and see how often Y=y comes about.

Every agent that has something to learn is a PPO model of its own, and nobody commits. What they
reach depends on the seed wherever there are several equilibria, so several seeds are trained. The
exact P(Y=y) of the selection, where it is known, stands beside it.

Each seed is kept as it ends: a baseline that was stopped goes on by --resume.

Examples:
  scg train-baseline household --out runs/household_ippo
  scg search household --baseline runs/household_ippo         shows both
  scg train-baseline my_module:my_parallel_env --committed agent_0 --desirable my_module:is_good
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from ...core.errors import InvalidArgument
from ...core.scenario import Scenario
from ..baseline.folder import NOT_THE_GAMES, begin_folder, write_baseline
from ..baseline.measure import (
    ALGORITHMS,
    EPISODES,
    SEEDS,
    STEPS,
    check_baseline,
    train_baseline,
)
from ..baseline.reached import Baseline
from ..cli.command import SeededRun
from ..run.interrupt import warn_unkept
from ._backends import Where
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class TrainBaseline(SeededRun):
    """Train independent learners.

    Attributes:
        scenario: what is played and judged.
        algorithm: the algorithm; ippo is independent PPO.
        seeds: the number of seeds trained, from `seed` on.
        steps: the environment steps for each agent and seed.
        episodes: the episodes that the final policies of each seed play.
        where: where seeds are trained.
        out: the folder for baseline.json and seedN/AGENT.zip; none if None.
        force: deletion of the baseline that the folder holds.
        resume: training of those seeds alone that the folder does not hold.
    """

    positional = "game"
    without = tuple(name for name in NOT_THE_GAMES if name != "selection")
    listed: ClassVar = {"algorithm": ALGORITHMS}

    scenario: Scenario
    algorithm: str = ALGORITHMS[0]
    seeds: int = SEEDS
    steps: int = STEPS
    episodes: int = EPISODES
    where: Where = field(default_factory=Where)
    force: bool = False
    resume: bool = False

    def run(self) -> None:
        """Train, measure and print."""
        if self.force and self.resume:
            raise InvalidArgument(
                "`resume` goes on with a baseline and `force` deletes it; give one."
            )
        problem = self.scenario.problem()
        check_baseline(problem, self.algorithm, self.seeds, self.steps, self.episodes)
        for name in ("force", "resume"):
            if getattr(self, name) and self.out is None:
                raise InvalidArgument(f"`{name}` is about what a folder holds; name it by `out`.")
        if self.out is None:
            warn_unkept("what is learned")
        else:
            begin_folder(self.out, force=self.force, resume=self.resume)
            replace(self, scenario=self.scenario.named_by(problem)).keep(self.out)
        first = self.seed
        try:
            with self.where.opened() as backend:
                baseline = train_baseline(
                    self.scenario,
                    algorithm=self.algorithm,
                    seeds=range(first, first + self.seeds),
                    steps=self.steps,
                    episodes=self.episodes,
                    folder=self.out,
                    progress=True,
                    backend=backend,
                )
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                "stopped; nothing was written, since no `out` was given"
                if self.out is None
                else "stopped; finished seeds are kept: go on with the same words and --resume"
            ) from None
        if self.out is not None:
            write_baseline(self.out, baseline)
        if self.json:
            print_json(baseline.to_json())
        else:
            say(describe(baseline, self.out))


def describe(baseline: Baseline, out: Path | None = None) -> str:
    """What learners reached, for people to read."""
    lines = [
        f"{baseline.game}: P(Y={baseline.desirable}) without intervention",
        f"  {'seed':<8} {'deterministic':>14} {'sampled':>10}   mean returns",
    ]
    for k, seed in enumerate(baseline.seeds):
        returns = ", ".join(f"{a} {v[k]:.3f}" for a, v in baseline.utility_per_seed.items())
        lines.append(
            f"  {seed:<8} {baseline.p_per_seed[k]:>14.4f} "
            f"{baseline.p_sampled_per_seed[k]:>10.4f}   {returns}"
        )
    columns = (baseline.p_per_seed, baseline.p_sampled_per_seed)
    for name, statistic in (("mean", np.mean), ("sd", np.std)):
        values = [float(statistic(column)) for column in columns]
        lines.append(f"  {name:<8} {values[0]:>14.4f} {values[1]:>10.4f}")
    exact = (
        f"none: {baseline.p_before_reason}"
        if baseline.p_before is None
        else f"{baseline.p_before:.4f}"
    )
    low, high = baseline.p_before_bounds
    if low is not None and high is not None and low != high:
        exact += f" (from {low:.4f} to {high:.4f})"
    lines += [
        f"  exact    {exact}",
        f"  cost     {baseline.env_steps} environment steps of {len(baseline.agents)} learners, "
        f"{baseline.wall_seconds:.1f} s",
    ]
    if out is not None:
        lines.append(f"  written to {out}")
    return "\n".join(lines)
