"""Record a game as a video, with a commitment or without.

The learner plays its exact best response, or the model of a finished run.

Examples:
  scg video barrier --pre-policy 3,6                     red commits to column 3, row 6
  scg video barrier --pre-policy none --episodes 5       nobody commits
  scg video barrier --run runs/ppo                       what that run found, by what it learned
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ...agents import Responder, make_responder
from ...core.errors import InvalidArgument, RunFolderError
from ...core.files import cause
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from ..baseline.folder import NOT_THE_GAMES
from ..command import SeededRun
from ..config import SearchConfig
from ..named_functions import check_functions
from ..players import Players
from ..run_folder import RunFolder, check_no_run
from ..search.findings import Findings
from ..video import SUFFIXES, episodes_of, record
from ._printing import print_json, say

_TRIED = 1024  # pre-policies among which the best is looked for, if none is named


@dataclass(frozen=True, kw_only=True)
class Video(SeededRun):
    """Record a game.

    Attributes:
        scenario: what is played; that of a run is the run's.
        point: what is committed to, such as 3,6, or none for no commitment; the best of many, or
            what the run found if None.
        model_of: the run folder whose model plays; none, exact answers if None.
        episodes: the number of episodes.
        out: the folder for GAME.mp4, or a file's name ending in .mp4 or .gif.
        trust: calls of the functions that the run names, as module:function.
    """

    positional = "game"
    without = tuple(n for n in NOT_THE_GAMES if n not in ("selection", "pre_policy"))
    spelled: ClassVar = {"point": "--pre-policy", "pre_policy": "--space", "model_of": "--run"}

    scenario: Scenario
    point: str | None = None
    model_of: Path | None = None
    episodes: int = 3
    out: Path = Path("videos")
    trust: bool = False

    @property
    def folder(self) -> Path:
        """The folder, or that of the file."""
        return self.out.parent if self.out.suffix.lower() in SUFFIXES else self.out

    def run(self) -> None:
        """Record and say where it is."""
        if self.episodes < 1:
            raise InvalidArgument(
                f"episodes is {self.episodes}; expected a whole number from 1 on."
            )
        problem, responder, found = self._players()
        point: Any | None = found
        if self.point == "none":
            point = None
        elif self.point is not None:
            point = problem.pre_policies.parse(self.point)
        suffix = self.out.suffix.lower()
        if suffix[1:].isalpha() and suffix not in SUFFIXES:
            raise InvalidArgument(
                f"out is {str(self.out)!r}; expected a folder, or a name that ends in "
                f"{' or '.join(SUFFIXES)}."
            )
        path = self.out if suffix in SUFFIXES else self.out / f"{problem.game}.mp4"
        check_no_run(self.folder)
        policies = responder.policies(point)
        played = episodes_of(problem, policies, point, episodes=self.episodes, seed=self.seed)
        frames = record(played, path)
        self.keep(path.parent, f"{path.stem}.yaml")
        words = "no intervention"
        if point is not None:
            words = f"{problem.committed} {problem.pre_policies.describe(point)}"
        if self.json:
            print_json({"video": str(path), "frames": frames, "pre_policy": words})
        else:
            say(f"{path}: {self.episodes} episodes, {frames} frames, {words}")

    def _players(self) -> tuple[CommitmentProblem, Responder | Players, Any]:
        """The problem, who answers, and the pre-policy to show if none is named."""
        if self.model_of is None:
            problem = self.scenario.problem()
            points = problem.pre_policies.spread(_TRIED, np.random.default_rng(0))
            best = points[np.nan_to_num(problem.solver.p(points), nan=-1).argmax()]
            return problem, make_responder("exact", problem), best
        plain = Scenario(self.scenario.game)
        named = [
            one.name
            for one in fields(plain)
            if getattr(self.scenario, one.name) != getattr(plain, one.name)
        ]
        if named:
            name = next(iter(self.scenario.options), named[0])
            raise RunFolderError(f"`model_of` takes its settings from the run; drop `{name}`.")
        folder = RunFolder(self.model_of)
        game = folder.read_config().game
        if game != self.scenario.game:
            raise RunFolderError(
                f"the run in {self.model_of} is of {game!r}, not of {self.scenario.game!r}."
            )
        config = folder.read_own_config()
        if not self.trust:  # the game's name is typed
            check_functions(config.to_json() | {"game": ""}, "the run", "give `trust`")
        if not isinstance(config, SearchConfig):
            raise RunFolderError(
                f"the run in {self.model_of} is one in words, which leaves no model."
            )
        summary, kept = folder.read_summary(), folder.read_findings()
        problem = config.problem()
        try:
            if kept is not None:
                players = Players.load(folder.path, config, problem, Findings.from_state(kept))
                return problem, players, players.point
            responder = make_responder(
                config.responder,
                problem,
                seed=config.seed,
                hyperparameters=config.hyperparameters,
            )
            responder.load_model(self.model_of)
            return problem, responder, problem.pre_policies.point(summary["pre_policy_point"])
        except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError) as error:
            raise RunFolderError(
                f"the run in {self.model_of} is damaged ({cause(error)})."
            ) from error
