"""Make the report of a finished search anew from its run folder alone.

Nobody is asked again: the numbers are those that were kept, so that summary.json comes out as it
was; pictures are drawn anew, and videos are played by the models that were kept.

Examples:
  scg report runs/ppo
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..report import rebuild
from ._arguments import add_json, print_json
from ._describe import describe


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="DIR", type=Path, help="run folder of a finished search")
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Write the report anew and print its summary."""
    result = rebuild(args.run)
    if args.json:
        print_json(result.to_json())
    else:
        print(describe(result, args.run))
