"""Record a game as a video, with a commitment or without.

The learner plays its exact best response, or the model of a finished run.

Examples:
  scg video barrier --pre-policy 3,6                     red commits to column 3, row 6
  scg video barrier --pre-policy none --episodes 5       nobody commits
  scg video barrier --run runs/ppo                       what that run found, by what it learned
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ...agents import Responder, make_responder
from ...core.errors import InvalidArgument
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from ..baseline.folder import NOT_THE_GAMES
from ..cli.command import SeededRun
from ..report.players import Players
from ..report.run_players import best_of_many, check_known, players_of_run
from ..report.video import SUFFIXES, episodes_of, record
from ..run.folder import check_no_run
from ._printing import print_json, say


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
        if self.model_of is not None:
            check_known(responder, point, "point", self.model_of)
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
            return problem, make_responder("exact", problem), best_of_many(problem)
        return players_of_run(self.model_of, self.scenario, "model_of", trust=self.trust)
