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

import argparse
from pathlib import Path

import numpy as np

from ...errors import InvalidArgument
from ...registry import OPTIONS
from ..baseline.folder import NOT_THE_GAMES, begin_folder, game_options, write_baseline
from ..baseline.measure import (
    ALGORITHMS,
    EPISODES,
    SEEDS,
    STEPS,
    check_baseline,
    train_baseline,
)
from ..baseline.reached import Baseline
from ..config import SearchConfig
from ..interrupt import warn_unkept
from ._arguments import add_game, add_json, add_options, add_seed, given, print_json, whole


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_game(parser)
    add_options(parser, *(name for name in NOT_THE_GAMES if name != "selection"))
    add_seed(parser)
    parser.add_argument(
        "--algorithm",
        default="ippo",
        metavar="A",
        help=f"{', '.join(ALGORITHMS)}: independent PPO (default: ippo)",
    )
    parser.add_argument(
        "--seeds",
        type=whole,
        default=SEEDS,
        metavar="N",
        help=f"number of seeds trained, from --seed on (default: {SEEDS})",
    )
    parser.add_argument(
        "--steps",
        type=whole,
        default=STEPS,
        metavar="N",
        help=f"environment steps for each agent and seed (default: {STEPS})",
    )
    parser.add_argument(
        "--episodes",
        type=whole,
        default=EPISODES,
        metavar="N",
        help=f"episodes that the final policies of each seed play (default: {EPISODES})",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="folder for baseline.json and seedN/AGENT.zip (default: none)",
    )
    held = parser.add_mutually_exclusive_group()
    held.add_argument(
        "--force", action="store_true", help="deletion of the baseline that DIR holds"
    )
    held.add_argument(
        "--resume", action="store_true", help="training of those seeds alone that DIR does not hold"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Train, measure and print."""
    settings = given(args, "layout", "committed", "desirable", "ties")
    config = SearchConfig(args.game, **settings, options=given(args, *OPTIONS))
    problem = config.problem()
    check_baseline(problem, args.algorithm, args.seeds, args.steps, args.episodes)
    for flag in ("force", "resume"):
        if getattr(args, flag) and args.out is None:
            raise InvalidArgument(f"--{flag} is about what a folder holds; name it by --out.")
    if args.out is None:
        warn_unkept("what is learned")
    else:
        begin_folder(args.out, force=args.force, resume=args.resume)
    first = args.seed or 0
    try:
        baseline = train_baseline(
            problem,
            algorithm=args.algorithm,
            seeds=range(first, first + args.seeds),
            steps=args.steps,
            episodes=args.episodes,
            options=game_options(config.options),
            folder=args.out,
            progress=True,
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "stopped; nothing was written, since no --out was given"
            if args.out is None
            else "stopped; finished seeds are kept: go on with the same words and --resume"
        ) from None
    if args.out is not None:
        write_baseline(args.out, baseline)
    if args.json:
        print_json(baseline.to_json())
    else:
        print(describe(baseline, args.out))


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
