"""The package with files added to it, as whoever extends it has it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def extended_package(site, files):
    """A folder with the package as it is installed, of links, and files added.

    Args:
        site: an empty folder.
        files: what each added file holds, by its path in the repository.
    """
    linked(ROOT / "scg_envs", site / "scg_envs")
    for part in ("agents", "train"):
        linked(ROOT / part, site / "scg_envs" / part)
    for name, text in files.items():
        path = site / "scg_envs" / name
        for parent in reversed(path.relative_to(site / "scg_envs").parents[:-1]):
            linked(ROOT / parent, site / "scg_envs" / parent)
        path.write_text(text, encoding="utf-8")
    return site


def linked(source, folder):
    """A folder whose entries are links to another's, if it is none yet."""
    if folder.is_symlink():
        folder.unlink()
    if folder.exists():
        return
    folder.mkdir()
    for entry in source.iterdir():
        if entry.name != "__pycache__":
            (folder / entry.name).symlink_to(entry)


def run(site, *arguments):
    """Python with these arguments and that package."""
    environment = {**os.environ, "PYTHONPATH": str(site), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=site,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
