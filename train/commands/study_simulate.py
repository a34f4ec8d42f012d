"""Run a study with scripted participants, through its real pages: to try it, and to plan it.

They play as well as possible, or at random, and slip at times; what comes of a hundred of them says
how wide the intervals of a study with people will be, if people play so.

Examples:
  scg study simulate study.yaml --participants 40 --slip 0.2 --out runs/pilot
  scg study simulate study.yaml --skill random --out runs/random
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ...core.checks import check_chance, check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...core.extras import require
from ..command import SeededRun
from ..run_folder import check_no_run, write_json
from ._printing import print_json, say

SKILLS = {"best": "exact best responses", "random": "any option"}


@dataclass(frozen=True, kw_only=True)
class StudySimulate(SeededRun):
    """Let scripted participants take part.

    Attributes:
        file: the study's file.
        participants: the participants.
        skill: what they do in trials.
        slip: the chance that they take any option instead, in [0, 1].
    """

    positional = "file"
    listed: ClassVar = {"skill": SKILLS}

    file: Path
    participants: int = 20
    skill: str = "best"
    slip: float = 0.0

    def run(self) -> None:
        """Let them take part, and print what was found."""
        from ._study import NEEDED

        require("a study", *NEEDED, extra="play")
        from ..study.export import export
        from ..study.games import Games
        from ..study.plan import read_study
        from ..study.report import report, text_of
        from ..study.simulate import Script, simulate
        from ..study.store import Store
        from ..study.tables import people_of

        check_chance("slip", self.slip)
        if self.skill not in SKILLS:
            raise UnknownName("skill", self.skill, SKILLS)
        if self.skill == "random" and self.slip:
            raise InvalidArgument(
                f"slip is {self.slip}, and who takes any option cannot slip; drop it, or take the "
                "skill 'best'."
            )
        if self.out is None:
            raise InvalidArgument("out is None; give a folder for the answers.")
        check_no_run(self.out)
        database = self.out / "study.db"
        if database.exists():
            raise InvalidArgument(f"{database} is there already; give another `out`.")
        study = read_study(self.file)
        check_whole("participants", self.participants, 1, study.participants)
        games = Games(study)
        study = games.study
        self.keep(self.out)
        store = Store(f"sqlite:///{database}", study)
        script = Script(self.skill, self.slip, self.seed)  # type: ignore[arg-type]
        simulate(study, store, games, self.participants, script)
        export(store, games, self.out)
        found = report(people_of(store, games), games)
        write_json(self.out / "report.json", found)
        if self.json:
            print_json(found)
        else:
            say(text_of(found))
            say(f"  written to       {self.out}")
