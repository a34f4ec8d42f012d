"""Record a game as a video, with a commitment or without.

The learner plays its exact best response, or the model of a finished run.

Examples:
  scg video barrier --pre-policy 3,6                     red commits to column 3, row 6
  scg video barrier --pre-policy none --episodes 5       nobody commits
  scg video barrier --run runs/ppo                       what that run found, by what it learned
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from ...agents import Responder, make_responder
from ...errors import InvalidArgument, RunFolderError
from ...problem import CommitmentProblem
from ...registry import OPTIONS
from ..baseline.folder import NOT_THE_GAMES
from ..run_folder import RunFolder, check_no_run
from ..video import SUFFIXES, episodes_of, record
from ._arguments import (
    add_game,
    add_json,
    add_options,
    add_seed,
    given,
    print_json,
    problem_of,
    whole,
)

_TRIED = 1024  # pre-policies among which the best is looked for, if none is named


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_game(parser)
    add_options(parser, *(name for name in NOT_THE_GAMES if name != "selection"))
    add_seed(parser)
    parser.add_argument(
        "--pre-policy",
        dest="point",
        metavar="P",
        help="what is committed to, such as 3,6, or none for no commitment (default: the best of "
        "many, or what the run found)",
    )
    parser.add_argument(
        "--space", dest="pre_policy", metavar="KIND", help=OPTIONS["pre_policy"].help
    )
    parser.add_argument(
        "--run",
        metavar="DIR",
        type=Path,
        help="run folder whose model plays (default: none, exact answers)",
    )
    parser.add_argument(
        "--episodes", type=whole, default=3, metavar="N", help="number of episodes (default: 3)"
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("videos"),
        help="folder for GAME.mp4, or a file's name ending in .mp4 or .gif (default: videos)",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Record and say where it is."""
    if args.episodes < 1:
        raise InvalidArgument(f"episodes is {args.episodes}; expected a whole number from 1 on.")
    problem, responder, found = _cast(args)
    point: Any | None = found
    if args.point == "none":
        point = None
    elif args.point is not None:
        point = problem.pre_policies.parse(args.point)
    suffix = args.out.suffix.lower()
    if suffix[1:].isalpha() and suffix not in SUFFIXES:
        raise InvalidArgument(
            f"--out is {str(args.out)!r}; expected a folder, or a name that ends in "
            f"{' or '.join(SUFFIXES)}."
        )
    path = args.out if suffix in SUFFIXES else args.out / f"{problem.game}.mp4"
    check_no_run(path.parent)
    policies = responder.policies(point)
    played = episodes_of(problem, policies, point, episodes=args.episodes, seed=args.seed or 0)
    frames = record(played, path)
    words = "no intervention"
    if point is not None:
        words = f"{problem.committed} {problem.pre_policies.words(point)}"
    if args.json:
        print_json({"video": str(path), "frames": frames, "pre_policy": words})
    else:
        print(f"{path}: {args.episodes} episodes, {frames} frames, {words}")


def _cast(args: argparse.Namespace) -> tuple[CommitmentProblem, Responder, Any]:
    """The problem, who answers, and the pre-policy to show if none is named."""
    if args.run is None:
        problem = problem_of(args)
        points = problem.pre_policies.spread(_TRIED, np.random.default_rng(0))
        best = points[np.nan_to_num(problem.solver.p(points), nan=-1).argmax()]
        return problem, make_responder("exact", problem), best
    settings = given(args, "layout", "committed", "desirable", "ties", *OPTIONS)
    if settings:
        raise RunFolderError(
            f"--run takes its settings from the run; drop --{next(iter(settings))}."
        )
    folder = RunFolder(args.run)
    game = folder.read_config().game
    if game != args.game:
        raise RunFolderError(f"the run in {args.run} is of {game!r}, not of {args.game!r}.")
    config, summary = folder.read_own_config(), folder.read_summary()
    problem = config.problem()
    responder = make_responder(config.responder, problem, seed=config.seed)
    try:
        responder.load_model(args.run)
        return problem, responder, problem.pre_policies.point(summary["pre_policy_point"])
    except (KeyError, OSError, ValueError) as error:
        raise RunFolderError(
            f"the run in {args.run} is damaged ({type(error).__name__}: {error})."
        ) from error
