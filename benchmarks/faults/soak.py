"""Runs one after another for as long as is said, with a fault in each: no result may be lost.

Processes are forked from this one, but for one in ten of some kinds. A fault is `right` where the
run comes to the result that it has when left alone, and `one line` where a damaged file is named in
one; anything else is a lost result.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scg_envs.core.files import PARTIAL

from .damage import DAMAGES, gone_on_with, judged
from .disks import small
from .kills import LONGEST, Kind
from .searches import undrawn

_KINDS = ("exact", "matrix", "ppo", "dqn", "fresh", "tabular", "words", "sweep", "benchmark")
_ANEW = ("exact", "ppo", "words")  # kinds of which some are started anew
_SIGNALS = ("SIGTERM", "SIGINT")
_FAULTS = ("SIGKILL", *_SIGNALS, "second owner", "full disk", *DAMAGES)
_DISK = (8, 800)  # kB, least and most


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
        keep: is told what came about so far, by fault, and at last how long it took.
    """
    draw = random.Random(seed)
    kinds = {
        (kind, forked): Kind(kind, folder / f"{kind} {forked}", seed, forked=forked)
        for forked in (True, False)
        for kind in (_KINDS if forked else _ANEW)
    }
    faults = [name for name in _FAULTS if name != "full disk" or os.geteuid() == 0]
    counted = {fault: Counter[str]() for fault in faults}
    began = time.monotonic()
    while time.monotonic() < began + 60 * minutes:
        kind, fault = draw.choice(_KINDS), draw.choice(faults)
        one = kinds[kind, kind not in _ANEW or draw.random() < 0.9]
        came = _with_fault(one, fault, draw)
        counted[fault][came if came in ("right", "one line") else f"{came} ({kind})"] += 1
        keep(fault, counted[fault])
        keep("minutes", {"all": int((time.monotonic() - began) / 60)})


def _with_fault(one: Kind, fault: str, draw: random.Random) -> str:
    """A run with a fault, and what it came to in the end."""
    if fault == "SIGKILL":
        before = one.counted["wrong"]
        one.kill()
        return "lost" if one.counted["wrong"] > before else "right"
    one.clear()
    if fault in _SIGNALS:
        process = one.start((*one.words, "--out", one.run, "--json"))
        try:
            process.communicate(timeout=draw.random() * one.lasts)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, getattr(signal, fault))
            process.communicate(timeout=LONGEST)
        return one.went_on()
    if fault == "second owner":
        words = (*one.words, "--out", one.run)
        begun = [one.start((*words, *more)) for more in ((), ("--force",), ("--force",))]
        for process in begun:
            process.communicate(timeout=LONGEST)
        codes = {process.returncode for process in begun}
        return one.went_on() if codes <= {0, 2} else f"exit codes {codes}"
    if fault == "full disk":
        with small(one.run.with_name("disk"), f"{draw.randint(*_DISK)}k") as disk:
            one.start((*one.words, "--out", disk / "run")).communicate(timeout=LONGEST)
            if (disk / "run").exists():
                shutil.copytree(disk / "run", one.run)
        return one.went_on()
    one.went_on()
    files = [path for path in sorted(one.run.rglob("*.*")) if path.is_file()]
    path = draw.choice([path for path in files if not path.name.startswith(PARTIAL)])
    changed = DAMAGES[fault](path.read_bytes(), draw)
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)
    with undrawn():
        words = (*gone_on_with(one.words, one.run, "finished"), "--json")
        return judged(words, one.expected)
