"""List the games: who plays, who commits, what may be wanted, layouts, and ids.

Example:
  scg list
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...core.registry import GAMES, Game
from ..cli.command import SeededRun
from ..run.folder import write_json
from ._printing import print_json, say

_SHOWN = 8  # variants of a game whose outcomes are listed


@dataclass(frozen=True, kw_only=True)
class List(SeededRun):
    """List the games.

    Attributes:
        out: the folder for the table, games.json; none if None.
    """

    def run(self) -> None:
        """Print the table."""
        rows = [_row(game) for game in GAMES]
        if self.out is not None:
            self.keep(self.out)
            write_json(self.out / "games.json", rows)
        if self.json:
            print_json(rows)
            return
        for row in rows:
            say(f"{row['game']}: {row['summary']}")
            for key, value in row.items():
                if key not in ("game", "summary") and value:
                    say(f"  {key:<15} {', '.join(value) if isinstance(value, list) else value}")


def _row(game: Game) -> dict[str, Any]:
    layouts, problem = game.layout_names(), game.make_problem()
    variants = [game.make_problem(layout=name) for name in layouts[:_SHOWN]] or [problem]
    outcomes = {y: None for variant in variants for y in variant.outcomes}
    return {
        "game": game.name,
        "summary": problem.summary,
        "agents": list(problem.agents),
        "committed": problem.committed,
        "outcomes": list(outcomes),
        "layouts": list(layouts),
        "options": list(game.options),
        "gym.make": game.gymnasium_id,
        "pettingzoo.make": game.pettingzoo_id,
    }
