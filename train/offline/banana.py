"""The least incentive, learned in words: a chance of the word that goes up and down by halves."""

from __future__ import annotations

import numpy as np

from ...banana.game import WORD_COST
from ...banana.solve import best_answers, threshold_chances
from ...banana.topics import QUALITIES, Topic, quality_number
from ...causal.undefined import Undefined
from ..verbal import Outcome, Proposal, Rule, Run, ScriptedEvaluator, VerbalLoop, VerbalResult
from ..verbal.trial import History

EVALUATIONS = 9  # halves the interval to 1/256


class BananaEnvironment:
    """The rational helper's answer to a promised chance of the word."""

    def __init__(self, topic: Topic, wanted: float) -> None:
        """Promise the word for answers of quality `wanted` or better."""
        self._topic, self._wanted = topic, quality_number(wanted)

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The user's utility: 1 for a good answer, minus what the word costs."""
        chances = threshold_chances(self._topic, 1, self._wanted, float(proposal.point))
        answers = best_answers(self._topic, chances, wanted=self._wanted)
        quality = float(QUALITIES[answers.quality[0]])
        content = answers.quality[0] >= self._wanted
        said = f"The helper answered with quality {quality:g}."
        metrics = {"quality": quality, "content": float(content), "said": answers.said}
        return Outcome(float(content) - WORD_COST * answers.said, said, metrics)

    def words(self, chance: float) -> str:
        """The promise as it is announced."""
        wanted = QUALITIES[self._wanted]
        return f"For an answer of {wanted:g} or better I say the word with chance {chance:.3f}."


class Halving:
    """Proposes a chance and halves the interval in which the least one lies, as the critic points.

    It begins with the whole promise, 1: where that is not enough, nothing is.
    """

    def __init__(self, environment: BananaEnvironment) -> None:
        self._words = environment.words

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The middle of what is left."""
        low, high = 0.0, 1.0
        for trial in history:
            assert trial.proposal is not None
            assert trial.verdict is not None
            if trial.verdict.direction == "lower":
                high = trial.proposal.point
            else:
                low = trial.proposal.point
        point = (low + high) / 2 if history else 1.0
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
    topic: Topic,
    wanted: float,
    *,
    evaluations: int = EVALUATIONS,
    seed: int = 0,
    run: Run = VerbalLoop.run,
) -> tuple[float | Undefined, VerbalResult]:
    """Learn the least chance of the word for which the helper answers well.

    Returns:
        The least chance that was answered well, or Undefined if not even saying the word for sure
        was; and the loop's result.
    """
    environment = BananaEnvironment(topic, wanted)
    loop = VerbalLoop(
        Halving(environment),
        environment,
        incentive_evaluator(),
        evaluations=evaluations,
        seed=seed,
    )
    result = run(loop)
    enough = [
        float(trial.proposal.point)
        for trial in result.history
        if trial.proposal is not None
        and trial.outcome is not None
        and trial.outcome.metrics["content"] == 1
    ]
    if not enough:
        return Undefined(
            "no promise that was tried was answered well, saying it for sure included"
        ), (result)
    return min(enough), result
