"""Algorithm 2 of the paper (Appendix H): the verbal outer loop, one for all games.

    repeat
        pi_pre <- generator                the proposal, typed and in words
        R      <- environment(pi_pre)      one or many episodes
        F      <- evaluator(R)             a score and a criticism
        the generator revises on F
    until the budget is spent

A round counts whatever comes of it: one that a language model or its server breaks off stays in the
history with its error, since to drop it would bias every mean. Only where the server itself fails
in several rounds in a row is the loop stopped, and those rounds are played anew when it goes on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...agents.language import Usage, stamps
from ...checks import check_seed, check_whole
from ...errors import (
    BudgetSpent,
    InvalidArgument,
    RunFolderError,
    ServerFailed,
    UnparsableAnswer,
)
from ...verbal import (
    Baseline,
    Environment,
    Evaluator,
    Failure,
    Generator,
    Proposal,
    Trial,
    best_of,
)

_STREAM = 0x7A1C  # keeps this loop's draws apart from others under the same seed
_PROPOSE, _PLAY, _JUDGE, _RECHECK, _FREELY = range(5)
_OUTAGES = 3  # rounds in a row that the server breaks off, after which it is taken to be down


@dataclass(frozen=True)
class VerbalResult:
    """What a loop found.

    Attributes:
        best: the trial with the greatest score, or None if all broke off.
        history: all trials.
        seconds: wall time.
        stopped: why it ended before its budget of evaluations, if it did.
        usage: what each role that a language model has in the loop has used.
        prompts: version and hash of each prompt of theirs.
        no_intervention: what happens without a commitment; None if the environment cannot play so.
    """

    best: Trial | None
    history: tuple[Trial, ...]
    seconds: float
    stopped: str | None = None
    usage: dict[str, Usage] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    no_intervention: Baseline | None = None

    @property
    def scores(self) -> list[float]:
        """The scores of the trials that were judged."""
        return [trial.verdict.score for trial in self.history if trial.verdict is not None]

    @property
    def failed(self) -> int:
        """Trials that broke off."""
        return sum(trial.error is not None for trial in self.history)

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "best": None if self.best is None else self.best.to_json(),
            "no_intervention": self.no_intervention and self.no_intervention.to_json(),
            "history": [trial.to_json() for trial in self.history],
            "evaluations": len(self.history),
            "failed": self.failed,
            "seconds": self.seconds,
            "stopped": self.stopped,
            "usage": {role: used.to_json() for role, used in self.usage.items()},
            "prompts": self.prompts,
        }


class VerbalLoop:
    """The state of Algorithm 2 and one round of it.

    Attributes:
        history: the trials so far.
        evaluations: the budget.
        seed: seeds everything that is drawn; round i draws the same whatever the generator is.
        stopped: why the loop ended early: a cap on tokens or money was reached, or the server is
            down.
        no_intervention: what happened without a commitment, once it was played.
    """

    def __init__(
        self,
        generator: Generator,
        environment: Environment,
        evaluator: Evaluator,
        *,
        evaluations: int,
        seed: int = 0,
    ) -> None:
        """Begin.

        Raises:
            InvalidArgument: no evaluations, or no seed.
        """
        self._generator, self._environment, self._evaluator = generator, environment, evaluator
        self.evaluations = check_whole("evaluations", evaluations, 1)
        self.seed = check_seed(seed)
        self.history: list[Trial] = []
        self.stopped: str | None = None
        self.no_intervention: Baseline | None = None
        self._outages = 0  # rounds at the end of the history that are to be played anew
        self._seconds_before = 0.0
        self._used_before: dict[str, Usage] = {}
        self._started = time.perf_counter()

    @property
    def done(self) -> bool:
        """Whether the budget is spent."""
        return len(self.history) >= self.evaluations or self.stopped is not None

    @property
    def seconds(self) -> float:
        """Wall time so far, with that of a resumed loop before its interruption."""
        return self._seconds_before + time.perf_counter() - self._started

    @property
    def usage(self) -> dict[str, Usage]:
        """What each role of a language model has used, before a resumption too."""
        total: dict[str, Usage] = {}
        for role, part in (
            ("generator", self._generator),
            ("evaluator", self._evaluator),
            ("players", self._environment),
        ):
            used = [self._used_before.get(role), getattr(part, "usage", None)]
            for one in used:
                if one is not None:
                    total.setdefault(role, Usage()).add(one)
        return total

    def step(self) -> Trial | None:
        """One round; None if a cap was reached, which ends the loop.

        Raises:
            LanguageModelError: there is no server, no such model or no recording: no further
                round could do better.
            ScgError: any error of the parts that is not a language model's.
        """
        index = len(self.history)
        parts: dict[str, Any] = {}
        try:
            proposal = self._generator.propose(self.history, self._rng(index, _PROPOSE))
            parts["proposal"] = proposal
            outcome = self._environment.play(proposal, self._rng(index, _PLAY))
            _check_score("an outcome", outcome.score)
            parts["outcome"] = outcome
            verdict = self._evaluator.judge(
                proposal, outcome, self.history, self._rng(index, _JUDGE)
            )
            _check_score("a verdict", verdict.score)
            parts["verdict"] = verdict
        except BudgetSpent as error:
            self.stopped = str(error)
            return None
        except (ServerFailed, UnparsableAnswer) as error:
            parts["error"] = Failure.of(error)
        trial = Trial(index, **parts)
        self.history.append(trial)
        self._look_for_outage()
        return trial

    def _look_for_outage(self) -> None:
        """Stop where the server broke off the last rounds, or all that there were to be."""
        last = next((k for k, t in enumerate(reversed(self.history)) if not t.outage), None)
        number = len(self.history) if last is None else last
        if number >= _OUTAGES or number == self.evaluations:
            rounds = "the last round" if number == 1 else f"the last {number} rounds"
            self.stopped = f"the server broke off {rounds} ({self.history[-1].error})"
            self._outages = number

    def run(self, listen: Callable[[Trial], None] | None = None) -> VerbalResult:
        """Go on until the budget is spent; what happens without a commitment is played first.

        It is played before the rounds, so that a cap that ends them leaves something to compare
        with, and it counts against the cap like a round.

        Args:
            listen: called after each round, to show it or to write `state`.
        """
        if self.no_intervention is None:
            self.no_intervention = self._play_freely()
        while not self.done:
            trial = self.step()
            if trial is not None and listen is not None:
                listen(trial)
        return self.result()

    def result(self) -> VerbalResult:
        """What was found so far."""
        parts = (self._generator, self._evaluator, self._environment)
        names = [name for part in parts for name in getattr(part, "prompts", ())]
        return VerbalResult(
            best_of(self.history),
            tuple(self.history),
            self.seconds,
            self.stopped,
            self.usage,
            stamps(*names) if names else {},
            self.no_intervention,
        )

    def _play_freely(self) -> Baseline | None:
        """Play without a commitment, if the environment can."""
        play = getattr(self._environment, "play_freely", None)
        if play is None:
            return None
        try:
            return Baseline(play(self._rng(0, _FREELY)))
        except (BudgetSpent, ServerFailed, UnparsableAnswer) as error:
            return Baseline(error=Failure.of(error))

    def recheck(self, proposal: Proposal, plays: int) -> list[float]:
        """The scores of further plays of a proposal, with draws of their own.

        The best of many noisy scores flatters itself; these do not. Plays that a language model
        breaks off are missing, and all after a cap was reached.
        """
        scores: list[float] = []
        for play in range(plays):
            try:
                scores.append(self._environment.play(proposal, self._rng(play, _RECHECK)).score)
            except BudgetSpent:
                break
            except (ServerFailed, UnparsableAnswer):
                continue
        return scores

    def state(self) -> dict[str, Any]:
        """What `load_state` needs, as JSON types."""
        return {
            "seed": self.seed,
            "history": [trial.to_json() for trial in self.history],
            "no_intervention": self.no_intervention and self.no_intervention.to_json(),
            "outages": self._outages,
            "seconds": self.seconds,
            "usage": {role: used.to_json() for role, used in self.usage.items()},
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned; a cap that had ended the loop may have been raised.

        Rounds in which the server was down are played anew.

        Raises:
            RunFolderError: the state is damaged, or of a loop with another seed.
        """
        try:
            seed, history = state["seed"], [Trial.from_json(row) for row in state["history"]]
            freely = state["no_intervention"] and Baseline.from_json(state["no_intervention"])
            seconds, outages = float(state["seconds"]), int(state.get("outages", 0))
            used = {role: Usage(**counts) for role, counts in state["usage"].items()}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RunFolderError(f"the state of a verbal loop cannot be read: {error!r}.") from None
        if seed != self.seed:
            raise RunFolderError(f"the state is of seed {seed}; this loop has seed {self.seed}.")
        self.history = history[: len(history) - outages]
        self.stopped, self._outages, self._used_before = None, 0, used
        again = (BudgetSpent, ServerFailed) if outages else (BudgetSpent,)
        anew = freely is not None and freely.error is not None and freely.error.is_a(*again)
        self.no_intervention = None if anew else freely
        self._seconds_before, self._started = seconds, time.perf_counter()

    def _rng(self, index: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, _STREAM, purpose, index])


Run = Callable[[VerbalLoop], VerbalResult]  # `VerbalLoop.run`, or one that keeps what it finds


def _check_score(what: str, score: Any) -> None:
    if isinstance(score, bool) or not isinstance(score, (int, float, np.number)):
        fine = False
    else:
        fine = math.isfinite(score)
    if not fine:
        raise InvalidArgument(f"{what} has the score {score!r}; expected a finite number.")
