"""What was measured, kept beside this, and the table of it in docs/reliability.md.

Every part writes its figures as they come, so that one that is broken off leaves what it has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scg_envs.core.files import write_text

PATH = Path(__file__).with_name("measured.json")


def read(path: Path = PATH) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures by part and kind."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
    return found


def keep(part: str, kind: str, figures: Mapping[str, Any], path: Path = PATH) -> None:
    """Put the figures of a kind in the place of older ones, and say them."""
    kept = read(path)
    today = datetime.now(UTC).date().isoformat()
    kept.setdefault(part, {})[kind] = {"date": today, **figures}
    write_text(path, json.dumps(kept, indent=1, sort_keys=True) + "\n")
    print(part, kind, dict(figures), flush=True)
