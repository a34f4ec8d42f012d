"""The judge of Algorithm 1: a responder, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...agents import Responder
from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation, Split, follower_of
from ...core.pre_policy import Points


class Scored(NamedTuple):
    """A judgement in numbers alone.

    Attributes:
        score: what is made large, such as P(Y=y | do(pre-policy)); NaN where the followers have no
            answer.
        beside: what decides between equal scores.
        p: P(Y=y | do(pre-policy)).
        utility: the committed agent's expected utility.
        regret: the greatest of the followers' mean regrets.
        criticism: empty: numbers say it all.
        error: None: a responder that fails ends the search.
    """

    score: float
    beside: float
    p: float
    utility: float
    regret: float
    criticism: str = ""
    error: None = None


class ResponderJudge:
    """Judges by what followers answer: eq. 4.2 of the paper.

    Attributes:
        responder: who answers.
        objective: what is made large, one of `scg_envs.core.evaluation.OBJECTIVES`.
        split: what answers are for: the search, or from its end on the report.
    """

    def __init__(self, responder: Responder, objective: str) -> None:
        """Judge by a responder's answers."""
        self.responder, self.objective = responder, objective
        self.split: Split = "search"
        self.played = 0

    @property
    def env_steps(self) -> int:
        """Environment steps so far, for training and for everything that `ask` has played."""
        return self.responder.train_steps + self.played

    def ask(
        self,
        points: Points,
        responder: Responder | None = None,
        *,
        split: Split | None = None,
    ) -> Evaluation:
        """The answers of the responder, or of another one, whose steps are counted."""
        asked = self.responder if responder is None else responder
        trained = asked.train_steps
        answers = asked.respond(points, split=self.split if split is None else split)
        self.played += answers.env_steps
        if asked is not self.responder:
            self.played += asked.train_steps - trained
        return answers

    def judge(self, proposals: Points, history: Sequence[Any]) -> list[Scored]:
        """What followers answer each of them.

        Raises:
            InvalidArgument: a follower's gain is made large, and nobody says what it earns.
        """
        answers = self.ask(proposals)
        follower = follower_of(self.objective)
        if follower and follower not in (answers.follower_utility or {}):
            raise InvalidArgument(
                f"objective is {self.objective!r}, and these followers' answers do not say what "
                f"{follower} earns; take another objective."
            )
        ranked = [answers.score(self.objective), answers.beside(self.objective)]
        columns = [*ranked, answers.p, answers.utility, answers.worst_regret]
        return [Scored(*row) for row in np.stack(columns, axis=1).tolist()]
