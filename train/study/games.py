"""What participants play: the same game with the commitment, which is announced, and without."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ...core.checkpoint import digest
from ...core.errors import InvalidArgument
from ...core.json_types import plain
from ..play.invite import invite
from ..play.matchup import Matchup, Part
from ..play.others import NOTHING, folder_of
from ..play.session import Session
from ..run.folder import RunFolder
from .course import Course, Kind
from .plan import Study
from .store import Answer


class Games:
    """Both kinds of episodes of a study.

    Attributes:
        study: the study; where a run is its commitment, with what that run decides.
        committed: who plays whom with the commitment.
        free: who plays whom without, in the very same game.
    """

    def __init__(self, study: Study) -> None:
        """Prepare them.

        Args:
            study: what is run.

        Raises:
            ScgError: the game, the commitment or the person is none, or the person commits.
        """
        if study.person is not None and study.person == study.scenario.problem().committed:
            raise InvalidArgument(
                f"person is {study.person!r}, who commits; a study is of one who answers."
            )
        scenario, seat = study.scenario, study.person
        self.committed: Matchup = invite(scenario, seat=seat, commitment=study.commitment)
        if self.committed.part is not Part.ANSWERS:
            raise InvalidArgument(
                f"commitment is {study.commitment!r}; a study compares one with none, so name one."
            )
        run = folder_of(study.commitment)
        if run is not None:  # whose settings are the game's, with the commitment and without
            scenario = RunFolder(run).read_own_config()
            study = replace(study, run=_decided(run, self.committed))
        self.free: Matchup = invite(scenario, seat=seat, commitment=NOTHING)
        self.study = study

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What episodes can end in."""
        return tuple(self.free.problem.outcomes)

    def play(self, kind: Kind) -> Session:
        """Begin an episode."""
        return Session(self.committed if kind.committed else self.free, kind.seed)

    def course(self, number: int, began: float, answers: list[Answer] | None = None) -> Course:
        """Where a participant stands.

        Args:
            number: the participant's.
            began: when it began, seconds since 1970.
            answers: what it has answered, in order.
        """
        course = Course(self.study, number, self.outcomes, self.play, began)
        for answer in answers or []:
            course.take(answer.body, answer.at)
        return course


def _decided(run: Path, committed: Matchup) -> dict[str, str]:
    """What a run's folder decides of what participants meet.

    Its commitment, and a digest of that, of its game, and of the models that play, if any do.
    """
    models: list[Path] = []
    if committed.policies:
        models = [*run.glob("model*.zip"), *run.glob("models/**/*"), *run.glob("recommended/**/*")]
    space = committed.problem.pre_policies
    kept = {
        "settings": RunFolder(run).read_config().bare().to_json(),
        "rules": committed.problem.content(),
        "commitment": plain(space.label(committed.point)),
        "models": {
            path.relative_to(run).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in models
            if path.is_file()
        },
    }
    return {"commitment": space.describe(committed.point), "digest": digest(kept)}
