"""Participants by their secrets: each answer is kept before it is answered; no web.

    host = StudyHost(study, Store("sqlite:///study.db", study))
    secret = host.begin()
    host.page(secret)                            # JSON, as `Course.page`
    host.answer(secret, step=0, answer="on")

A page that is loaded anew, and a server that was killed, go on where the participant was, as all it
has answered is in the store.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from ...core.errors import ScgError
from ..play.recent import Recent
from .course import Course, WrongAnswer
from .games import Games
from .plan import Study
from .store import Store, Taken

_MOST = 2000  # courses that are held ready; others are made again from the store
_CODE = 10  # characters of a completion code


class UnknownParticipant(ScgError):
    """A secret that is nobody's."""


class StudyHost:
    """A study that goes on.

    Attributes:
        study: what is run.
        store: where answers are kept.
        games: what is played.
    """

    def __init__(self, study: Study, store: Store, games: Games | None = None) -> None:
        """Go on with a study, or begin it.

        Args:
            study: what is run.
            store: its database.
            games: what is played, if it has been prepared already.
        """
        self.store = store
        self.games = Games(study) if games is None else games
        self.study = self.games.study
        self._ready: Recent[tuple[int, Course]] = Recent(_MOST)

    def begin(self) -> str:
        """Let somebody in; the secret that its page goes on with.

        Raises:
            Full: all places are taken.
            StoreError: the database does not take it.
        """
        found = self.store.begin(self.study.participants)
        course = self.games.course(found.number, found.began)
        self._ready[found.secret] = found.number, course
        return found.secret

    def knows(self, secret: Any) -> bool:
        """Whether a secret is a participant's."""
        try:
            self._course(secret)
        except UnknownParticipant:
            return False
        return True

    def ended(self, secret: str) -> bool:
        """Whether a participant has nothing left to answer."""
        return self._course(secret)[1].ended

    def page(self, secret: Any, known: Collection[str] = ()) -> dict[str, Any]:
        """What a participant is shown.

        Args:
            secret: whose.
            known: names of images that the page has.

        Raises:
            UnknownParticipant: nobody's.
        """
        _, course = self._course(secret)
        page = course.page(known)
        return page | {"code": code_of(secret)} if course.ended else page

    def answer(self, secret: Any, step: Any, answer: Any) -> None:
        """Take an answer.

        Args:
            secret: whose.
            step: which step it answers.
            answer: to what is shown there.

        Raises:
            UnknownParticipant: nobody's secret.
            WrongAnswer: none to what is shown, or to another step; nothing has changed.
            StoreError: the database does not take it; nothing has changed.
        """
        number, course = self._course(secret)
        if type(step) is not int or step != course.step:
            raise WrongAnswer(f"step {repr(step)[:20]} is not the one that is shown.")
        course.check(answer)
        try:
            at = self.store.keep(number, step, answer)
        except Taken as error:  # by another server over the same database
            del self._ready[secret]
            raise WrongAnswer(str(error)) from None
        course.take(answer, at)

    def _course(self, secret: Any) -> tuple[int, Course]:
        found = self._ready.get(secret) if isinstance(secret, str) else None
        if found is None:
            found = self._read(secret)
        self._ready[secret] = found
        return found

    def _read(self, secret: Any) -> tuple[int, Course]:
        kept = self.store.find(secret) if isinstance(secret, str) else None
        if kept is None:
            raise UnknownParticipant("you are not known here; open the link of the study again.")
        answers = self.store.answers_of(kept.number)
        return kept.number, self.games.course(kept.number, kept.began, answers)


def code_of(secret: str) -> str:
    """What a participant hands in to show that it took part; it does not give its secret away."""
    return sha256(b"completion " + secret.encode()).hexdigest()[:_CODE].upper()
