"""The largest games: computed, in what memory and time, or refused with what they would take."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import repeat
from math import prod
from pathlib import Path
from typing import Any

from .searches import ROOT

LIMIT = 16 << 30  # bytes of addresses that a case may ask for
LONGEST = 900  # seconds
_FEW = ("--evaluations", "16", "--batch", "8")
_PPO = ("--responder", "ppo", "--steps", "1000", *_FEW)


def board(folder: Path, side: int) -> Path:
    """An open board: walls nowhere, barriers anywhere."""
    rows = [["."] * side for _ in range(side)]
    rows[0][0], rows[0][-1], rows[-1][0] = "B", "1", "2"
    rows[side // 2][side // 2], rows[side // 2][side // 2 + 1] = "R", "Y"
    path = folder / f"open-{side}.txt"
    text = "\n".join("".join(row) for row in rows)
    path.write_text(f"1: a\n2: b\ndesirable: a\n\n{text}\n", encoding="utf-8")
    return path


def game(folder: Path, shape: Sequence[int]) -> Path:
    """A matrix game with payoffs from 0 to 99."""
    draw, path = random.Random(0), folder / f"game-{'x'.join(map(str, shape))}.nfg"
    players = " ".join(f'"p{k}"' for k in range(len(shape)))
    numbers = " ".join(str(draw.randrange(100)) for _ in range(prod(shape) * len(shape)))
    head = f'NFG 1 R "t" {{ {players} }} {{ {" ".join(map(str, shape))} }}'
    path.write_text(f"{head}\n\n{numbers}\n", encoding="utf-8")
    return path


def cases(folder: Path) -> Mapping[str, tuple[object, ...]]:
    """Words of `scg` by what they are of."""
    found: dict[str, tuple[object, ...]] = {}
    for side in (30, 100, 254):
        path = board(folder, side)
        found[f"open {side} x {side}, exactly"] = ("effect", "barrier", "--layout", path)
        found[f"open {side} x {side}, learned"] = ("search", "barrier", "--layout", path, *_PPO)
    for shape in ((1000, 1000), (4,) * 8, (2,) * 12):
        first = ("--desirable", ",".join(repeat("1", len(shape))))
        name = "x".join(map(str, shape))
        found[f"a game of {name}"] = ("effect", game(folder, shape), *first)
    dilemma = ("prisoners_dilemma", "--rounds", "1000000")
    found["10^6 rounds, exactly"] = ("effect", *dilemma)
    found["10^6 rounds, a search"] = ("search", *dilemma, "--pre-policy", "memory-one", *_FEW)
    found["10^6 rounds, learned"] = ("search", *dilemma, *_PPO)
    return found


def measured(words: Sequence[object]) -> dict[str, Any]:
    """Exit code, what was said, seconds of CPU and the most memory of a command."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))

    watched = (
        "import resource, sys\n"
        "from scg_envs.train.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(f'{used.ru_utime:.1f} {used.ru_maxrss // 1024}', file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", watched, *map(str, words)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            preexec_fn=bound,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"came": f"not ended in {LONGEST} s"}
    *said, last = done.stderr.splitlines() or [""]
    seconds, _, megabytes = last.partition(" ")
    if done.returncode not in (0, 2) or not megabytes.isdigit():
        return {"came": f"exit code {done.returncode}: {last[:200]}"}
    came = "computed" if done.returncode == 0 else f"refused: {said[-1]}"
    return {"came": came, "seconds of CPU": float(seconds), "MB": int(megabytes)}
