"""What a learner is trained with: the files `defaults/ALGORITHM.yml`, by algorithm, game and size.

A file has the model's class, its policies' names for flat and for dictionary observations, and
hyper-parameters for every game. Those under a game's own name add to them or replace them, and so
do those of `routes`, where somebody's route is announced on a board, and those of the rows of
`by_size` that a board is large enough for (a row that is `practised`, where followers can
practise). Its size is in pairs of a cell of the learner's and one
of another's (`SeenBoard.pairs`), which is what there is to learn by. With `steps_per_pair` the
budget grows with it: it is the greater of `steps` and that many times the size.

Hyper-parameters that are not attributes of `Settings` are arguments of the model's class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ...core.errors import InvalidArgument
from ...core.problem import CommitmentProblem

OWN = (
    "num_envs",
    "learning_rate",
    "rollout",
    "activation",
    "board",
    "practice",
)  # hyper-parameters that are settings of ours; all others are the model's
_BUDGET = ("steps", "steps_per_pair")
_WHERE = ("from", "practised")  # where a row of `by_size` holds
FRESH = "fresh-"
"""What a name begins with if a new model is trained for each pre-policy."""


@dataclass(frozen=True)
class Settings:
    """An algorithm's settings in one game.

    Attributes:
        algorithm: the model's class, as `module:name`.
        policies: the policies' names for `flat` and for `dictionary` observations.
        steps: the training budget in environment steps.
        num_envs: games in lockstep.
        learning_rate: at first; it falls linearly to 0 over the budget.
        rollout: environment steps between two updates, over all games; None where the model has
            no rollouts.
        activation: names of `torch.nn` for `one_hot` and `other` inputs, or one for both; the
            model's own if empty.
        board: arguments of `BoardFeatures`, which the network then begins with; None for one-hot
            columns.
        practice: arguments of `Practice`; None where there is none.
        model: further arguments of the model.
        extra: the extra of this distribution that brings the algorithm.
        remembers: whether its policy has a state.
        fresh: whether a new model is trained for each pre-policy, with `steps` of its own.
        anew: the page with the steps of a model that trains for one pre-policy alone.
        responder: what answers, as the entry point `module:class`; empty for a model.
        needs: what a problem must have for it; empty if nothing.
    """

    algorithm: str
    policies: Mapping[str, str]
    steps: int
    num_envs: int
    learning_rate: float
    rollout: int | None
    activation: Mapping[str, str] | str
    board: Mapping[str, Any] | None
    practice: Mapping[str, Any] | None
    model: Mapping[str, Any]
    extra: str
    remembers: bool
    fresh: bool
    anew: str
    responder: str
    needs: str

    @property
    def module(self) -> str:
        """The package that has the algorithm."""
        return self.algorithm.partition(":")[0]


def has_settings(algorithm: str, game: str) -> bool:
    """Whether an algorithm's file has a budget for a family of games."""
    return game in _page(algorithm)["games"]


def algorithms() -> dict[str, str]:
    """What each algorithm is, in a line, by its name: one for each file, and each model anew."""
    names = sorted(
        path.name.removesuffix(".yml") for path in files(__package__).joinpath("defaults").iterdir()
    )
    listed = [name for name in names if not name.startswith("_")]
    anew = [FRESH + name for name in listed if _page(name).get("algorithm") and not is_fresh(name)]
    every = sorted({*listed, *anew})
    return {name: _page(name)["summary"] for name in every}


def is_fresh(algorithm: str) -> bool:
    """Whether a new model is trained for each pre-policy."""
    return bool(_page(algorithm).get("fresh", False))


def settings_of(
    algorithm: str,
    problem: CommitmentProblem | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings of an algorithm in a game.

    Args:
        algorithm: the name of a file in `defaults/`, without its suffix; or `module:make_model`.
            After `fresh-` a new model is trained for each pre-policy.
        problem: what is learned; None for the settings that it has everywhere, without steps.
        hyperparameters: some in place of the file's, or beside them.
    """
    page = _page(algorithm)
    own = merged(_of_size(page, problem), hyperparameters or {})
    return Settings(
        algorithm=page.get("algorithm", ""),
        policies=page.get("policies", {}),
        steps=own.get("steps", 0),
        num_envs=own.get("num_envs", 1),
        learning_rate=own.get("learning_rate", 0.0),
        rollout=own.get("rollout"),
        activation=own.get("activation", page.get("activation", {})),
        board=own.get("board"),
        practice=own.get("practice"),
        model={name: value for name, value in own.items() if name not in (*OWN, *_BUDGET)},
        extra=page.get("extra", "train"),
        remembers=page.get("remembers", False),
        fresh=page.get("fresh", False),
        anew=algorithm if page.get("fresh") else page.get("anew", algorithm),
        responder=page.get("responder", ""),
        needs=page.get("needs", ""),
    )


def cannot_act(name: str) -> InvalidArgument:
    """The error for an algorithm that cannot choose among a follower's actions."""
    able = [one for one in algorithms() if settings_of(one).algorithm and not is_fresh(one)]
    return InvalidArgument(
        f"responder is {name!r}, which cannot choose one of finitely many actions, as followers "
        f"do here; those that can: {', '.join(able)}."
    )


def can_practise(problem: CommitmentProblem) -> bool:
    """Whether there is a single follower that walks on a board, and commitments surely bind.

    Were they unsure, each announcement would come to as many cases as there are pre-policies.
    """
    scheme = getattr(problem, "scheme", problem.chances)
    walks = problem.walks is not None and problem.seen_board is not None
    return walks and problem.chances.certain and scheme.certain


def _of_size(page: Mapping[str, Any], problem: CommitmentProblem | None) -> dict[str, Any]:
    """A page's hyper-parameters in a problem, with the steps that its size asks for."""
    own = dict(page.get("defaults", {}))
    if problem is None:
        return own
    board = problem.seen_board
    size = 0 if board is None else board.pairs
    own = merged(own, page["games"][problem.family])
    routes = own.pop("routes", {})
    if board is not None and board.ahead:
        own = merged(own, routes)
    for row in own.pop("by_size", ()):
        if size >= row["from"] and (not row.get("practised") or can_practise(problem)):
            chosen = {name: value for name, value in row.items() if name not in _WHERE}
            own = merged(own, chosen)
    own["steps"] = max(own["steps"], int(own.get("steps_per_pair", 0) * size))
    return own


@cache
def _page(algorithm: str) -> dict[str, Any]:
    """A file, upon the one that it says it is like."""
    file = files(__package__).joinpath("defaults", f"{algorithm}.yml")
    if ":" not in algorithm and file.is_file():
        page: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        like = page.pop("like", None)
        return page if like is None else merged(_page(like), page)
    shared = algorithm.removeprefix(FRESH)
    if shared == algorithm:
        return _page("_any") | {"algorithm": algorithm}
    return _anew(_page(shared), f"a new {shared} model for each pre-policy")


def _anew(page: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """A page with the steps of a model that trains for one pre-policy alone.

    They are the share of the page's own that `fresh-ppo` has of those of `ppo`.
    """
    usual, fresh = _page("ppo")["games"], _page("fresh-ppo")["games"]
    games = {
        game: own
        | {
            name: type(own[name])(own[name] * fresh[game][name] / usual[game][name])
            for name in _BUDGET
            if name in own
        }
        for game, own in page["games"].items()
    }
    return {**page, "games": games, "fresh": True, "summary": summary}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by name, key by key at every depth; of single values the one `above`."""
    both = dict(below)
    for key, value in above.items():
        nested = isinstance(value, Mapping) and isinstance(both.get(key), Mapping)
        both[key] = merged(both[key], value) if nested else value
    return both
