"""A language model that scores and criticizes the rounds of Algorithm 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...core.checks import check_whole
from ...core.verbal import Direction, History, Outcome, Proposal, Task, Trial, Verdict
from ...games.dialogue.answers import AnswerFormat, choice, number
from ...games.dialogue.answers import text as text_field
from .client import Client, Sampling
from .dialogue import Speaker
from .prompts import load_prompt
from .rounds import ask, one_round, rounds, sample_of


@dataclass(frozen=True)
class _Judgment:
    score: float = number("how far the round attained what is wanted", least=0, most=10, step=0.5)
    criticism: str = text_field("what to keep and what to change", longest=2000, empty=False)
    direction: Literal["lower", "higher", "none"] = choice(
        "where a number that is committed to should move, or none"
    )


_JUDGMENT = AnswerFormat(_Judgment)


class LanguageEvaluator:
    """A model scores and criticizes what happened.

    Attributes:
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    prompts = ("evaluator", "repair")

    def __init__(
        self,
        client: Client,
        task: Task,
        *,
        samples: int = 1,
        repairs: int = 2,
        sampling: Sampling | None = None,
        memory: int = 12_000,
    ) -> None:
        """Judge by a model.

        Args:
            client: who is asked.
            task: what it is told.
            samples: how many judgments the score is the mean of (the paper takes 10); the
                criticism and the direction are those of the first.
            repairs: how often an answer that cannot be read may be repaired.
            sampling: temperature, seed and length; the client's if None.
            memory: characters of the history that are shown, the newest rounds first.

        Raises:
            InvalidArgument: no samples.
        """
        self._speaker = Speaker(client, "evaluator", repairs=repairs, sampling=sampling)
        self._task, self._memory = task, memory
        self._samples = check_whole("samples", samples, 1)
        self.usage = self._speaker.usage

    def judge(
        self, proposal: Proposal, outcome: Outcome, history: History, rng: np.random.Generator
    ) -> Verdict:
        """Ask for a verdict, with a score from 0 to 1.

        Raises:
            UnparsableAnswer: no verdict could be read, nor repaired; it names the round.
            LanguageModelError: the server failed, or a cap is reached.
        """
        system = load_prompt("evaluator").fill(
            committed=self._task.committed,
            game=self._task.game,
            goal=self._task.goal,
            instructions=_JUDGMENT.instructions,
        )
        current = Trial(len(history), proposal, outcome)
        question = (
            f"{rounds(history, self._memory, self._task.shown)}\n\nThe round to judge:\n\n"
            f"{one_round(current, self._task.shown)[-self._memory :]}"
        )
        judged = [
            ask(
                self._speaker,
                system,
                question,
                _JUDGMENT.read,
                _JUDGMENT,
                len(history),
                sample_of(rng),
            )
            for _ in range(self._samples)
        ]
        direction: Direction = judged[0].direction
        score = float(np.mean([judgment.score for judgment in judged])) / 10
        return Verdict(score, judged[0].criticism, direction)
