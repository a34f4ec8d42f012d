"""The user's promises, learned in words: a chance of the word that goes up and down by halves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...banana.game import WORD_COST
from ...banana.promises import KINDS, UserPromises, user_promises
from ...banana.solve import best_answers, threshold_chances
from ...banana.topics import QUALITIES, Topic, quality_number
from ...causal.undefined import Reason, Undefined
from ...dialogue.tags import read_number
from ...errors import InvalidAnswer
from ...pre_policy import FREE
from ...verbal import Generator, History, InTurn, Outcome, Proposal, Rule, ScriptedEvaluator
from ..verbal import VerbalLoop, VerbalResult

EVALUATIONS = 9  # halves the interval to 1/256


class Promises:
    """What a user may promise: how it is said, kept and read, for `threshold` and `plain`.

    Points are chances of the word for good answers, any from 0 to 1; or the number of the message
    that has the word, 0 for none.

    Attributes:
        kind: `threshold` or `plain`.
        topic: what is asked about.
        messages: how often the helper answers, at most.
        wanted: the number of the quality that contents the user.
        space: what may be promised, and how a point is written.
    """

    def __init__(
        self, topic: Topic, wanted: float, messages: int = 1, kind: str = KINDS[0]
    ) -> None:
        """Promise the word.

        Args:
            topic: what is asked about.
            wanted: the quality that contents the user.
            messages: how often the helper answers, at most.
            kind: `threshold` or `plain`.

        Raises:
            UnknownName: no such kind.
        """
        self.topic, self.wanted = topic, quality_number(wanted)
        self.messages, self.kind = messages, kind
        self._listed: UserPromises = user_promises(topic, messages, self.wanted, kind)
        self.space = (
            f"the chance, from 0 to 1, that the user says the word after an answer that an expert "
            f"rates {wanted:g} of 10 or better"
            if kind == "threshold"
            else f"the number of the message in which the user says the word whatever is answered, "
            f"from 1 to {messages}, or 0 for never"
        )

    def chances(self, point: float | None) -> NDArray[np.float64]:
        """(M, Q, 3) the chances of the word that are kept to; the user's habit for None."""
        if point is None:
            return self._listed.chances[self._listed.point(FREE)]
        if self.kind == "threshold":
            return threshold_chances(self.topic, self.messages, self.wanted, point)
        return self._listed.chances[self._listed.point(point)]

    def words(self, point: float) -> str:
        """The promise as it is announced."""
        if self.kind == "threshold":
            wanted = QUALITIES[self.wanted]
            return f"For an answer of {wanted:g} or better I say the word with chance {point:.3f}."
        return self._listed.message(self._listed.point(point))

    def read(self, text: str) -> float:
        """The point that a generator of words has written.

        Raises:
            InvalidAnswer: it is none.
        """
        point = read_number(text.strip(), "the point")
        if self.kind == "threshold" and 0 <= point <= 1:
            return point
        if self.kind == "plain" and point in self._listed.labels:
            return int(point)
        raise InvalidAnswer(f"the point is {point:g}; expected {self.space}.")

    def generator(self) -> Generator:
        """Proposals by rule: halving for chances, each message in turn, the last one first."""
        if self.kind == "threshold":
            return Halving(self.words)
        return InTurn(range(self.messages, -1, -1), self.words)


class BananaEnvironment:
    """The rational helper's answers to a promise, exactly."""

    def __init__(self, promises: Promises) -> None:
        """Answer these promises."""
        self._promises = promises

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The user's utility: 1 for good answers, minus what the word costs."""
        return self._answer(proposal.point)

    def play_freely(self, rng: np.random.Generator) -> Outcome:
        """The utility of a user that commits to nothing and follows its habit."""
        return self._answer(None)

    def _answer(self, point: float | None) -> Outcome:
        topic, wanted = self._promises.topic, self._promises.wanted
        answers = best_answers(topic, self._promises.chances(point), wanted=wanted)
        quality = answers.mean_quality()
        content = answers.content(float(QUALITIES[wanted]))
        said = f"The helper answered with quality {quality:g}."
        metrics = {"quality": quality, "content": content, "said": answers.said}
        return Outcome(content - WORD_COST * answers.said, said, metrics)


class Halving:
    """Proposes a chance and halves the interval in which the least one lies, as the critic points.

    It begins with the whole promise, 1: where that is not enough, nothing is.
    """

    def __init__(self, words: Callable[[float], str]) -> None:
        """Say a chance by `words`."""
        self._words = words

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The middle of what is left; a round that broke off leaves what there was."""
        low, high = 0.0, 1.0
        point = 1.0
        for trial in history:
            if trial.proposal is None or trial.verdict is None:
                continue
            if trial.verdict.direction == "lower":
                high = trial.proposal.point
            else:
                low = trial.proposal.point
            point = (low + high) / 2
        return Proposal(point, self._words(point))


def incentive_evaluator() -> ScriptedEvaluator:
    """Says whether the answer was good, and so whether less would do."""
    return ScriptedEvaluator(
        [
            Rule(
                lambda outcome: outcome.metrics["content"] < 1,
                "The answer had quality {quality:g} only: promise more.",
                "higher",
            ),
            Rule(lambda outcome: True, "The answer was good ({quality:g}): promise less.", "lower"),
        ]
    )


def learn_incentive(
    topic: Topic, wanted: float, *, evaluations: int = EVALUATIONS, seed: int = 0
) -> tuple[float | Undefined, VerbalResult]:
    """Learn the least chance of the word for which the helper answers well.

    Returns:
        The least chance that was answered well, or Undefined if not even saying the word for sure
        was; and the loop's result.
    """
    promises = Promises(topic, wanted)
    result = VerbalLoop(
        promises.generator(),
        BananaEnvironment(promises),
        incentive_evaluator(),
        evaluations=evaluations,
        seed=seed,
    ).run()
    enough = [
        float(trial.proposal.point)
        for trial in result.history
        if trial.proposal is not None
        and trial.outcome is not None
        and trial.outcome.metrics["content"] == 1
    ]
    if not enough:
        return Undefined(
            Reason.NOT_FOUND,
            "no promise that was tried was answered well, saying it for sure included",
        ), (result)
    return min(enough), result
