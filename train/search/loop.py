"""The loop of both algorithms: propose, judge, tell.

    repeat
        proposals  <- proposer            Algorithm 1: a batch; Algorithm 2: one, in words
        judgements <- judge               scores, and a criticism beside them where there is one
        the proposer is told
    until the budget is spent, or more of it would change nothing

What an algorithm adds (a responder that trains first, play without intervention, when to stop) it
adds in the methods with an underscore. Whoever looks on is told of every round, and may end it.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.errors import BudgetSpent
from ..run.interrupt import SearchInterrupted, stop_on_interrupt

Entry = TypeVar("Entry")
_STREAM = 0x5CA2C4  # keeps the search's draws apart from the learner's under the same seed


class Proposer(Protocol):
    """Proposes pre-policies, and learns from what came of them; see `proposers.Meta`."""

    def ask(self, number: int, history: Sequence[Any], np_random: np.random.Generator) -> Any:
        """(number, ...) what to judge next, given all rounds so far."""

    def sample(self, number: int, np_random: np.random.Generator) -> Any:
        """(number, ...) what it would propose as it stands; moves nothing."""

    def tell(
        self, points: Any, scores: NDArray[np.float64], beside: NDArray[np.float64] | None = None
    ) -> None:
        """Learn the scores of what was asked; NaN where there is none."""


class Judgement(Protocol):
    """What a judge makes of one proposal."""

    @property
    def score(self) -> float:
        """How good it is: more is better, NaN where nobody can tell."""

    @property
    def beside(self) -> float:
        """What decides between equal scores."""

    @property
    def criticism(self) -> str:
        """What to keep and what to change, in words; empty from a judge that has none."""

    @property
    def error(self) -> object | None:
        """What broke the judging off; None if nothing did."""


class Judge(Protocol):
    """Scores proposals: a responder with its evaluation, or play and an evaluator."""

    def judge(self, proposals: Any, history: Sequence[Any]) -> Sequence[Judgement]:
        """A judgement of each proposal, given the rounds before this one."""


class Reason(StrEnum):
    """Why a search ended before its budget was spent."""

    CERTIFIED = "certified"
    """It has settled, and its answers can be trusted: more would change nothing."""
    CAP = "cap"
    """A cap on tokens or money was reached."""
    OUTAGE = "outage"
    """The server that plays or judges is down."""


@dataclass(frozen=True)
class Stopped:
    """That a search has ended before its budget was spent.

    Attributes:
        reason: why, as data.
        message: why, in words; empty where the reason says it all.
    """

    reason: Reason
    message: str = ""


class Callback(Protocol):
    """Looks on at a search, and may end it.

    What it does decides nothing of the search but when it ends: a resumed search calls `on_start`
    again, with the rounds so far in `search.history`.
    """

    def on_start(self, search: Any) -> None:
        """Before the first round of this process."""

    def on_round(self, search: Any, row: Any) -> bool:
        """After every round, with its entry in `search.history`; False ends the search.

        A search that is ended so concludes as one whose budget is spent.
        """

    def on_end(self, search: Any) -> None:
        """After the last round, and when an error or Ctrl-C has ended the search."""


class Several:
    """Callbacks as one, in their order; all of them are told of every round and of the end."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self._callbacks = tuple(callbacks)

    def on_start(self, search: Any) -> None:
        """Tell all."""
        for callback in self._callbacks:
            callback.on_start(search)

    def on_round(self, search: Any, row: Any) -> bool:
        """Tell all; the search goes on if each of them says so (or nothing)."""
        answers = [callback.on_round(search, row) for callback in self._callbacks]
        return all(answer is not False for answer in answers)

    def on_end(self, search: Any) -> None:
        """Tell all."""
        for callback in self._callbacks:
            callback.on_end(search)


class Loop(ABC, Generic[Entry]):
    """A search under way.

    Attributes:
        proposer: proposes.
        judge: scores.
        rounds: the budget.
        batch: proposals in a round.
        history: an entry for each round so far.
        stopped: why it ended before its budget was spent; None if it has not.
        stopping: whether Ctrl-C was pressed, so that the last round was the last of this process.
    """

    def __init__(
        self, proposer: Proposer, judge: Judge, *, rounds: int, batch: int, seed: int
    ) -> None:
        """Begin.

        Args:
            proposer: proposes.
            judge: scores.
            rounds: how many there will be.
            batch: proposals in each.
            seed: of what the proposer draws.
        """
        self.proposer, self.judge = proposer, judge
        self.rounds, self.batch = rounds, batch
        self.history: list[Entry] = []
        self.stopped: Stopped | None = None
        self.stopping = False
        self._np_random = np.random.default_rng([seed, _STREAM])
        self._seconds_before = 0.0
        self._started = time.perf_counter()

    @property
    def done(self) -> bool:
        """Whether the budget is spent, or more of it would change nothing."""
        return self.stopped is not None or len(self.history) >= self.rounds

    @property
    def seconds(self) -> float:
        """Wall time so far, with that of a resumed run before its interruption."""
        return self._seconds_before + time.perf_counter() - self._started

    @property
    def progress(self) -> str:
        """How far it has come, in words."""
        return f"{len(self.history)} of {self.rounds} rounds"

    def iterate(self) -> Entry | None:
        """One round; its entry in the history, or None if a cap was reached in its middle."""
        try:
            moves = self._prepare(len(self.history) + 1)
            proposals = (
                self.proposer.ask(self.batch, self.history, self._np_random)
                if moves
                else self.proposer.sample(self.batch, self._np_random)
            )
            judgements = self.judge.judge(proposals, self.history)
        except BudgetSpent as error:
            self.stopped = Stopped(Reason.CAP, str(error))
            return None
        if moves:
            numbers = np.array([(one.score, one.beside) for one in judgements], dtype=np.float64)
            self.proposer.tell(proposals, *numbers.T.copy())
        entry = self._entry(proposals, judgements, moves)
        self.history.append(entry)
        self.stopped = self._look()
        return entry

    def run(self, callbacks: Sequence[Callback] = (), folder: Path | None = None) -> Self:
        """Go on until the budget is spent, or a callback says so.

        The first Ctrl-C lets the round in progress end, the second drops it.

        Args:
            callbacks: who looks on.
            folder: where they keep the rounds, if anywhere: for the message of an interruption.

        Returns:
            This search.

        Raises:
            SearchInterrupted: Ctrl-C before the search was done.
        """
        everybody = Several(callbacks)
        try:
            with stop_on_interrupt() as stop:
                self._begin()
                everybody.on_start(self)
                goes_on = True
                while goes_on and not self.done:
                    entry = self.iterate()
                    if entry is None:
                        break
                    self.stopping = stop.requested
                    goes_on = everybody.on_round(self, entry)
                    if self.stopping and not self.done:  # the callbacks have kept this round
                        raise SearchInterrupted(self.progress, folder)
        except SearchInterrupted:
            raise
        except KeyboardInterrupt:
            raise SearchInterrupted(self.progress, folder) from None
        finally:
            everybody.on_end(self)
        return self

    def _begin(self) -> None:
        """What is done once, before the first round."""

    def _prepare(self, number: int) -> bool:
        """What is done before round `number`, from 1 on; whether the proposer moves in it."""
        return True

    @abstractmethod
    def _entry(self, proposals: Any, judgements: Sequence[Any], moved: bool) -> Entry:
        """What the history keeps of a round."""

    def _look(self) -> Stopped | None:
        """Whether the search is over before its budget, after each round."""
        return None

    def state_dict(self) -> StateDict:
        """What `load_state_dict` needs to go on as if nothing had happened; more in subclasses."""
        return {"np_random": self._np_random.bit_generator.state, "seconds": self.seconds}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self._np_random.bit_generator.state = state["np_random"]
        self._seconds_before, self._started = state["seconds"], time.perf_counter()
