"""The adapters as files: their names, their constants, and where their environments are."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LOOP = "_loop"  # behind the name of a peer that is played in a compiled loop
_OURS = ("__init__", "adapters", "install", "process", "worker")
ADAPTERS = tuple(sorted(path for path in FOLDER.glob("*.py") if path.stem not in _OURS))


def literal(adapter: Path, name: str, default: Any) -> Any:
    """A constant of an adapter, which is not imported: what it needs is not installed here."""
    for node in ast.parse(adapter.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    return default


def environment_of(adapter: Path) -> Path:
    """The folder of a peer's virtual environment, which may be another's."""
    return FOLDER / ".venvs" / literal(adapter, "ENVIRONMENT", adapter.stem)


def python_of(adapter: Path) -> Path:
    """The interpreter in it."""
    return environment_of(adapter) / "bin" / "python"
