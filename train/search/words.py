"""Algorithm 2's proposer and judge: a generator, and play with an evaluator.

All chance comes from a seed, the round's number and what it is for, so that a round draws the same
whatever came before it, and a resumed search goes on as if nothing had happened.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import BudgetSpent, InvalidArgument, ServerFailed, UnparsableAnswer
from ...core.verbal import Baseline, Environment, Evaluator, Failure, Generator, Proposal, Trial

_STREAM = 0x7A1C  # keeps these draws apart from others under the same seed
_PROPOSE, _PLAY, _JUDGE, _RECHECK, _FREELY = range(5)
_BREAKS_OFF = (ServerFailed, UnparsableAnswer)  # a round, and not the search


def _drawn(seed: int, purpose: int, index: int) -> np.random.Generator:
    return np.random.default_rng([seed, _STREAM, purpose, index])


class GeneratorProposer:
    """A generator as a proposer: one pre-policy a round, typed and in words.

    Attributes:
        generator: what proposes; it learns from the history, criticisms included.
    """

    def __init__(self, generator: Generator, seed: int) -> None:
        """Draw what the generator draws from a seed."""
        self.generator, self._seed = generator, seed

    def ask(
        self, number: int, history: Sequence[Trial], np_random: np.random.Generator
    ) -> list[Proposal | Failure]:
        """The next proposals, or what broke the model that proposes off.

        Raises:
            BudgetSpent: a cap was reached.
        """
        rng = _drawn(self._seed, _PROPOSE, len(history))
        try:
            return [self.generator.propose(history, rng) for _ in range(number)]
        except _BREAKS_OFF as error:
            return [Failure.of(error)]

    def sample(self, number: int, np_random: np.random.Generator) -> list[Proposal | Failure]:
        """What it would propose first."""
        return self.ask(number, (), np_random)

    def tell(
        self, points: Any, scores: NDArray[np.float64], beside: NDArray[np.float64] | None = None
    ) -> None:
        """Nothing to do: all of it is in the history."""


class PlayJudge:
    """Judges by play: an environment says what comes of a proposal, an evaluator criticizes it.

    Attributes:
        environment: plays.
        evaluator: scores and criticizes.
    """

    def __init__(self, environment: Environment, evaluator: Evaluator, seed: int) -> None:
        """Draw all chance from a seed."""
        self.environment, self.evaluator, self._seed = environment, evaluator, seed

    def judge(
        self, proposals: Sequence[Proposal | Failure], history: Sequence[Trial]
    ) -> list[Trial]:
        """What comes of each; what a language model breaks off stays with its error.

        Raises:
            BudgetSpent: a cap was reached.
            InvalidArgument: a score that is no finite number.
        """
        return [
            self._trial(len(history) + number, proposal, history)
            for number, proposal in enumerate(proposals)
        ]

    def _trial(self, index: int, proposal: Proposal | Failure, history: Sequence[Trial]) -> Trial:
        if isinstance(proposal, Failure):
            return Trial(index, error=proposal)
        parts: dict[str, Any] = {"proposal": proposal}
        try:
            outcome = self.environment.play(proposal, _drawn(self._seed, _PLAY, index))
            _check_score("an outcome", outcome.score)
            parts["outcome"] = outcome
            verdict = self.evaluator.judge(
                proposal, outcome, history, _drawn(self._seed, _JUDGE, index)
            )
            _check_score("a verdict", verdict.score)
            parts["verdict"] = verdict
        except _BREAKS_OFF as error:
            parts["error"] = Failure.of(error)
        return Trial(index, **parts)

    def without(self) -> Baseline | None:
        """Play without a commitment, if the environment can."""
        play = getattr(self.environment, "play_freely", None)
        if play is None:
            return None
        try:
            return Baseline(play(_drawn(self._seed, _FREELY, 0)))
        except (BudgetSpent, *_BREAKS_OFF) as error:
            return Baseline(error=Failure.of(error))

    def again(self, proposal: Proposal, plays: int) -> list[float]:
        """The scores of further plays of a proposal, with draws of their own.

        The best of many noisy scores flatters itself; these do not. Plays that a language model
        breaks off are missing, and all after a cap was reached.
        """
        scores: list[float] = []
        for play in range(plays):
            rng = _drawn(self._seed, _RECHECK, play)
            try:
                scores.append(self.environment.play(proposal, rng).score)
            except BudgetSpent:
                break
            except _BREAKS_OFF:
                continue
        return scores


def _check_score(what: str, score: Any) -> None:
    if isinstance(score, bool) or not isinstance(score, (int, float, np.number)):
        fine = False
    else:
        fine = math.isfinite(score)
    if not fine:
        raise InvalidArgument(f"{what} has the score {score!r}; expected a finite number.")
