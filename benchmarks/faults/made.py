"""Valid files of ours, without their seals: what strangers' files begin as."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from scg_envs.core.files import SEALED

Make = Callable[[Path], Path]


def text(name: str, content: str) -> Make:
    """A file of this name with this content."""

    def make(folder: Path) -> Path:
        (folder / name).write_text(content, encoding="utf-8")
        return folder / name

    return make


def copy(path: Path, name: str | None = None) -> Make:
    """A copy of a file, perhaps under another name."""
    return lambda folder: Path(shutil.copy(path, folder / (name or path.name)))


def unsealed(path: Path) -> Path:
    """A JSON file, of which the seal is taken away."""
    value = json.loads(path.read_text(encoding="utf-8"))
    del value[SEALED]
    path.write_text(json.dumps(value), encoding="utf-8")
    return path
