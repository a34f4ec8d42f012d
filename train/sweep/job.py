"""What a worker does for a sweep: one search, whose run folder comes back as bytes.

So the machines of a cluster need no file system in common, and whoever keeps the runs finds a
whole one in its place, or none.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from ...core.checkpoint import StateDict
from ...core.errors import one_line
from ...core.files import replacing, writing
from ..run.folder import CHECKPOINT
from ..search.config import SearchConfig
from ..search.run import run


def run_there(job: dict[str, Any]) -> StateDict:
    """Search, in whatever process.

    Args:
        job: `config`, the search's settings; `pictures`, whether its folder has any.

    Returns:
        `files`, those of the run folder by their paths; or `error`, what ended the search, in a
        line. `seconds` that it took.
    """
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "run"
        try:
            run(SearchConfig.from_json(job["config"]), out=folder, pictures=job["pictures"])
        except Exception as error:  # of one run: the others go on
            return {"error": one_line(error), "seconds": time.perf_counter() - started}
        (folder / CHECKPOINT).unlink(missing_ok=True)  # of no use to a run that has ended
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    return {"files": files, "seconds": time.perf_counter() - started}


def keep(files: dict[str, bytes], folder: Path) -> None:
    """Write a run folder beside its place, then put it there."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name, content in files.items():
        path = partial / name
        with replacing(path) as written:  # synced: a run that is there is there whole
            written.write_bytes(content)
    with writing(folder):
        os.replace(partial, folder)
