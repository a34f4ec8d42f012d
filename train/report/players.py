"""Who plays in a report: the search's responder, and who answers what is recommended.

They are the same, unless a finalist was judged by models that trained on, or by others that have
chosen nothing: then its film is of the models whose answer is reported, and both are kept:

    DIR/model.zip                whom the search asked (`models/0/` of a model for each pre-policy)
    DIR/recommended/model.zip    whose answer to the recommended pre-policy is reported
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from ...agents import Responder, make_judge, make_responder
from ...core.policy import BatchPolicies
from ...core.problem import CommitmentProblem
from ..search.config import SearchConfig
from ..search.findings import Findings

RECOMMENDED = "recommended"


@dataclass(frozen=True)
class Players:
    """Those who answer.

    Attributes:
        searched: whom the search asked.
        answering: whose answer to the recommended pre-policy is reported.
        point: that pre-policy.
    """

    searched: Responder
    answering: Responder
    point: Any

    @property
    def apart(self) -> bool:
        """Whether what is reported is another's answer than the search's responder's."""
        return self.answering is not self.searched

    def policies(self, point: Any | None) -> BatchPolicies:
        """Who plays under a pre-policy: under the recommended one those who are reported."""
        same = self._recommended(point)
        return (self.answering if same else self.searched).policies(self.point if same else point)

    def knows(self, point: Any | None) -> bool:
        """Whether models that were kept play under a pre-policy, or without any (None)."""
        if self._recommended(point):
            return self.answering.knows(self.point)
        return self.searched.knows(point)

    def _recommended(self, point: Any | None) -> bool:
        return point is not None and np.array_equal(point, self.point)

    @property
    def problem(self) -> CommitmentProblem:
        """What is answered."""
        return self.searched.problem

    def save(self, folder: Path) -> None:
        """Keep the models in a run folder."""
        self.searched.save_model(folder)
        if self.apart:
            own = folder / RECOMMENDED
            own.mkdir(exist_ok=True)
            self.answering.save_model_of(self.point, own)

    @classmethod
    def load(
        cls, folder: Path, config: SearchConfig, problem: CommitmentProblem, asked: Findings
    ) -> Self:
        """Those whom `save` has kept.

        Raises:
            AttributeError, IndexError, KeyError, OSError, TypeError, ValueError: their models are
                missing, damaged, or others'.
        """
        searched = answering = make_responder(
            config.responder,
            problem,
            seed=config.seed,
            steps=config.steps,
            hyperparameters=config.hyperparameters,
        )
        searched.load_model(folder)
        if asked.judge is not None:
            answering = cls._judge(config, problem, **asked.judge)
            answering.load_model_of(asked.point[0], folder / RECOMMENDED)
        return cls(searched, answering, asked.point[0])

    @staticmethod
    def _judge(
        config: SearchConfig, problem: CommitmentProblem, number: int, steps: int | None = None
    ) -> Responder:
        """A judge as the search has made it, which has learned nothing yet."""
        judge = make_judge(
            config.responder,
            problem,
            seed=config.seed,
            steps=config.steps if steps is None else steps,
            number=number,
            hyperparameters=config.hyperparameters,
        )
        return make_responder(config.responder, problem) if judge is None else judge
