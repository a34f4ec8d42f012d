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

from ...agents.responders.factory import check_answers
from ...agents.responders.names import responders_of
from ...core.checks import check_seed, check_whole
from ...core.errors import InvalidArgument, ScgError, UnknownName
from ...core.problem import CommitmentProblem
from ...core.registry import is_file
from ..cli.command import checked
from ..run.named_functions import check_functions
from ..run.plan_file import read_plan
from ..search.config import SearchConfig
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
        kind: the command that runs it, which names the file that its folder keeps them in.
    """

    runs: tuple[Planned, ...]
    digests: Mapping[str, str]
    pictures: bool
    settings: Mapping[str, Any]
    kind: str = "sweep"


def read_sweep(path: str | Path, *, trust: bool = False) -> Sweep:
    """Read a sweep's file, and check every search that it names.

    Args:
        path: a YAML file.
        trust: whether the functions may be called that the file names, as `module:function`: not
            those of a stranger's file.

    Raises:
        InvalidArgument: the file cannot be read, or says what cannot be; the message names the
            entry.
    """

    def plan_of(settings: Mapping[str, Any]) -> Sweep:
        if not trust:
            check_functions(settings, "it", "give `trust`")
        return sweep_of(settings)

    return read_plan(Path(path), "sweep", plan_of)


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
    seeds = seeds_of(settings.get("seeds", SEEDS))
    plan = Plan(shared)
    for scenario, responder, proposer in product(scenarios, responders, proposers):
        name = name_of(scenario)
        try:
            plan.add(
                name, name_of(responder), name_of(proposer) or None, scenario, responder, proposer
            )
        except Twice:
            raise
        except ScgError as error:
            raise InvalidArgument(f"{name} cannot be searched so: {error}") from error
    return plan.sweep(seeds, settings, pictures=pictures)


class Twice(InvalidArgument):
    """A combination is named twice, or a setting by two of its parts."""


class Plan:
    """Combinations of scenarios, responders and proposers, each checked as it is added.

    Attributes:
        problems: of each scenario, by name.
        digests: of each scenario, by name.
        cells: what is to be searched with every seed, by name.
    """

    def __init__(self, shared: Mapping[str, Any]) -> None:
        """Begin with none.

        Args:
            shared: settings of all searches, where a combination has none of its own.
        """
        self._shared = shared
        self.problems: dict[str, CommitmentProblem] = {}
        self.digests: dict[str, str] = {}
        self.cells: dict[str, Planned] = {}

    def add(
        self, scenario: str, responder: str, proposer: str | None, *entries: Mapping[str, Any]
    ) -> None:
        """Add a combination, to be searched with every seed.

        Args:
            scenario: its name.
            responder: the responder's.
            proposer: the meta pre-policy's; what the search calls it if None.
            *entries: settings of all three; none in two of them.

        Raises:
            ScgError: it cannot be searched, or is there already.
            ValueError: a setting of another type.
        """
        config = config_of(self._shared, *entries)
        if scenario not in self.problems:
            self.problems[scenario] = config.problem()
            self.digests[scenario] = config.bare().digest()
        problem = self.problems[scenario]
        check_run(config, problem)
        parts = scenario, responder, proposer or str(config.stated(problem).meta)
        name = "-".join(parts)
        if name in self.cells:
            raise Twice(f"it names {name} twice; drop one.")
        self.cells[name] = Planned(name, *parts, _located(config, problem))

    def sweep(
        self,
        seeds: Sequence[int],
        settings: Mapping[str, Any],
        *,
        pictures: bool = False,
        kind: str = "sweep",
    ) -> Sweep:
        """All combinations with every seed.

        Args:
            seeds: paired: all combinations are searched with each.
            settings: what is kept in the sweep's folder to say what it is of.
            pictures: whether each run has pictures and videos.
            kind: the command that runs it.
        """
        runs = tuple(
            replace(cell, name=f"{cell.name}-seed{seed}", config=replace(cell.config, seed=seed))
            for seed in seeds
            for cell in self.cells.values()
        )
        return Sweep(runs, self.digests, pictures, dict(settings), kind)


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


def seeds_of(given: Any) -> list[int]:
    """Seeds from a list of them, or from how many there are.

    Raises:
        InvalidArgument: they are neither, or one is there twice.
    """
    if isinstance(given, list):
        seeds = [check_seed(seed) for seed in given]
        if not seeds or len(set(seeds)) < len(seeds):
            raise InvalidArgument(f"seeds is {given!r}; expected different numbers, or how many.")
        return seeds
    return list(range(check_whole("seeds", given, 1, _MOST_SEEDS)))


def config_of(shared: Mapping[str, Any], *entries: Mapping[str, Any]) -> SearchConfig:
    """The settings of a combination; those of an entry stand before those of all.

    Args:
        shared: settings of all.
        *entries: what is combined.

    Raises:
        Twice: a setting is in two entries, or is none of a combination's.
        UnknownName: there is no such setting.
        ValueError: one of another type.
    """
    given: dict[str, Any] = {}
    for entry in entries:
        for name, value in entry.items():
            if name in given:
                raise Twice(
                    f"{name} is given by {name_of(entries[0])!r} and by {name_of(entry)!r}, which "
                    "are searched together; give it once."
                )
            given[name] = value
    for name in ("seed", "baseline"):
        if name in given or name in shared:
            raise Twice(f"{name} is no setting of a sweep's searches; drop it.")
    return SearchConfig(**checked(SearchConfig, {**shared, **given}))


def _located(config: SearchConfig, problem: CommitmentProblem) -> SearchConfig:
    """The settings with the whole path of a layout or game that is a file."""
    if problem.layout_file is None:
        return config
    path = str(Path(problem.layout_file).resolve())
    return replace(config, game=path) if is_file(config.game) else replace(config, layout=path)


def check_run(config: SearchConfig, problem: CommitmentProblem) -> None:
    """Find what would end a search before it began, without training anything.

    Raises:
        ScgError: its responder does not answer in this game, or its proposer does not go with what
            may be committed to.
    """
    if config.hyperparameters or ":" in config.responder:
        check_answers(config.responder, problem, config.hyperparameters)
    elif config.responder not in (known := responders_of(problem)):  # imports no learner
        raise UnknownName(f"responder for {problem.game}", config.responder, known)
    stated = config.stated(problem)
    assert stated.meta is not None
    assert stated.evaluations is not None
    assert stated.batch is not None
    find_meta(stated.meta)(
        problem.pre_policies, evaluations=stated.evaluations, batch=stated.batch, seed=0
    )


def name_of(entry: Mapping[str, Any]) -> str:
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
