"""Search out the commitment that makes the desirable outcome likeliest (Algorithm 1 of the paper).

Pre-policies are sampled from a distribution, a responder tells how the others answer each, and
the distribution moves to where the desirable outcome is likelier. The report compares what was
found with no intervention, random search and enumeration.

Examples:
  scg search barrier                                      exact answers, nothing is learned
  scg search barrier --responder ppo --out runs/ppo       blue learns with Stable-Baselines3
  scg search barrier --resume --out runs/ppo              go on after Ctrl-C
"""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from ...agents import RESPONDERS
from ...errors import RunFolderError
from ..config import METAS, SearchConfig
from ..result import SearchResult
from ..search import resume, search
from ._arguments import add_game, add_json, add_seed, given, print_json

_SETTINGS = tuple(field.name for field in fields(SearchConfig) if field.name != "game")


_TRUSTED_REGRET = 0.01


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_game(parser)
    add_seed(parser)
    described = "; ".join(f"{name}: {what}" for name, what in RESPONDERS.items())
    parser.add_argument("--responder", metavar="R", help=f"who answers ({described}) (exact)")
    parser.add_argument(
        "--meta", metavar="M", help=f"the distribution over pre-policies: {', '.join(METAS)}"
    )
    parser.add_argument(
        "--evaluations",
        type=int,
        metavar="N",
        help=f"pre-policies sampled and answered, in all ({SearchConfig.evaluations})",
    )
    parser.add_argument(
        "--batch",
        type=int,
        metavar="N",
        help=f"how many of them make one update ({SearchConfig.batch})",
    )
    parser.add_argument(
        "--steps",
        type=int,
        metavar="N",
        help="environment steps for the responder's training (its own default)",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="the run folder: report, pictures, videos, model"
    )
    parser.add_argument("--force", action="store_true", help="delete the run that DIR holds")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the interrupted run that DIR holds"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Search, or go on searching, and print the result."""
    if args.resume:
        _check_resume(args)
        result = resume(args.out, progress=True)
    else:
        settings = given(args, *_SETTINGS)
        result = search(args.game, out=args.out, force=args.force, progress=True, **settings)
    if args.json:
        print_json(result.to_json())
    else:
        print(describe(result, args.out))


def _check_resume(args: argparse.Namespace) -> None:
    """A resumed run keeps its settings: refuse others instead of ignoring them."""
    if args.out is None:
        raise RunFolderError("--resume needs the run's folder; give it by --out DIR.")
    if args.force:
        raise RunFolderError("--resume goes on with a run and --force deletes it; give one.")
    from ..run_folder import RunFolder

    config = RunFolder(args.out).read_config()
    for name, value in {"game": args.game, **given(args, *_SETTINGS)}.items():
        kept = getattr(config, name)
        if value != kept:
            raise RunFolderError(
                f"the run in {args.out} was made with {name} {kept!r}, and {value!r} was given; "
                "drop it, or start another run in another --out."
            )


def describe(result: SearchResult, out: Path | None = None) -> str:
    """What a search found, for people to read."""
    lines = [
        result.pre_policy,
        f"  P(Y={result.desirable})  {result.p_before:.4f} before, {result.p_after:.4f} after "
        f"(exactly {result.p_after_exact:.4f}; the best there is: {result.p_best_exact:.4f})",
    ]
    effect = f"{result.causal_effect:+.4f}"
    low, high = result.p_after_bounds
    if low != high:
        lines.append(f"  ties             P may be anything from {low:.4f} to {high:.4f}")
        if result.responder != "exact":
            effect = (
                f"{result.causal_effect_learned:+.4f} (from {result.p_before_learned:.4f} before, "
                "by the same learned answers, ties broken their way)"
            )
    regret = ", ".join(f"{agent} {value:.5f}" for agent, value in result.follower_regret.items())
    lines += [
        f"  causal effect    {effect}",
        f"  regret           {regret} (greatest in any case {result.regret_max:.5f})",
        f"  cost             {result.evaluations} evaluations, {result.env_steps} environment "
        f"steps, {result.wall_seconds:.1f} s",
        f"  best first seen  {_when(result.evaluations_to_best)}",
    ]
    if max(result.follower_regret.values()) > _TRUSTED_REGRET:
        lines.append(
            "  not learned yet  its answers are as good as its regret is small: more --steps"
        )
    for name, row in result.baselines.items():
        at = f" at {tuple(row['pre_policy_point'])}" if "pre_policy_point" in row else ""
        when = f", best {_when(row['evaluations_to_best'])}" if at else ""
        lines.append(f"  {name.replace('_', ' '):<16} P {row['p']:.4f}{at}{when}")
    if out is not None:
        lines.append(f"  written to       {out}")
    return "\n".join(lines)


def _when(evaluations: int | None) -> str:
    return "never" if evaluations is None else f"at evaluation {evaluations}"
