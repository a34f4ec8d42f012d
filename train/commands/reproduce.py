"""Regenerate published results of the language games with offline players, side by side.

  bargaining   Figure 4 and NegotiationArena's published games
  banana       Table 1
  scai         the curves of Social Contract AI

Each number says its role: input (put in), fitted (a parameter was fitted to it, or to the same
data), predicted. Only predictions count as reproduction. A published number of "-" (null) is
unknown.

Conditions and metrics:
  bargaining   SELLER: no commitment | offer P | repeat P | learned price |
               claim 44, observability O | GENERATOR, 6 evaluations | best price;
               no commitment; first offer P;
               rubinstein: discount D; rational: complete | unlimited
               mean_price, sd_price, deals, moves, accepted, mean_ask, share, price, best_price,
               surplus, price_solved, price_formula
               epoch: the round of an offer or ask, or the revision of a learned price
  banana       none | none, 3 messages | human_written | learned: TOPIC (or mean), and
               threshold Q: TOPIC
               quality, gain (over none with as many messages), gain_over_one_message
               (of human_written, which has three), incentive_learned,
               incentive_exact (null where there is none)
  scai         MANNER GROUP, ablations (weight 0 | manner once: rude GROUP), other currency, PRIOR:
               GROUP, and the fitted parameters (manner weight, transfer)
               assistant_share, users_share, runs_NORM (share of runs that end at a norm), parameter

Examples:
  scg reproduce bargaining
  scg reproduce scai --json --seed 1
  scg reproduce banana --out tables        writes tables/banana.csv and tables/banana.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ...errors import UnknownName
from ..reproduce import EXPERIMENTS
from ..reproduce.rows import table, write_csv
from ..run_folder import check_no_run
from ._arguments import add_json, add_seed, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("experiment", metavar="EXPERIMENT", help=", ".join(EXPERIMENTS))
    add_seed(parser)
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="write DIR/EXPERIMENT.csv and DIR/EXPERIMENT.png"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Compute and print."""
    if args.experiment not in EXPERIMENTS:
        raise UnknownName("experiment", args.experiment, EXPERIMENTS)
    seed = args.seed or 0
    if args.out is not None:
        check_no_run(args.out)
    rows = EXPERIMENTS[args.experiment](seed)
    if args.out is not None:
        from ..reproduce.pictures import draw  # here, for matplotlib is slow and optional

        args.out.mkdir(parents=True, exist_ok=True)
        write_csv(rows, args.out / f"{args.experiment}.csv")
        draw(rows, args.out / f"{args.experiment}.png")
    if args.json:
        print_json([row.to_json() for row in rows])
        return
    print(table(rows))
    counted = [row for row in rows if row.role == "predicted" and row.published is not None]
    print(f"\n{len(rows)} numbers, {len(counted)} of them predictions with a published number")
    print(f"seed {seed}")
    if args.out is not None:
        print(f"written to {args.out}")
