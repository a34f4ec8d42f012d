"""The same settings, the same result: whatever process, hash seed, threads, batch and backend.

Searches run in processes of their own, each beside a first one; games are played beside copies that
were pickled in the middle of their episodes, and views beside larger and smaller ones.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from scg_envs.core.registry import GAMES, Game, load

from .searches import ROOT, SEARCHES, alone, result_of

_WAYS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "another process": ({"PYTHONHASHSEED": "0"}, ()),
    "another hash seed": ({"PYTHONHASHSEED": "77"}, ()),
    "two threads": ({"OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"}, ()),
}
_WORKERS = ("fresh", "sweep", "benchmark", "tabular")  # kinds that take --workers
_STEPS, _LARGE = 200, 7


def ways(kind: str) -> dict[str, tuple[dict[str, str], tuple[str, ...]]]:
    """How a kind of search is run once more: the environment, and further words."""
    more = {"two workers": ({}, ("--workers", "2"))} if kind in _WORKERS else {}
    return _WAYS | more


def check_searches(kind: str, folder: Path) -> Counter[str]:
    """Run a kind of search in all ways, and compare what they come to with the first."""
    words = alone(SEARCHES[kind])
    counted = Counter[str]()
    first = _result(words, folder / "first", {"PYTHONHASHSEED": "0"}, ())
    for number, (way, (environment, more)) in enumerate(ways(kind).items()):
        same = _result(words, folder / str(number), environment, more) == first
        counted[f"{way}: {'the same' if same else 'another'}"] += 1
    return counted


def _result(
    words: Sequence[str], out: Path, environment: dict[str, str], more: tuple[str, ...]
) -> Any:
    base = {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "scg_envs.train", *words, *more, "--out", str(out), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | base | environment,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr}")
    return result_of(done.stdout)


def check_games() -> Counter[str]:
    """Play every game beside a copy pickled in the middle, and every view beside other sizes."""
    counted = Counter[str]()
    for game in GAMES:
        same = all(
            _alike(*pair) for pair in zip(_played(game, False), _played(game, True), strict=True)
        )
        counted["pickled: the same" if same else f"pickled: another {game.name}"] += 1
        one, large = (_batched(game, number) for number in (1, _LARGE))
        counted["batches: the same" if _alike(one, large) else f"batches: another {game.name}"] += 1
    return counted


def _played(game: Game, pickled: bool) -> Iterator[Any]:
    """What comes of every step of some episodes; halfway through each step a copy goes on."""
    env = import_module(game.module).parallel_env(**game.kwargs)
    draw = np.random.default_rng(0)
    observed, _ = env.reset(seed=0)
    for number in range(_STEPS):
        actions = {}
        for agent in env.agents:
            space = env.action_space(agent)
            space.seed(int(draw.integers(2**31)))
            actions[agent] = space.sample()
        if pickled and number % 3 == 0:
            env = pickle.loads(pickle.dumps(env))
        came = env.step(actions)
        yield came
        if not env.agents:
            observed, _ = env.reset()
            yield observed


def _batched(game: Game, number: int) -> Any:
    """The first episodes of the first of so many games; all take the same actions."""
    env = load(game.vector)(num_envs=number, **game.kwargs)
    space, found = env.single_action_space, []
    space.seed(0)
    observed, _ = env.reset(seed=5)
    found.append(_first(observed))
    for _ in range(_STEPS):
        action = np.asarray(space.sample())
        observed, rewards, over, cut, _ = env.step(np.stack([action] * number))
        found.append((_first(observed), rewards[0], over[0], cut[0]))
    env.close()
    return found


def _first(observed: Any) -> Any:
    if isinstance(observed, dict):
        return {name: _first(part) for name, part in observed.items()}
    return np.array(observed[0])


def _alike(one: Any, other: Any) -> bool:
    """Whether two trees of arrays, mappings and numbers are the same."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_alike(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    equal = np.asarray(one) == np.asarray(other)
    return bool(np.all(equal | (np.asarray(one) != np.asarray(one))))
