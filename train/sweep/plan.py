"""What a sweep is: scenarios, responders and proposers, every one with every other, and seeds.

    scenarios:
      - barrier                                        # a game alone
      - {game: barrier, layout: contested}             # or with settings of scg search
      - {game: prisoners_dilemma, rounds: 100, pre_policy: memory-one, objective: utility}
    responders:
      - exact
      - {responder: ppo, steps: 300000}
    proposers: [categorical, random]                   # meta pre-policies; the game's own if none
    seeds: 10                                          # 0 to 9; or a list
    settings: {evaluations: 512, batch: 16}            # of all, where an entry has none of its own
    pictures: false                                    # pictures and videos of each run

Seeds are paired: every combination is searched with the same ones. Each run is named by what it
is and by nothing else, so that a sweep to which seeds or scenarios are added keeps those it has.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from ...agents.factory import check_given
from ...agents.responder import responders_of
from ...core.checks import check_seed, check_whole
from ...core.errors import InvalidArgument, ScgError, UnknownName
from ...core.problem import CommitmentProblem
from ...core.registry import is_file
from ..command import checked
from ..config import SearchConfig, read_yaml
from ..search.proposers import find_meta

SEEDS = 10
"""As many as are asked for where learners are compared."""
_AXES = {"scenarios": "game", "responders": "responder", "proposers": "meta"}
_KEYS = (*_AXES, "seeds", "settings", "pictures")
_MOST_SEEDS = 10_000  # that a number may ask for: each is a folder for every combination
_LONGEST = 80  # characters of a run's name


@dataclass(frozen=True)
class Planned:
    """One run of a sweep.

    Attributes:
        name: of its folder.
        scenario: the scenario's name, which all of its runs share.
        responder: who answers, with its settings.
        proposer: the meta pre-policy, with its settings.
        config: the search's settings.
    """

    name: str
    scenario: str
    responder: str
    proposer: str
    config: SearchConfig

    @property
    def method(self) -> str:
        """Responder and proposer: what is compared over scenarios."""
        return f"{self.responder} / {self.proposer}"


@dataclass(frozen=True)
class Sweep:
    """A sweep, checked to its last run.

    Attributes:
        runs: in their order: all combinations with the first seed, then with the next.
        digests: of each scenario, by name: `Scenario.digest`, of rules and payoffs.
        pictures: whether each run has pictures and videos.
        settings: as the file has them.
    """

    runs: tuple[Planned, ...]
    digests: Mapping[str, str]
    pictures: bool
    settings: Mapping[str, Any]


def read_sweep(path: str | Path) -> Sweep:
    """Read a sweep's file, and check every search that it names.

    Args:
        path: a YAML file.

    Raises:
        InvalidArgument: the file cannot be read, or says what cannot be; the message names the
            entry.
    """
    path = Path(path)
    try:
        command, kept = read_yaml(path)
        if command not in (None, "sweep"):
            raise ValueError(f"it holds settings of scg {command}")
        return sweep_of(kept)
    except FileNotFoundError:
        raise InvalidArgument(f"there is no file {path}; check the path.") from None
    except OSError as error:
        raise InvalidArgument(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, ScgError) as error:
        why = str(error)
        raise InvalidArgument(
            f"{path} is no sweep: {why}{'' if why.endswith(('.', '?')) else '.'}"
        ) from error


def sweep_of(settings: Mapping[str, Any]) -> Sweep:
    """A sweep from its settings, as `read_sweep` reads them.

    Raises:
        ScgError: what cannot be.
        ValueError: a setting of another type.
    """
    for key in settings:
        if key not in _KEYS:
            raise UnknownName("part of a sweep", key, _KEYS)
    if "scenarios" not in settings:
        raise InvalidArgument("it names no scenarios; give a list of games.")
    shared = settings.get("settings") or {}
    if not isinstance(shared, Mapping):
        raise InvalidArgument(f"settings is {shared!r}; expected settings by name.")
    scenarios = _entries(settings, "scenarios")
    responders = _entries(settings, "responders") or [{"responder": "exact"}]
    proposers = _entries(settings, "proposers") or [{}]
    pictures = settings.get("pictures", False)
    if not isinstance(pictures, bool):
        raise InvalidArgument(f"pictures is {pictures!r}; expected true or false.")
    seeds = _seeds(settings.get("seeds", SEEDS))
    names, problems = {}, {}
    cells: list[Planned] = []
    for scenario, responder, proposer in product(scenarios, responders, proposers):
        config = _config(shared, scenario, responder, proposer)
        name = _name(scenario)
        try:
            if name not in problems:
                problems[name] = config.problem()
                names[name] = config.bare().digest()
            _check(config, problems[name])
        except ScgError as error:
            raise InvalidArgument(f"{name} cannot be searched so: {error}") from error
        parts = name, _name(responder), _name(proposer) or str(config.stated(problems[name]).meta)
        cells.append(Planned("-".join(parts), *parts, _located(config, problems[name])))
    taken: set[str] = set()
    for cell in cells:
        if cell.name in taken:
            raise InvalidArgument(f"it names {cell.name} twice; drop one.")
        taken.add(cell.name)
    runs = tuple(
        replace(cell, name=f"{cell.name}-seed{seed}", config=replace(cell.config, seed=seed))
        for seed in seeds
        for cell in cells
    )
    return Sweep(runs, names, pictures, dict(settings))


def _entries(settings: Mapping[str, Any], axis: str) -> list[dict[str, Any]]:
    """The entries of an axis, each as settings by name."""
    key = _AXES[axis]
    given = settings.get(axis)
    if given is None:
        return []
    if not isinstance(given, list) or not given:
        raise InvalidArgument(f"{axis} is {given!r}; expected a list.")
    found = []
    for number, one in enumerate(given, 1):
        entry = {key: one} if isinstance(one, str) else one
        if not isinstance(entry, Mapping):
            raise InvalidArgument(
                f"entry {number} of {axis} is {one!r}; expected a name, or settings by name."
            )
        if not isinstance(entry.get(key), str):
            raise InvalidArgument(f"entry {number} of {axis} names no {key}; give one.")
        found.append(dict(entry))
    return found


def _seeds(given: Any) -> list[int]:
    if isinstance(given, list):
        seeds = [check_seed(seed) for seed in given]
        if not seeds or len(set(seeds)) < len(seeds):
            raise InvalidArgument(f"seeds is {given!r}; expected different numbers, or how many.")
        return seeds
    return list(range(check_whole("seeds", given, 1, _MOST_SEEDS)))


def _config(shared: Mapping[str, Any], *entries: Mapping[str, Any]) -> SearchConfig:
    """The settings of a combination; those of an entry stand before those of all."""
    given: dict[str, Any] = {}
    for entry in entries:
        for name, value in entry.items():
            if name in given:
                raise InvalidArgument(
                    f"{name} is given by {_name(entries[0])!r} and by {_name(entry)!r}, which are "
                    "searched together; give it once."
                )
            given[name] = value
    for name in ("seed", "baseline"):
        if name in given or name in shared:
            raise InvalidArgument(f"{name} is no setting of a sweep's searches; drop it.")
    return SearchConfig(**checked(SearchConfig, {**shared, **given}))


def _located(config: SearchConfig, problem: CommitmentProblem) -> SearchConfig:
    """The settings with the whole path of a layout or game that is a file."""
    if problem.layout_file is None:
        return config
    path = str(Path(problem.layout_file).resolve())
    return replace(config, game=path) if is_file(config.game) else replace(config, layout=path)


def _check(config: SearchConfig, problem: CommitmentProblem) -> None:
    """Find what would end the search before it began, without training anything."""
    known = responders_of(problem)
    if config.responder not in known:
        raise UnknownName(f"responder for {problem.game}", config.responder, known)
    if config.hyperparameters:  # else nothing is to be looked at, and no learner is imported
        check_given(config.responder, problem, config.hyperparameters)
    stated = config.stated(problem)
    assert stated.meta is not None
    assert stated.evaluations is not None
    assert stated.batch is not None
    find_meta(stated.meta)(
        problem.pre_policies, evaluations=stated.evaluations, batch=stated.batch, seed=0
    )


def _name(entry: Mapping[str, Any]) -> str:
    """A name for an entry that a folder can have: of what it says, and of nothing else."""
    values: Sequence[tuple[str, Any]] = list(entry.items())
    said = [
        str(value) if k == 0 or name == "layout" else f"{name}={_plain(value)}"
        for k, (name, value) in enumerate(sorted(values, key=lambda one: _order(one[0])))
    ]
    plain = re.sub(r"[^\w=.,+-]+", "_", "-".join(said))
    if plain == "-".join(said) and len(plain) <= _LONGEST:
        return plain
    mark = hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:8]
    return f"{plain[:_LONGEST]}.{mark}"


def _order(name: str) -> tuple[bool, str]:
    return name not in _AXES.values(), name


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
