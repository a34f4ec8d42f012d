"""Run a study with scripted participants, through its real pages: to try it, and to plan it.

They play as well as possible, at random, or by a named strategy, and slip at times; what comes of a
hundred of them says how wide the intervals of a study with people will be, if people play so.

Examples:
  scg study simulate study.yaml --participants 40 --slip 0.2 --out runs/pilot
  scg study simulate study.yaml --skill random --out runs/random
  scg study simulate dilemma.yaml --skill akata-people --out runs/people
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ...agents.populations import AUTOMATA, CAUTIOUS
from ...agents.populations.files import is_file, write_follower
from ...core.checks import check_chance, check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...core.extras import require
from ..cli.command import SeededRun
from ..run.folder import check_no_run, write_json
from ._printing import print_json, say

FOLLOWER = "follower.json"
"""The fitted follower, in the folder."""

SKILLS = {
    "best": "exact best responses",
    "random": "any option",
    **{name: text for name, text in AUTOMATA.items() if not name.endswith(CAUTIOUS)},
}


@dataclass(frozen=True, kw_only=True)
class StudySimulate(SeededRun):
    """Let scripted participants take part.

    Attributes:
        file: the study's file.
        participants: the participants.
        skill: what they do in trials; a strategy or a population plays repeated games of two
            actions.
        slip: the chance that they take any option instead, in [0, 1].
    """

    positional = "file"
    listed: ClassVar = {"skill": tuple(SKILLS)}

    file: Path
    participants: int = 20
    skill: str = "best"
    slip: float = 0.0

    def run(self) -> None:
        """Let them take part, and print what was found."""
        from ._study import NEEDED

        require("a study", *NEEDED, extra="play")
        from ..study.export import export
        from ..study.fit import fit_follower
        from ..study.games import Games
        from ..study.habits import habit_of
        from ..study.plan import read_study
        from ..study.report import report, text_of
        from ..study.simulate import BEST, RANDOM, Script, simulate
        from ..study.store import Store
        from ..study.tables import people_of

        check_chance("slip", self.slip)
        if self.skill not in SKILLS and not is_file(self.skill):
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
        if self.skill not in (BEST, RANDOM):
            habit_of(self.skill, games)  # a mistake leaves no folder behind
        self.keep(self.out)
        store = Store(f"sqlite:///{database}", study)
        script = Script(self.skill, self.slip, self.seed)
        simulate(study, store, games, self.participants, script)
        export(store, games, self.out)
        people = people_of(store, games)
        found = report(people, games)
        if found["fit"]["card"] is not None:
            write_follower(self.out / FOLLOWER, fit_follower(people, games))
        write_json(self.out / "report.json", found)
        if self.json:
            print_json(found)
        else:
            say(text_of(found))
            say(f"  written to       {self.out}")
