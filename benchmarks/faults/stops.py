"""SIGINT and SIGTERM at random moments of all that takes a while: a line, and nobody left.

Half of the signals go to the process alone, as `kill` sends them, half to all of its session, as a
terminal does with Ctrl-C; so workers hear them in their imports and in the middle of their jobs.
"""

from __future__ import annotations

import os
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
_PATIENCE = 5.0  # seconds in which the processes of a session end after their first one
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
        How often it ended with one line and exit code 130, how often it had ended by itself, how
        often Python was only beginning and ended by the signal without a word, and how often
        anything else came about; and how many processes and files in the making were left behind.
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
        stop, send = draw.choice(_SIGNALS), draw.choice((os.kill, os.killpg))
        if process.poll() is None:
            send(process.pid, stop)
        _, complained = process.communicate(timeout=LONGEST)
        came = _came(process.returncode, stop, complained)
        counted[came] += 1
        if came.startswith("exit code"):
            print(f"  {kind}: {process.returncode}, {complained}", file=sys.stderr)
        end = time.monotonic() + _PATIENCE
        while (left := left_of(process.pid)) and time.monotonic() < end:
            time.sleep(0.05)
        counted["processes left"] += len(left)
        counted["files left in the making"] += len(list(run.rglob(".partial-*")))
    return counted


def _came(code: int, stop: signal.Signals, complained: str) -> str:
    quiet = ("compiling its kernels", "no folder is written")
    lines = [line for line in complained.splitlines() if not any(words in line for words in quiet)]
    lines = [line for line in lines if not line.startswith("[")]  # progress
    if code == 0 and not lines:
        return "had ended"
    if code == 130 and len(lines) == 1 and lines[0].startswith("scg: "):
        return "one line"
    if code == -stop and not lines:
        return "before its first line of Python"
    return f"exit code {code}, {len(lines)} lines"


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
