"""SIGINT and SIGTERM at random moments of all that takes a while: a line, and nobody left."""

from __future__ import annotations

import random
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from .kills import LONGEST
from .searches import SEARCHES, started

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
STOPPED: dict[str, tuple[str, ...]] = {
    **SEARCHES,
    "workers": (*SEARCHES["fresh"], "--workers", "2"),
    "pictures": ("effect", "barrier"),
    "video": ("video", "household", "--episodes", "3"),
    "learners": ("train-baseline", "household", "--steps", "4000"),
}
"""What is stopped, each with its `--out` to come; `imports` is a fifth of every command's time."""


def check_stops(kind: str, folder: Path, times: int, seed: int = 0) -> Counter[str]:
    """Stop one of `STOPPED` at random moments, its first imports among them.

    Args:
        kind: which.
        folder: where to work.
        times: how often.
        seed: of moments and signals.

    Returns:
        How often it was `fine`: it ended by itself, or with one line at most and exit code 130,
        or, while Python itself began, by the signal without a word; and how many processes and
        files in the making were left behind.
    """
    words, draw, counted = STOPPED[kind], random.Random(f"{kind} {seed}"), Counter[str]()
    began = time.monotonic()
    started((*words, "--out", folder / "whole")).communicate(timeout=LONGEST)
    lasted = time.monotonic() - began
    for _ in range(times):
        run = folder / "run"
        shutil.rmtree(run, ignore_errors=True)
        process = started((*words, "--out", run))
        time.sleep(draw.uniform(0.02, 1.0) * lasted)
        stop = draw.choice(_SIGNALS)
        process.send_signal(stop)
        _, complained = process.communicate(timeout=LONGEST)
        fine = _fine(process.returncode, stop, complained)
        counted["fine" if fine else "not fine"] += 1
        counted[f"exit code {process.returncode}"] += 1
        if not fine:
            print(f"  {kind}: {process.returncode}, {complained}", file=sys.stderr)
        counted["processes left"] += len(left_of(process.pid))
        counted["files left in the making"] += len(list(run.rglob(".partial-*")))
    return counted


def _fine(code: int, stop: signal.Signals, complained: str) -> bool:
    quiet = ("compiling its kernels", "no folder is written")
    lines = [line for line in complained.splitlines() if not any(words in line for words in quiet)]
    lines = [line for line in lines if not line.startswith("[")]  # progress
    return code in (0, 130, -stop) and len(lines) <= 1


def left_of(session: int) -> list[int]:
    """The processes of a session (Linux); none after its last has ended."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            numbers = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name.isdigit() and int(numbers[3]) == session and numbers[0] != "Z":
            found.append(int(entry.name))
    return found
