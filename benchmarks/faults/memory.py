"""Memory and handles: after 10,000 iterations against 500, after 2,000 episodes, over 500 games.

What is measured is the resident memory of a process of its own, so that one does not grow into what
another has left.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from scg_envs.core.registry import GAMES, find_game, load
from scg_envs.train.search import search

from .searches import ROOT

EARLY, ITERATIONS, EPISODES, MADE = 500, 10_000, 2_000, 500


class _Course:
    """Resident memory in the course of a search, in bytes."""

    def __init__(self) -> None:
        self.rounds, self.early, self.late = 0, 0, 0

    def on_start(self, state: Any) -> None:
        """Nothing yet."""

    def on_round(self, state: Any, row: Any) -> None:
        """Look at round `EARLY`."""
        self.rounds += 1
        if self.rounds == EARLY:
            self.early = resident()

    def on_end(self, state: Any) -> None:
        """Look again."""
        self.late = resident()


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def handles() -> int:
    """Files, pipes and sockets that this process has open (Linux)."""
    return len(os.listdir("/proc/self/fd"))


def iterations(folder: str) -> dict[str, Any]:
    """A search of so many iterations; its settings let none of them end it early."""
    course = _Course()
    search(
        "bargaining",
        meta="random",
        evaluations=2 * ITERATIONS,
        batch=2,
        callbacks=[course],
        out=folder or None,
    )
    return {"rounds": course.rounds, "early": course.early, "late": course.late}


def episodes(name: str) -> dict[str, Any]:
    """So many episodes of a game's batched view, sampled actions."""
    game = find_game(name)
    env = load(game.vector)(num_envs=10, **game.kwargs)
    env.reset(seed=0)
    env.action_space.seed(0)
    ended, early = 0, 0
    while ended < EPISODES:
        _, _, over, cut, _ = env.step(env.action_space.sample())
        ended += int(np.sum(over | cut))
        if not early and ended >= EARLY:
            early = resident()
    late = resident()
    env.close()
    return {"episodes": ended, "early": early, "late": late}


def made(name: str) -> dict[str, Any]:
    """A game made, reset, drawn and closed again and again."""
    game = find_game(name)
    module = import_module(game.module)
    seen = []
    for number in range(MADE):
        env = module.parallel_env(**game.kwargs, render_mode="rgb_array")
        env.reset(seed=number)
        if number % 50 == 0:
            env.render()
        env.close()
        if number in (MADE // 5, MADE - 1):
            seen.append((handles(), resident()))
    (first, early), (last, late) = seen
    return {"handles": last - first, "early": early, "late": late}


_PARTS: dict[str, Callable[[str], dict[str, Any]]] = {
    "iterations": iterations,
    "episodes": episodes,
    "made": made,
}


def measured(part: str, what: str) -> dict[str, Any]:
    """The figures of a part in a process of its own, with `growth` from early to late."""
    command = [sys.executable, "-m", "benchmarks.faults.memory", part, what]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(said)
    return found | {"growth": round(found["late"] / found["early"] - 1, 4)}


def cases() -> dict[str, tuple[str, str]]:
    """What is measured, by name."""
    found = {f"{ITERATIONS:,} iterations": ("iterations", "")}
    for game in GAMES:
        found[f"{EPISODES:,} episodes of {game.name}"] = ("episodes", game.name)
        found[f"{MADE} times {game.name}"] = ("made", game.name)
    return found


if __name__ == "__main__":
    print(json.dumps(_PARTS[sys.argv[1]](sys.argv[2])))
