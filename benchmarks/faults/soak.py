"""Runs one after another for as long as is said, with a fault in each: no result may be lost."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .damage import DAMAGES, judged
from .kills import Kind
from .searches import SEARCHES, started

_KINDS = ("exact", "matrix", "ppo", "dqn", "tabular", "words")
_FAULTS = ("SIGKILL", "SIGTERM", "SIGINT", "second owner", *DAMAGES)


def check_soak(
    folder: Path,
    minutes: float,
    seed: int,
    keep: Callable[[str, Mapping[str, Any]], None],
) -> None:
    """Break runs off in the ways that are known, go on with them, and compare.

    Args:
        folder: where to work.
        minutes: for how long.
        seed: of runs, faults and moments.
        keep: is told what came about so far, by fault.
    """
    draw, end = random.Random(seed), time.monotonic() + 60 * minutes
    kinds = {kind: Kind(kind, folder / kind, seed) for kind in _KINDS}
    counted = {fault: Counter[str]() for fault in _FAULTS}
    while time.monotonic() < end:
        kind, fault = draw.choice(_KINDS), draw.choice(_FAULTS)
        came = _with_fault(kinds[kind], fault, draw)
        counted[fault][came if came in ("right", "one line") else f"{came} ({kind})"] += 1
        keep(fault, counted[fault])


def _with_fault(one: Kind, fault: str, draw: random.Random) -> str:
    """A run with a fault, and what it came to in the end."""
    if fault == "SIGKILL":
        before = one.counted["wrong"]
        one.kill()
        return "lost" if one.counted["wrong"] > before else "right"
    one.clear()
    if fault in ("SIGTERM", "SIGINT"):
        process = started((*SEARCHES[one.kind], "--out", one.run, "--json"))
        try:
            process.communicate(timeout=draw.uniform(0.1, 1.0) * one.lasts)
        except subprocess.TimeoutExpired:
            process.send_signal(getattr(signal, fault))
            process.communicate()
        return one.went_on()
    if fault == "second owner":
        first = started((*SEARCHES[one.kind], "--out", one.run, "--json"))
        others = [started((*SEARCHES[one.kind], "--force", "--out", one.run)) for _ in range(2)]
        for process in (first, *others):
            process.communicate()
        return one.went_on()
    one.went_on()
    path = draw.choice([path for path in sorted(one.run.rglob("*.*")) if path.is_file()])
    changed = DAMAGES[fault](path.read_bytes(), draw)
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)
    return judged(("report", one.run, "--json"), one.expected)
