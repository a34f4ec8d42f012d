"""What several commands print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...core.text import printable


def written_to(out: Path | None) -> str:
    """The last line of a report: where everything is, or that nothing was kept."""
    return f"  written to       {out or 'nowhere; --out DIR keeps report, pictures and models'}"


def say(*lines: object) -> None:
    """Lines on standard output, in which nothing that a stranger wrote steers the terminal."""
    print(printable("\n".join(map(str, lines))))


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, indent=2, allow_nan=False))
