"""What participants play: the same game with the commitment, which is announced, and without."""

from __future__ import annotations

from functools import partial

from ...core.errors import InvalidArgument
from ..play.invite import NOTHING, invite
from ..play.matchup import Matchup, Part
from ..play.session import Session
from .course import Course, Kind
from .plan import Study
from .store import Answer


class Games:
    """Both kinds of episodes of a study.

    Attributes:
        study: the study.
        committed: who plays whom with the commitment.
        free: who plays whom without.
    """

    def __init__(self, study: Study) -> None:
        """Prepare them.

        Args:
            study: what is run.

        Raises:
            ScgError: the game, the commitment or the person is none, or the person commits.
        """
        self.study = study
        if study.person is not None and study.person == study.scenario.problem().committed:
            raise InvalidArgument(
                f"person is {study.person!r}, who commits; a study is of one who answers."
            )
        play = partial(invite, study.scenario, seat=study.person)
        self.free: Matchup = play(commitment=NOTHING)
        self.committed: Matchup = play(commitment=study.commitment)
        if self.committed.part is not Part.ANSWERS:
            raise InvalidArgument(
                f"commitment is {study.commitment!r}; a study compares one with none, so name one."
            )

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
