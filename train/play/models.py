"""Language models as a person's opponents: who asks them, and what they are told of the game."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from ...agents.language import Client
from ...agents.seats import LanguageSeat, PatientSeat
from ...agents.seats.language import SAMPLES
from ...core.errors import (
    BudgetSpent,
    InvalidRecordings,
    LanguageModelError,
    MissingRecording,
    ScgError,
    UnparsableAnswer,
)

MODEL = "llm"
"""What is played against where a language model is meant."""

AT_ONCE = 8
"""Questions that are put to a model's server at a time."""

_TOLD: dict[type[ScgError], str] = {
    MissingRecording: "no answer to this is recorded.",
    InvalidRecordings: "something is wrong where this is served; its log says what.",
    BudgetSpent: "the model may be asked no more: what it may use is spent.",
    LanguageModelError: "the model's server has not answered as it should; try again in a moment.",
}
_LOG = logging.getLogger(__name__)


def reason_of(error: Exception) -> str:
    """Why a model has not answered, in a line for whoever plays.

    What the model wrote is theirs to see. The rest, where its server is and what that says, files
    of this machine and the program itself, is for whoever serves: it goes to the log.
    """
    if isinstance(error, UnparsableAnswer):
        return str(error)
    known = isinstance(error, ScgError)
    _LOG.error("a model has not answered: %s", error, exc_info=None if known else error)
    kinds = (told for kind, told in _TOLD.items() if isinstance(error, kind))
    return next(kinds, _TOLD[InvalidRecordings])


@dataclass(frozen=True, eq=False)
class Models:
    """Who sits in the others' seats.

    Attributes:
        client: who asks the model.
        agents: those that it plays, each by a conversation of its own.
        game: what they are told of the game.
    """

    client: Client
    agents: tuple[str, ...]
    game: str
    _gate: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def seat(
        self, agent: str, announcement: str, seed: int, answers: Iterable[int] = ()
    ) -> PatientSeat:
        """The model in a seat, for one episode.

        Args:
            agent: whose seat.
            announcement: what the agent was told before play.
            seed: of the episode.
            answers: what it has answered in it so far.
        """
        slow = LanguageSeat(
            self.client, agent, self.game, announcement=announcement, sample=seed % SAMPLES
        )
        return PatientSeat(slow, answers, self._gate)
