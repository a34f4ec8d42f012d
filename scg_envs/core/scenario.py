"""A scenario: a game, who commits to what, and what the human wants, as data.

    scenario = make_scenario("barrier", layout="maze", committed="red", credibility=0.9)
    problem = scenario.problem()                  # what searches, responders and reports work on
    Scenario.from_json(json.loads(json.dumps(scenario.to_json()))) == scenario

The unit of every run: it goes to workers and into run folders as JSON, and its digest says whether
two runs were of the same game, whatever it is called.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from .checkpoint import digest
from .commitment.scheme import Commitment, CommitmentScheme, scheme_of
from .errors import InvalidArgument, UnknownName
from .registry import find_game

if TYPE_CHECKING:
    from .problem import CommitmentProblem

_COMMITMENT = {
    "pre_policy": "space",
    "credibility": "credibility",
    "observability": "observability",
}  # options that are a commitment's, and what it calls them
_LAYOUTS = ("topic", "norm")  # options that are another word for a game's layout


@dataclass(frozen=True)
class Scenario:
    """What is played and judged. Equal scenarios are equal settings; see `digest` for equal games.

    Attributes:
        game: a name of the registry, a `.nfg` file, or `module:function`.
        layout: a shipped name, or a file's path; the game's default if None.
        committed: the agent that commits, several parted by commas; the game's default if None.
        desirable: the outcome that the human wants; the game's if None.
        ties: the tie rule of exact answers.
        options: the game's own settings (`scg_envs.core.registry.Game.options`), as JSON types.
        scheme: who commits, each with its own kind of pre-policy and its own chances, in place of
            `committed` and of those options: what `CommitmentScheme.to_json` returns.
    """

    game: str
    layout: str | None = None
    committed: str | None = None
    desirable: str | None = None
    ties: str = "uniform"
    options: Mapping[str, Any] = field(default_factory=dict)
    scheme: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Check what does not need the game's problem.

        Raises:
            UnknownName: no such game or option.
            InvalidArgument: the layout is named twice, or the commitment; or options are none.
        """
        game = find_game(self.game)
        if not isinstance(self.options, Mapping):
            raise InvalidArgument(f"options are {self.options!r}; expected an object, by name.")
        if self.scheme is not None:
            CommitmentScheme.from_json(self.scheme)
            beside = [name for name in _COMMITMENT if name in self.options]
            beside += ["committed"] * (self.committed is not None)
            if beside:
                raise InvalidArgument(
                    f"{' and '.join(beside)} and a scheme say who commits to what, and how surely; "
                    "give one or the other."
                )
        for name in self.options:
            if name not in game.options:
                raise UnknownName(f"option of {self.game}", name, game.options)
        for name in _LAYOUTS:
            if self.layout is not None and self.options.get(name, self.layout) != self.layout:
                raise InvalidArgument(
                    f"layout is {self.layout!r} and {name} {self.options[name]!r}, which say the "
                    "same thing; give one."
                )

    def __hash__(self) -> int:
        return hash(json.dumps(self.to_json(), sort_keys=True))

    def commitments(self) -> CommitmentScheme:
        """Who commits to what, how surely: the scheme, or what `committed` and options stand for.

        Raises:
            InvalidArgument: see `CommitmentScheme`.
        """
        if self.scheme is not None:
            return CommitmentScheme.from_json(self.scheme)
        kinds = {name: self.options[name] for name in _COMMITMENT if name in self.options}
        return scheme_of(self.committed, **kinds)

    def problem(self) -> CommitmentProblem:
        """The commitment problem that the scenario names, made anew at each call.

        Raises:
            ScgError: settings that the game does not take.
        """
        given = {
            "layout": self.layout,
            "committed": self.committed,
            "desirable": self.desirable,
            **self.options,
        }
        if self.scheme is not None:
            scheme = self.commitments()
            (one, *more) = scheme.commitments
            given["committed"] = scheme if more else one.agent
            if not more:
                given |= self._options_of(one)
        problem = find_game(self.game).make_problem(
            **{name: value for name, value in given.items() if value is not None}, ties=self.ties
        )
        if self.scheme is not None and not more:
            one.check_otherwise(problem.pre_policies.otherwise)
        return problem

    def _options_of(self, one: Commitment) -> dict[str, Any]:
        """The game's options that a single agent's commitment stands for."""
        own = {name: getattr(one, part) for name, part in _COMMITMENT.items()}
        if one.certain:
            del own["credibility"], own["observability"]
        for name in set(own) - set(find_game(self.game).options):
            if own.pop(name) is not None:
                raise InvalidArgument(
                    f"the scheme's {_COMMITMENT[name]} is {getattr(one, _COMMITMENT[name])!r}, and "
                    f"{self.game} has no choice of it; leave it out."
                )
        return own

    def named_by(self, problem: CommitmentProblem) -> Self:
        """The scenario of a problem that it made, with its defaults written out."""
        return replace(
            self,
            layout=problem.layout if self.layout is None else self.layout,
            committed=(
                problem.committed
                if self.committed is None and self.scheme is None
                else self.committed
            ),
            desirable=problem.desirable if problem.valued is None else str(problem.valued),
        )

    def bare(self) -> Scenario:
        """The scenario alone, of one that says more than what is played and judged."""
        return Scenario(**{one.name: getattr(self, one.name) for one in fields(Scenario)})

    def digest(self) -> str:
        """64 hexadecimal digits: SHA-256 of rules, payoffs, and settings with their defaults.

        It is of the game, not of its name or its file's: it differs where what is behind them has
        changed. Of other people's games the code is not looked at; there it is of the settings.
        """
        problem = self.problem()
        settings, rules = self.named_by(problem).to_json(), problem.content()
        scheme = getattr(problem, "scheme", None)
        if self.scheme is None and scheme is not None and scheme.several:
            settings["committed"] = ",".join(scheme.agents)  # however the commas are spaced
        if rules:
            del settings["game"], settings["layout"]
            for name in _LAYOUTS:
                settings["options"].pop(name, None)
        return digest({"family": problem.family, "settings": settings, "rules": rules})

    def to_json(self) -> dict[str, Any]:
        """The scenario as a JSON object."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        if self.scheme is None:
            del kept["scheme"]
        return kept | {"options": dict(self.options)}

    @classmethod
    def of(cls, game: str, **settings: Any) -> Self:
        """A scenario, from its own settings and the game's in any order.

        Raises:
            UnknownName: no such game or setting.
            ScgError: see `Scenario`.
        """
        own = find_game(game).options
        known = [one.name for one in fields(cls) if one.name not in ("game", "options")]
        committed = settings.get("committed")
        listed = isinstance(committed, list | tuple)
        names = [str(name) for name in committed] if isinstance(committed, list | tuple) else []
        if names and "order" not in settings and not any("," in name for name in names):
            settings["committed"] = committed = ",".join(names)
        for name in settings:
            if name not in known and name not in own and not (listed and name == "order"):
                raise UnknownName(f"setting of {game}", name, [*known, *own])
        if committed is not None and not isinstance(committed, str):
            scheme = scheme_of(
                settings.pop("committed"),
                **{n: settings.pop(n) for n in (*_COMMITMENT, "order") if n in settings},
            )
            settings["scheme"] = scheme.to_json()
        options = {name: value for name, value in settings.items() if name in own}
        others = {name: value for name, value in settings.items() if name not in own}
        return cls(game, options=options, **others)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` returned.

        Raises:
            InvalidArgument: it is no mapping, or names no game.
            UnknownName: a key that a scenario does not have.
            ScgError: see `Scenario`.
        """
        if not isinstance(kept, Mapping) or "game" not in kept:
            raise InvalidArgument(f"a scenario is {kept!r}; expected an object with its `game`.")
        names = [one.name for one in fields(cls)]
        for name in kept:
            if name not in names:
                raise UnknownName("part of a scenario", name, names)
        return cls(**kept)


def make_scenario(game: str, **settings: Any) -> Scenario:
    """A scenario, from settings in any order.

    Args:
        game: a name of the registry (`scg list`), a `.nfg` file, or `module:function`.
        **settings: `layout`, `committed` (an agent, a list of several with or without `order`, or a
            `CommitmentScheme`), `desirable`, `ties`, and the game's own options.

    Raises:
        UnknownName: no such game or setting.
        InvalidArgument: the layout is named twice.
    """
    return Scenario.of(game, **settings)
