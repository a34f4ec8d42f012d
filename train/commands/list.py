"""List the games: who plays, who commits, what may be wanted, layouts, and ids.

Example:
  scg list
"""

from __future__ import annotations

import argparse
from typing import Any

from ...registry import GAMES, Game, load
from ._arguments import add_json, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_json(parser)


def run(args: argparse.Namespace) -> None:
    """Print the table."""
    rows = [_row(game) for game in GAMES]
    if args.json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['game']}: {row['summary']}")
        for key, value in row.items():
            if key not in ("game", "summary"):
                print(f"  {key:<15} {', '.join(value) if isinstance(value, list) else value}")


def _row(game: Game) -> dict[str, Any]:
    layouts = load(game.layouts)()
    outcomes = {y: None for name in layouts for y in load(game.problem)(name).outcomes}
    return {
        "game": game.name,
        "summary": game.summary,
        "agents": list(game.agents),
        "committed": game.committed,
        "outcomes": list(outcomes),
        "layouts": list(layouts),
        "gym.make": game.gymnasium_id,
        "pettingzoo.make": game.pettingzoo_id,
    }
