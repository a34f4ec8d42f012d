"""A participant's way through a study: what it is shown next, and what its answers lead to.

    consent, instructions, practice, (trial, wanted, comparison) ..., questionnaire, end

A course is a function of the study, the participant's number and its answers: given the same ones
again it stands where it stood. Trials come in pairs, with the commitment and without; participant n
begins its pair i with the commitment if n + i is even, so that two participants in a row meet the
same trials in opposite orders. After each trial a participant says which outcome it wanted, and
which of two outcomes, drawn with equal chances among all pairs and sides, it likes better: pairs
are randomised, whatever was played.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.errors import InvalidAction, ScgError
from ..play.session import Session
from .plan import Study

ON = "on"
"""Goes on from what is only read."""
SIDES = ("first", "second")
_STREAM = 0x57D1


class WrongAnswer(ScgError):
    """It is no answer to what is shown."""


@dataclass(frozen=True)
class Kind:
    """What kind of trial.

    Attributes:
        practice: whether it does not count.
        committed: whether the commitment is made, and announced.
        number: 0, 1, ... among those that are practice, or are not.
        seed: of its chance.
    """

    practice: bool
    committed: bool
    number: int
    seed: int


@dataclass(frozen=True)
class Trial:
    """A finished trial.

    Attributes:
        kind: of what kind.
        began: when it was shown, seconds since 1970.
        ended: when its last move came.
        moves: places of the options that were taken, in order.
        outcome: what it ended in; None where the game names nothing.
        attained: whether that was the desirable one.
        earned: what the participant earned.
        best: what the best response would have earned in this very episode, exactly; None where
            nobody knows.
    """

    kind: Kind
    began: float
    ended: float
    moves: tuple[int, ...]
    outcome: str | None
    attained: bool
    earned: float
    best: float | None


@dataclass(frozen=True)
class Wanted:
    """Which outcome a participant wanted in the trial before."""

    outcome: str


@dataclass(frozen=True)
class Liked:
    """Which of two outcomes a participant liked better: `preferred` is `first` or `second`."""

    first: str
    second: str
    preferred: str


@dataclass(frozen=True)
class Answered:
    """The questionnaire's answers, by name."""

    answers: dict[str, Any]


Record = Trial | Wanted | Liked | Answered


class Course:
    """Where a participant is.

    Attributes:
        step: how many answers were taken.
        records: what came of them, in order.
    """

    def __init__(
        self,
        study: Study,
        number: int,
        outcomes: Sequence[str],
        play: Callable[[Kind], Session],
        began: float,
    ) -> None:
        """Begin.

        Args:
            study: what is run.
            number: the participant's, 0, 1, ...
            outcomes: what episodes can end in.
            play: begins an episode.
            began: when the participant began, seconds since 1970.
        """
        self.step = 0
        self.records: list[Record] = []
        self._title, self._at = study.title, began
        self._left = list(reversed(_stages(study, number, outcomes, play)))
        self._stage: _Stage | None = self._left.pop()(began)

    @property
    def session(self) -> Session | None:
        """The episode that is shown; None where none is."""
        return self._stage.session if isinstance(self._stage, _Play) else None

    @property
    def ended(self) -> bool:
        """Whether nothing is left to answer."""
        return self._stage is None

    def page(self, known: Collection[str] = ()) -> dict[str, Any]:
        """What is shown now, JSON: `stage`, and what is to be said of it.

        Args:
            known: names of images that the page has.
        """
        shown = {"stage": "end"} if self._stage is None else self._stage.shown(known)
        return {"step": self.step, "title": self._title, **shown}

    def check(self, answer: Any) -> None:
        """See whether an answer would be taken, before it is kept.

        Raises:
            WrongAnswer: it would not.
        """
        if self._stage is None:
            raise WrongAnswer("the study has ended; there is nothing to answer.")
        self._stage.check(answer)

    def take(self, answer: Any, at: float) -> None:
        """Go on by an answer that was checked.

        Args:
            answer: to what is shown, JSON.
            at: when it came, seconds since 1970.
        """
        assert self._stage is not None, "checked"
        record = self._stage.take(answer, at)
        self.step += 1
        if record is not None:
            self.records.append(record)
        if self._stage.over:
            self._stage = self._left.pop()(at) if self._left else None


class _Stage(ABC):
    """A part of the way, which is over after an answer or several."""

    over = False

    @abstractmethod
    def shown(self, known: Collection[str]) -> dict[str, Any]:
        """What is shown, JSON."""

    @abstractmethod
    def check(self, answer: Any) -> None:
        """Raise WrongAnswer if it is none."""

    @abstractmethod
    def take(self, answer: Any, at: float) -> Record | None:
        """Go on; what came of it, if that is to be told."""


class _Read(_Stage):
    """A text, which is read or agreed to."""

    def __init__(self, stage: str, text: str) -> None:
        self._stage, self._text = stage, text

    def shown(self, known: Collection[str]) -> dict[str, Any]:
        return {"stage": self._stage, "text": self._text}

    def check(self, answer: Any) -> None:
        if answer != ON:
            raise WrongAnswer(f"the answer is {repr(answer)[:40]}; expected {ON!r}.")

    def take(self, answer: Any, at: float) -> None:
        self.over = True


class _Play(_Stage):
    """An episode, and what came of it: not what the best would have got, which would teach."""

    def __init__(self, kind: Kind, of: int, session: Session, began: float) -> None:
        self._kind, self._of, self.session, self._began = kind, of, session, began

    def shown(self, known: Collection[str]) -> dict[str, Any]:
        view = self.session.view(known)
        if view["result"] is not None:
            view["result"] = {name: view["result"][name] for name in ("outcome", "earned")}
        return {
            "stage": "trial",
            "practice": self._kind.practice,
            "number": self._kind.number + 1,
            "of": self._of,
            "game": view,
        }

    def check(self, answer: Any) -> None:
        session = self.session
        if session.over:
            if answer != ON:
                raise WrongAnswer(f"the episode has ended; expected {ON!r}.")
            return
        try:
            session.check(len(session.moves), answer)
        except InvalidAction as error:
            raise WrongAnswer(str(error)) from None

    def take(self, answer: Any, at: float) -> Trial | None:
        session = self.session
        if session.over:
            self.over = True
            return None
        session.move(len(session.moves), answer)
        if not session.over:
            return None
        return Trial(
            kind=self._kind,
            began=self._began,
            ended=at,
            moves=tuple(session.moves),
            outcome=session.outcome,
            attained=bool(session.attained),
            earned=session.earned[session.matchup.person],
            best=session.best.here,
        )


class _Want(_Stage):
    """Which outcome was wanted."""

    def __init__(self, outcomes: Sequence[str]) -> None:
        self._outcomes = list(outcomes)

    def shown(self, known: Collection[str]) -> dict[str, Any]:
        return {"stage": "wanted", "outcomes": self._outcomes}

    def check(self, answer: Any) -> None:
        if answer not in self._outcomes:
            raise WrongAnswer(
                f"the answer is {repr(answer)[:40]}; expected one of: {', '.join(self._outcomes)}."
            )

    def take(self, answer: Any, at: float) -> Wanted:
        self.over = True
        return Wanted(answer)


class _Compare(_Stage):
    """Which of two outcomes is liked better."""

    def __init__(self, first: str, second: str) -> None:
        self._pair = first, second

    def shown(self, known: Collection[str]) -> dict[str, Any]:
        return {"stage": "comparison", **dict(zip(SIDES, self._pair, strict=True))}

    def check(self, answer: Any) -> None:
        if answer not in SIDES:
            raise WrongAnswer(f"the answer is {repr(answer)[:40]}; expected first or second.")

    def take(self, answer: Any, at: float) -> Liked:
        self.over = True
        return Liked(*self._pair, answer)


class _Ask(_Stage):
    """The questionnaire."""

    def __init__(self, study: Study) -> None:
        self._questions = study.questions

    def shown(self, known: Collection[str]) -> dict[str, Any]:
        return {"stage": "questions", "questions": [one.to_json() for one in self._questions]}

    def check(self, answer: Any) -> None:
        if not isinstance(answer, dict):
            raise WrongAnswer(f"the answer is {repr(answer)[:40]}; expected answers by name.")
        names = {asked.name for asked in self._questions}
        for name in answer:
            if name not in names:
                raise WrongAnswer(f"there is no question {str(name)[:40]!r}.")
        for asked in self._questions:
            try:
                asked.check(answer.get(asked.name))
            except ScgError as error:
                raise WrongAnswer(str(error)) from None

    def take(self, answer: Any, at: float) -> Answered:
        self.over = True
        return Answered(
            {asked.name: asked.check(answer.get(asked.name)) for asked in self._questions}
        )


def _stages(
    study: Study, number: int, outcomes: Sequence[str], play: Callable[[Kind], Session]
) -> list[Callable[[float], _Stage]]:
    """What a participant goes through; each begins at a moment."""
    np_random = np.random.default_rng([study.seed, number, _STREAM])

    def reading(stage: str, text: str) -> Callable[[float], _Stage]:
        return lambda at: _Read(stage, text)

    def playing(kind: Kind) -> Callable[[float], _Stage]:
        of = study.practice if kind.practice else 2 * study.trials
        return lambda at: _Play(kind, of, play(kind), at)

    stages = [reading("consent", study.consent), reading("instructions", study.instructions)]
    for done in range(study.practice):
        stages.append(playing(Kind(True, False, done, _seed(np_random))))
    for done in range(2 * study.trials):
        pair, second = divmod(done, 2)
        committed = (number + pair + second) % 2 == 0
        stages.append(playing(Kind(False, committed, done, _seed(np_random))))
        stages.append(lambda at: _Want(outcomes))
        if len(outcomes) > 1:
            first, other = np_random.choice(len(outcomes), 2, replace=False)
            stages.append(_comparing(outcomes[first], outcomes[other]))
    if study.questions:
        stages.append(lambda at: _Ask(study))
    return stages


def _comparing(first: str, second: str) -> Callable[[float], _Stage]:
    return lambda at: _Compare(first, second)


def _seed(np_random: np.random.Generator) -> int:
    return int(np_random.integers(2**31))
