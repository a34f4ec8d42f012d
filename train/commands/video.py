"""Record a game as a video, with a commitment or without.

The learner plays its exact best response, or the model of a finished run.

Examples:
  scg video barrier --pre-policy 3,6                     red commits to column 3, row 6
  scg video barrier --pre-policy none --episodes 5       nobody commits
  scg video barrier --run runs/ppo                       what that run found, by what it learned
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ...agents import make_responder
from ...errors import RunFolderError
from ..run_folder import SUMMARY, RunFolder
from ..video import record
from ._arguments import add_game, add_json, add_seed, given, parse_label, print_json, problem_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_game(parser)
    add_seed(parser)
    parser.add_argument(
        "--pre-policy",
        metavar="P",
        help="what is committed to, such as 3,6; `none` for nothing (the best there is)",
    )
    parser.add_argument("--run", metavar="DIR", type=Path, help="play the model of this run")
    parser.add_argument("--episodes", type=int, default=3, metavar="N", help="how many (3)")
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("videos"),
        help="the folder for GAME.mp4 (videos), or a file's name ending in .mp4 or .gif",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Record and say where it is."""
    if args.episodes < 1:
        from ...errors import InvalidArgument

        raise InvalidArgument(f"episodes is {args.episodes}; expected a whole number from 1 on.")
    named = args.pre_policy
    if args.run is None:
        problem = problem_of(args)
        responder = make_responder("exact", problem)
    else:
        settings = given(args, "layout", "committed", "desirable", "ties")
        if settings:
            raise RunFolderError(
                f"--run takes its settings from the run; drop --{next(iter(settings))}."
            )
        folder = RunFolder(args.run)
        config = folder.read_config()
        if not folder.finished:
            raise RunFolderError(
                f"the run in {args.run} has not ended; go on with it by "
                f"scg search {config.game} --resume --out {args.run}."
            )
        problem = config.problem()
        responder = make_responder(config.responder, problem, seed=config.seed)
        responder.load_model(args.run)
        if named is None:
            found = json.loads((args.run / SUMMARY).read_text(encoding="utf-8"))
            named = ",".join(map(str, found["pre_policy_point"]))
    if named == "none":
        point = None
    elif named is None:
        point = int(problem.exact().p.argmax())
    else:
        point = problem.pre_policies.point(parse_label(named))
    path = args.out if args.out.suffix else args.out / f"{problem.game}.mp4"
    frames = record(
        problem, responder.policy(), point, path, episodes=args.episodes, seed=args.seed or 0
    )
    words = "no intervention"
    if point is not None:
        words = f"{problem.committed} {problem.pre_policies.words(point)}"
    if args.json:
        print_json({"video": str(path), "frames": frames, "pre_policy": words})
    else:
        print(f"{path}: {args.episodes} episodes, {frames} frames, {words}")
