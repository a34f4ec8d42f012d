"""Algorithm 2 of the paper (Appendix H): the verbal outer loop, one for all games.

    repeat
        pi_pre <- generator                the proposal, typed and in words
        R      <- environment(pi_pre)      one or many episodes
        F      <- evaluator(R)             a score and a criticism
        the generator revises on F
    until the budget is spent

A round counts whatever comes of it: one that a language model or its server breaks off stays in the
history with its error, since to drop it would bias every mean.
"""

from __future__ import annotations

import json
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
from .trial import Environment, Evaluator, Generator, Proposal, Trial, best_of

_STREAM = 0x7A1C  # keeps this loop's draws apart from others under the same seed
_PROPOSE, _PLAY, _JUDGE, _RECHECK = range(4)


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
    """

    best: Trial | None
    history: tuple[Trial, ...]
    seconds: float
    stopped: str | None = None
    usage: dict[str, Usage] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)

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
        stopped: why the loop ended early: a cap on tokens or money was reached.
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
            parts["error"] = f"{type(error).__name__}: {error}"
        trial = Trial(index, **parts)
        self.history.append(trial)
        return trial

    def run(self, listen: Callable[[Trial], None] | None = None) -> VerbalResult:
        """Go on until the budget is spent.

        Args:
            listen: called after each round, to show it or to write `state`.
        """
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
        )

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
            "seconds": self.seconds,
            "usage": {role: used.to_json() for role, used in self.usage.items()},
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned; a cap that had ended the loop may have been raised.

        Raises:
            RunFolderError: the state is damaged, or of a loop with another seed.
        """
        try:
            seed, history = state["seed"], [Trial.from_json(row) for row in state["history"]]
            seconds = float(state["seconds"])
            used = {role: Usage(**counts) for role, counts in state["usage"].items()}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RunFolderError(f"the state of a verbal loop cannot be read: {error!r}.") from None
        if seed != self.seed:
            raise RunFolderError(f"the state is of seed {seed}; this loop has seed {self.seed}.")
        self.history, self.stopped, self._used_before = history, None, used
        self._seconds_before, self._started = seconds, time.perf_counter()

    def _rng(self, index: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, _STREAM, purpose, index])


Run = Callable[[VerbalLoop], VerbalResult]  # `VerbalLoop.run`, or one that keeps what it finds


def same_point(one: Any, other: Any) -> bool:
    """Whether two points are the same as JSON types."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _check_score(what: str, score: Any) -> None:
    if isinstance(score, bool) or not isinstance(score, (int, float, np.number)):
        fine = False
    else:
        fine = math.isfinite(score)
    if not fine:
        raise InvalidArgument(f"{what} has the score {score!r}; expected a finite number.")
