"""A language model that rates answers, as in Table 1 of the paper (Appendix K)."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

import numpy as np

from ...checks import check_whole
from .answers import AnswerFormat, number
from .client import Client, Sampling
from .dialogue import Speaker
from .prompts import load_prompt
from .transcript import Episode


@dataclass(frozen=True)
class _Rating:
    score: float = number("the rating of the answer", least=1, most=10, step=0.5)


_RATING = AnswerFormat(_Rating)


@dataclass(frozen=True)
class Ratings:
    """Several ratings of one answer.

    Attributes:
        scores: from 1 to 10.
    """

    scores: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of the scores."""
        return fmean(self.scores)  # exact: equal scores have their own mean

    @property
    def sd(self) -> float:
        """Their standard deviation (over n, as for a finished set); 0 for one."""
        return float(np.std(self.scores))


class LanguageJudge:
    """Rates how informative an answer to a question is, from 1 to 10.

    Attributes:
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    prompts = ("banana_judge", "repair")

    def __init__(
        self,
        client: Client,
        topic: str,
        *,
        samples: int = 10,
        repairs: int = 2,
        sampling: Sampling | None = None,
    ) -> None:
        """Judge answers about a topic.

        Args:
            client: who is asked.
            topic: what the questions are about.
            samples: how often each answer is rated.
            repairs: how often a rating that cannot be read may be repaired.
            sampling: temperature, seed and length; the client's if None.

        Raises:
            InvalidArgument: no samples.
        """
        self._speaker = Speaker(client, "judge", repairs=repairs, sampling=sampling)
        self._samples = check_whole("samples", samples, 1)
        self._rules = load_prompt("banana_judge").fill(
            topic=topic, instructions=_RATING.instructions
        )
        self._turn = 0
        self.usage = self._speaker.usage

    def rate(
        self, question: str, answer: str, *, sample: int = 0, episode: Episode | None = None
    ) -> Ratings:
        """Rate an answer `samples` times.

        Args:
            question: what was asked.
            answer: what was answered.
            sample: the episode's number, so that equal answers of episodes are rated apart.
            episode: where the ratings are written as turns.

        Raises:
            UnparsableAnswer: a rating could not be read, nor repaired.
            LanguageModelError: the server failed, or a cap is reached.
        """
        messages = [
            {"role": "system", "content": self._rules},
            {
                "role": "user",
                "content": f"<question>\n{question}\n</question>\n<answer>\n{answer}\n</answer>",
            },
        ]
        scores = []
        for repeat in range(self._samples):
            self._turn += 1
            spoken = self._speaker.ask(
                messages,
                _RATING.read,
                turn=self._turn,
                sample=sample * self._samples + repeat,
                schema=_RATING.schema,
                episode=episode,
            )
            scores.append(spoken.value.score)
        return Ratings(tuple(scores))
