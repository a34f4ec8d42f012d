"""Who is shown playing, and under what: the players of a run, or the best of many pre-policies."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from ...agents import Responder, make_responder
from ...core.errors import InvalidArgument, RunFolderError
from ...core.files import cause
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from ..run.folder import RunFolder
from ..run.named_functions import check_functions
from ..search.config import SearchConfig
from ..search.findings import Findings
from .players import Players

_TRIED = 1024  # pre-policies among which the best is looked for, if none is named


def best_of_many(problem: CommitmentProblem) -> Any:
    """The pre-policy with the greatest exact P(Y=y) of many that cover the space.

    Raises:
        InvalidArgument: the game has no exact answers.
    """
    points = problem.pre_policies.spread(_TRIED, np.random.default_rng(0))
    return points[np.nan_to_num(problem.solver.p(points), nan=-1).argmax()]


def check_known(players: Responder | Players, point: Any, parameter: str, run: Path) -> None:
    """See that the models of a run answer under a pre-policy, and need not be trained first.

    Args:
        players: who answered in the run.
        point: the pre-policy; None where there is none.
        parameter: by which it was named, for messages.
        run: the run folder.

    Raises:
        InvalidArgument: the run had a model for each pre-policy, and keeps none of this one.
    """
    if not players.knows(point):
        raise InvalidArgument(
            f"{parameter} is {players.problem.pre_policies.describe(point)}, and the run in {run} "
            "keeps the model of what it recommends alone; drop it."
        )


def players_of_run(
    path: Path, scenario: Scenario, parameter: str, *, trust: bool
) -> tuple[CommitmentProblem, Responder | Players, Any]:
    """What a finished run was of, who answered in it, and the pre-policy that it recommends.

    Args:
        path: the run folder.
        scenario: names the run's game, and no setting beside it.
        parameter: by which the folder was named, for messages.
        trust: whether functions that the folder names are called.

    Raises:
        RunFolderError: no finished search, one of another game, a damaged one, or settings beside
            the run's.
        InvalidArgument: the folder names a function, and is not trusted.
    """
    plain = Scenario(scenario.game)
    named = [
        one.name for one in fields(plain) if getattr(scenario, one.name) != getattr(plain, one.name)
    ]
    if named:
        name = next(iter(scenario.options), named[0])
        raise RunFolderError(f"`{parameter}` takes its settings from the run; drop `{name}`.")
    folder = RunFolder(path)
    game = folder.read_config().game
    if game != scenario.game:
        raise RunFolderError(f"the run in {path} is of {game!r}, not of {scenario.game!r}.")
    config = folder.read_own_config()
    if not trust:  # the game's name is typed
        check_functions(config.to_json() | {"game": ""}, "the run", "give `trust`")
    if not isinstance(config, SearchConfig):
        raise RunFolderError(f"the run in {path} is one in words, which leaves no model.")
    summary, kept = folder.read_summary(), folder.read_findings()
    problem = config.problem()
    try:
        if kept is not None:
            asked = Findings.load(kept, config.stated(problem), problem)
            players = Players.load(folder.path, config, problem, asked)
            return problem, players, players.point
        responder = make_responder(
            config.responder,
            problem,
            seed=config.seed,
            hyperparameters=config.hyperparameters,
        )
        responder.load_model(path)
        return problem, responder, problem.pre_policies.point(summary["pre_policy_point"])
    except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError) as error:
        raise RunFolderError(f"the run in {path} is damaged ({cause(error)}).") from error
