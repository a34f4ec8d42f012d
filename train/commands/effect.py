"""Print, exactly, what every commitment does.

That is P(Y = desirable | do(pre-policy)), and its causal effect: the same minus P(Y = desirable)
without intervention (eq. 4.1 of the paper).

Examples:
  scg effect barrier
  scg effect barrier --layout contested --ties optimistic
  scg effect barrier --layout my_layout.txt --out my_effects      writes my_effects/effect.png
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InvalidArgument
from ...pre_policy import Finite
from ..run_folder import check_no_run
from ..search.metrics import number
from ._arguments import add_game, add_json, add_options, add_seed, print_json, problem_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_game(parser)
    add_options(parser, "epsilon", "rate", "risk_aversion", "trials")  # of other answers
    add_seed(parser)
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="folder for the map, effect.png (default: none)"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Solve and print."""
    problem = problem_of(args)
    space, before = problem.pre_policies, problem.solver.before()
    if not isinstance(space, Finite):
        raise InvalidArgument(
            f"{problem.committed}'s pre-policies are a continuum, which no table holds; "
            f"search it, by scg search {args.game} with the same settings."
        )
    answers = problem.solver.respond(np.arange(space.size))
    effects: list[dict[str, Any]] = [
        {
            "pre_policy": space.label(point),
            "p": number(value),
            "delta_ce": None if before.p is None else number(value - before.p),
            "utility": number(utility),
        }
        for point, (value, utility) in enumerate(zip(answers.p, answers.utility, strict=True))
    ]
    report = {
        "game": problem.game,
        "layout": problem.layout,
        "committed": problem.committed,
        "desirable": problem.desirable,
        "ties": problem.ties,
        "p_before": before.p,
        "effects": effects,
        "notes": list(problem.notes),
    }
    picture = None
    if args.out is not None:
        from ..effect_picture import plot_effects

        check_no_run(args.out)
        picture = args.out / "effect.png"
        plot_effects(problem, picture)
        report["picture"] = str(picture)
    if args.json:
        print_json(report)
        return
    y, agent = problem.desirable, problem.committed
    layout = f", layout {problem.layout}" if problem.layout else ""
    print(f"{problem.game}{layout}, ties {problem.ties}")
    print(f"P(Y={y}) without intervention: {_p(before.p)}{before.reason and f' ({before.reason})'}")
    names = [str(row["pre_policy"]) for row in effects]
    width = max(12, *(len(name) for name in names), len(agent) + 3)
    print(f"\n{agent + ' at':<{width}} {'P(Y=' + y + ' | do)':>22} {'causal effect':>14}")
    for row in sorted(effects, key=_rank):
        effect = "undefined" if row["delta_ce"] is None else f"{row['delta_ce']:+.4f}"
        print(f"{row['pre_policy']!s:<{width}} {_p(row['p']):>22} {effect:>14}")
    for note in problem.notes:
        print(f"note: {note}")
    if picture is not None:
        print(f"\nmap: {picture}")


def _rank(row: dict[str, Any]) -> tuple[bool, float, float]:
    """The likeliest first; of several, the one that is best for who commits."""
    return row["p"] is None, -round(row["p"] or 0.0, 9), -(row["utility"] or 0.0)


def _p(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4f}"
