"""What several commands print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def written_to(out: Path | None) -> str:
    """The last line of a report: where everything is, or that nothing was kept."""
    return f"  written to       {out or 'nowhere; --out DIR keeps report, pictures and models'}"


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, indent=2, allow_nan=False))
