"""A suite: a YAML file of scenarios, each a game with its followers and what is wanted.

    name: commit-v1
    seeds: 10
    settings: {evaluations: 256, batch: 16}      # the same budget for all
    responders:                                  # who may answer in a search, by name
      ppo: {responder: ppo, steps: 100000}       # `exact` is always there
    proposers:                                   # what is run unless others are asked for
      random: {meta: random}
      score-function: {}                         # the game's own: categorical or gaussian
    followers:                                   # types of followers, by name
      best: {responder: exact}
      best-pessimistic: {responder: exact, ties: pessimistic}
      logit: {responder: logit, rate: 2.0}
    scenarios:
      household:
        game: household                          # settings of scg search
        trained: best                            # the followers that a commitment is found against
        held_out: [best-pessimistic, logit]      # those that it is then scored against
        half: train                              # of generated scenarios: train or held-out
    digests: {household: 0123...}                # of each game: a run of another is refused

`of: commit-v1` begins with all that another suite says, `only` takes some of its scenarios by name.

A type of follower is a name for a responder of `scg_envs.agents` with the settings that it reads:
`ties`, the game's options (`rate`, `epsilon`), `steps`, `hyperparameters`. So whatever responder
there is can be one, and one that is added to `scg_envs.agents` is named in a suite by a line. Paths
of layouts and games are looked for beside the suite's file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from ...agents.responders.names import check_responder
from ...core.checkpoint import digest
from ...core.errors import InvalidArgument, UnknownName
from ..run.named_functions import check_functions
from ..run.plan_file import read_plan
from ..run.settings_file import read_yaml
from ..search.proposers import METAS
from ..sweep.plan import SEEDS, seeds_of

EXACT = "exact"
"""The responder that answers as the followers that are trained against do, by computation."""
_FOLDER = Path(str(resources.files(__package__).joinpath("suites")))
SUITES = tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))
"""The suites that are shipped."""
_KEYS = (
    *("name", "of", "only", "seeds", "settings"),
    *("responders", "proposers", "followers", "scenarios", "digests"),
)
_OWN = ("trained", "held_out", "half")
_FOR_A_FOLDER = re.compile(r"[\w+=][\w+=.,-]*")
Half = Literal["train", "held-out"]


@dataclass(frozen=True)
class Follower:
    """A type of followers.

    Attributes:
        name: of the type.
        settings: the responder, and what it reads, as settings of a search.
    """

    name: str
    settings: Mapping[str, Any]

    @property
    def responder(self) -> str:
        """Who answers for them."""
        return str(self.settings["responder"])

    @property
    def given(self) -> dict[str, Any]:
        """Their settings without the responder."""
        return {name: value for name, value in self.settings.items() if name != "responder"}


@dataclass(frozen=True)
class Scene:
    """A scenario of a suite.

    Attributes:
        name: its name.
        settings: of the game and of what is wanted, as settings of a search.
        trained: the followers that a commitment is found against.
        held_out: the types that it is scored against besides.
        half: of scenarios that were generated alike, whether this is one to tune methods on.
        digest: `Scenario.digest` of the game with the trained followers; None if it says none.
    """

    name: str
    settings: Mapping[str, Any]
    trained: Follower
    held_out: tuple[Follower, ...]
    half: Half | None
    digest: str | None


@dataclass(frozen=True)
class Suite:
    """A suite, read.

    Attributes:
        name: its name.
        digest: of all that its file says; a score is one of the suite with this digest.
        seeds: of the searches.
        settings: of all searches.
        responders: settings by name.
        proposers: settings by name.
        scenes: the scenarios.
    """

    name: str
    digest: str
    seeds: tuple[int, ...]
    settings: Mapping[str, Any]
    responders: Mapping[str, Mapping[str, Any]]
    proposers: Mapping[str, Mapping[str, Any]]
    scenes: tuple[Scene, ...]


def read_suite(name: str | Path, *, trust: bool = False) -> Suite:
    """A shipped suite by its name, or one of your own by its file.

    Args:
        name: the name, or a YAML file.
        trust: whether the functions may be called that the file names, as `module:function`: not
            those of a stranger's file.

    Raises:
        UnknownName: there is none of this name.
        InvalidArgument: the file cannot be read, or is no suite; the message names the entry.
    """
    path = _path(name)
    folder = path.parent.resolve()
    return read_plan(path, "suite", lambda kept: suite_of(kept, folder, trust=trust))


def _path(name: str | Path) -> Path:
    """Where a suite's file is."""
    shipped, path = _FOLDER / f"{name}.yaml", Path(name)
    if shipped.is_file():
        return shipped
    if path.suffix not in (".yaml", ".yml", ".json"):
        raise UnknownName("suite", name, SUITES, "One of your own is a .yaml file.")
    return path


def suite_of(kept: Mapping[str, Any], folder: Path, *, trust: bool = False) -> Suite:
    """A suite from what its file says.

    Args:
        kept: the file as JSON types.
        folder: where its paths are looked for.
        trust: whether the functions may be called that it names.

    Raises:
        ScgError: what cannot be.
    """
    for key in kept:
        if key not in _KEYS:
            raise UnknownName("part of a suite", key, _KEYS)
    for part in ("settings", "digests"):
        if not isinstance(kept.get(part) or {}, Mapping):
            raise InvalidArgument(f"{part} is {kept[part]!r}; expected settings by name.")
    if "of" in kept:
        kept, folder = _extended(kept), _path(kept["of"]).parent.resolve()
    if not trust:
        check_functions(kept, "it", "give `trust`")
    followers = {
        name: Follower(name, settings) for name, settings in _named(kept, "followers").items()
    }
    for one in followers.values():
        if "responder" not in one.settings:
            raise InvalidArgument(f"followers {one.name} name no responder; give one.")
        check_responder(one.responder)
    proposers = _named(kept, "proposers")
    for name, settings in proposers.items():
        if str(settings.get("meta", "random")) not in METAS:  # one's own are typed
            raise UnknownName(f"meta pre-policy of the proposer {name}", settings["meta"], METAS)
    responders = {EXACT: {"responder": "exact"}} | _named(kept, "responders")
    for settings in responders.values():
        check_responder(settings.get("responder"))
    scenarios = _named(kept, "scenarios")
    if not scenarios:
        raise InvalidArgument("it names no scenarios; give settings of a game by name.")
    return Suite(
        name=str(kept.get("name", "suite")),
        digest=digest(dict(kept)),
        seeds=tuple(seeds_of(kept.get("seeds", SEEDS))),
        settings=kept.get("settings") or {},
        responders=responders,
        proposers=proposers,
        scenes=tuple(
            _scene(name, one, followers, folder, (kept.get("digests") or {}).get(name))
            for name, one in scenarios.items()
        ),
    )


def _extended(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What a suite says beside another, which it begins with."""
    if not isinstance(kept["of"], str):
        raise InvalidArgument(f"of is {kept['of']!r}; expected a suite's name.")
    _, base = read_yaml(_path(kept["of"]))
    if "of" in base:
        raise InvalidArgument(f"{kept['of']} begins with another suite itself; name that one.")
    whole = {**base, **{key: value for key, value in kept.items() if key not in ("of", "only")}}
    only = kept.get("only")
    if only is not None:
        scenarios = _named(base, "scenarios")
        if not isinstance(only, list):
            raise InvalidArgument(f"only is {only!r}; expected a list of scenarios.")
        for name in only:
            if not isinstance(name, str) or name not in scenarios:
                raise UnknownName(f"scenario of {kept['of']}", name, scenarios)
        whole["scenarios"] = {name: scenarios[name] for name in only}
        digests = base.get("digests") or {}
        whole["digests"] = {name: digests[name] for name in only if name in digests}
    return whole


def _named(kept: Mapping[str, Any], part: str) -> dict[str, dict[str, Any]]:
    """A part of a suite: settings by name."""
    given = kept.get(part) or {}
    if not isinstance(given, Mapping):
        raise InvalidArgument(f"{part} is {given!r}; expected settings by name.")
    for name, one in given.items():
        if not isinstance(name, str) or not _FOR_A_FOLDER.fullmatch(name):
            raise InvalidArgument(
                f"{part} has {name!r} for a name; expected one that a folder can have: letters, "
                "digits and any of _ . , + = - after the first."
            )
        if not isinstance(one, Mapping):
            raise InvalidArgument(f"{name} of {part} is {one!r}; expected settings by name.")
    return {name: dict(one) for name, one in given.items()}


def _scene(
    name: str,
    entry: Mapping[str, Any],
    followers: Mapping[str, Follower],
    folder: Path,
    meant: str | None,
) -> Scene:
    def named(one: Any) -> Follower:
        if not followers:
            raise InvalidArgument("it names no followers; give types of them by name.")
        if not isinstance(one, str) or one not in followers:
            raise UnknownName(f"type of followers in {name}", one, followers)
        return followers[one]

    settings = {key: value for key, value in entry.items() if key not in _OWN}
    for key in ("game", "layout"):
        if isinstance(settings.get(key), str) and (folder / settings[key]).is_file():
            settings[key] = str(folder / settings[key])
    held_out = entry.get("held_out") or []
    half = entry.get("half")
    if "game" not in settings:
        raise InvalidArgument(f"scenario {name} names no game; give one.")
    if not isinstance(held_out, list):
        raise InvalidArgument(f"held_out of {name} is {held_out!r}; expected a list of types.")
    if half not in (None, "train", "held-out"):
        raise InvalidArgument(f"half of {name} is {half!r}; expected train or held-out.")
    if entry.get("trained") in held_out:
        raise InvalidArgument(f"{entry['trained']} are trained and held out in {name}; drop one.")
    return Scene(
        name,
        settings,
        named(entry.get("trained")),
        tuple(map(named, held_out)),
        half,
        meant,
    )
