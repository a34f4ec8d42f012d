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

from ..run_folder import check_no_run
from ._arguments import add_game, add_json, add_seed, print_json, problem_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_game(parser)
    add_seed(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, help="draw the map as DIR/effect.png")
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Solve and print."""
    problem = problem_of(args)
    exact = problem.exact()
    effects: list[dict[str, Any]] = [
        {
            "pre_policy": problem.pre_policies.label(point),
            "p": float(p),
            "delta_ce": float(p - exact.p_before),
        }
        for point, p in enumerate(exact.p)
    ]
    report = {
        "game": problem.game,
        "layout": problem.layout,
        "committed": problem.committed,
        "desirable": problem.desirable,
        "ties": problem.ties,
        "p_before": exact.p_before,
        "effects": effects,
    }
    picture = None
    if args.out is not None:
        from ..plots import plot_effects

        check_no_run(args.out)
        picture = args.out / "effect.png"
        plot_effects(problem, exact.p, picture)
        report["picture"] = str(picture)
    if args.json:
        print_json(report)
        return
    y, agent = problem.desirable, problem.committed
    print(f"{problem.game}, layout {problem.layout}, ties {problem.ties}")
    print(f"P(Y={y}) without intervention: {exact.p_before:.4f}")
    print(f"\n{agent + ' at':<12} {'P(Y=' + y + ' | do)':>22} {'causal effect':>14}")
    for row in sorted(effects, key=lambda row: -row["p"]):
        print(f"{row['pre_policy']!s:<12} {row['p']:>22.4f} {row['delta_ce']:>+14.4f}")
    if picture is not None:
        print(f"\nmap: {picture}")
