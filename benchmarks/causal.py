"""Times of the causal library: what `causal_equilibria` and `causal_games` measure, in their order.

Both run as the scripts they are, since the former restarts itself with thread pools of one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .harness import Row

FOLDER = Path(__file__).parent


def rows(repeats: int) -> tuple[list[Row], list[str]]:
    """Rows of the first; what the second prints is a paragraph."""
    printed = [
        subprocess.run([sys.executable, *command], capture_output=True, text=True).stdout
        for command in (
            [str(FOLDER / "causal_equilibria.py"), "--json", "--repeats", str(repeats)],
            [str(FOLDER / "causal_games.py")],
        )
    ]
    measured = [
        {
            "name": f"causal/{line['name']}",
            "batch": 1,
            "threads": 1,
            "value": line["got"],
            "unit": "ms",
            "min": line["fastest"],
            "max": line["slowest"],
            "repeats": repeats,
        }
        for line in json.loads(printed[0])
    ]
    return measured, [f"```\n{printed[1].rstrip()}\n```"]
