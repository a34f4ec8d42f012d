"""Exact answers of games of alternating moves."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from ..evaluation import Before
from ..solver import Solver


class TurnSolver(Solver):
    """A learner that is judged by what it believes."""

    def before(self) -> Before:
        """Nobody commits to anything, which is the first of the pre-policies."""
        answer = self.respond([0])
        low, high = self.bounds([0])[0]
        return Before(float(answer.p[0]), float(low), float(high), float(answer.utility[0]))

    @abstractmethod
    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n,) the most that the learner can earn by what it believes, exactly.

        Args:
            points: the pre-policies.
            sees: whether it is shown them; if not, it believes that nobody has intervened.
        """
