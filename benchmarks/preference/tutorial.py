"""Run the commands of docs/preferences_tutorial.md, and write what they print below them.

python -m benchmarks.preference.tutorial
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from pathlib import Path

from scg_envs.train.cli import main as scg

PAGE = Path(__file__).parents[2] / "docs" / "preferences_tutorial.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def played(text: str) -> str:
    """The page with what its commands print, run in its order in an empty folder."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return BLOCK.sub(lambda block: f"```console\n{_printed(block[1])}```", text)
        finally:
            os.chdir(before)


def _printed(block: str) -> str:
    lines = []
    for command in (line for line in block.splitlines() if line.startswith("$ scg ")):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            scg(shlex.split(command.removeprefix("$ scg ")))
        lines += [command, *said.getvalue().splitlines()]
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(played(PAGE.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
