"""What commitment does in all 144 strict ordinal 2x2 games, exactly.

For each game, each player who may commit, each choice of Y (the human's or the AI's favorite cell,
the utilitarian or the egalitarian best) and each tie rule: the pure equilibria, P(Y=y) without
intervention and after the best pure and the best mixed pre-policy, and what the committed player
gets if it commits for its own sake. Writes atlas.csv, atlas.json and atlas.png into a folder.

Examples:
  scg atlas
  scg atlas --out results --desirable utilitarian --ties pessimistic

`scg_envs.matrix.atlas` says how the numbers are defined; fields are empty where they are not.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ...errors import InvalidArgument
from ...matrix.atlas import CHOICES, atlas, summary, to_json, write_csv
from ...ties import TIES
from ..run_folder import write_json
from ._arguments import add_json, add_seed, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("atlas"),
        help="folder to write (default: atlas)",
    )
    parser.add_argument(
        "--desirable",
        choices=CHOICES,
        default="human",
        help="choice of Y that the picture shows (default: human)",
    )
    parser.add_argument(
        "--ties",
        choices=TIES,
        default="uniform",
        help="tie rule of the picture and of what is printed (default: uniform)",
    )
    add_seed(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Compute, write, and print a summary."""
    from ..atlas_picture import draw_atlas  # here, for matplotlib is slow and optional

    if args.out.exists() and not args.out.is_dir():  # before a minute is spent
        raise InvalidArgument(f"--out is {args.out}, which is a file; choose another --out.")
    rows = atlas()
    args.out.mkdir(parents=True, exist_ok=True)
    files = {name: args.out / f"atlas.{name}" for name in ("csv", "json", "png")}
    write_csv(rows, files["csv"])
    write_json(files["json"], to_json(rows))
    draw_atlas(rows, args.desirable, args.ties, files["png"])
    lines = summary(rows, args.ties)
    if args.json:
        report = {
            "rows": len(rows),
            "ties": args.ties,
            "summary": lines,
            "files": {name: str(path) for name, path in files.items()},
        }
        print_json(report)
        return
    print(f"144 games, {len(rows)} rows; {args.ties} ties")
    print(f"\n{'commits':<9}{'Y':<13}{'P before':>9}{'raised by':>15}{'mean effect':>20}")
    print(f"{'':<22}{'':>9}{'pure':>8}{'mixed':>7}{'pure':>12}{'mixed':>8}")
    for line in lines:
        print(_line(line))
    print(
        "\nMeans are over the "
        f"{lines[0]['defined']} games with a pure equilibrium; the others have no P before."
    )
    for path in files.values():
        print(path)


def _line(line: dict[str, Any]) -> str:
    return (
        f"{line['committed']:<9}{line['desirable']:<13}{line['p_before']:>9.3f}"
        f"{line['raised_by_pure']:>8}{line['raised_by_mixed']:>7}"
        f"{line['delta_ce_pure']:>12.3f}{line['delta_ce_mixed']:>8.3f}"
    )
