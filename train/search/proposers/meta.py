"""What a meta pre-policy is: a distribution over pre-policies that a search moves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.evaluation import first_of_the_best
from ....core.pre_policy import Points, PrePolicySpace
from ....core.state_form import Form, Maybe, Point, Real


class Meta(ABC):
    """Pi_theta, or whatever else proposes pre-policies and learns from their scores.

    `ask` and `tell` take turns.

    Attributes:
        space: the pre-policies.
    """

    name: ClassVar[str]

    def __init__(self, space: PrePolicySpace, *, evaluations: int, batch: int, seed: int) -> None:
        """Begin a search.

        Args:
            space: the pre-policies.
            evaluations: how many will be told in all.
            batch: how many are asked for at a time.
            seed: of methods that draw from generators of their own.

        Raises:
            InvalidArgument: the method cannot search such a space.
        """
        self.space = space
        self._best: tuple[float, float, Any] | None = None

    @classmethod
    def defaults(cls, space: PrePolicySpace) -> tuple[int, int]:
        """Evaluations in all and in a batch, unless told otherwise."""
        return 3200, 64

    @abstractmethod
    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[Any]:
        """(number, ...) pre-policies to evaluate next."""

    def tell(
        self,
        points: Points,
        scores: NDArray[np.float64],
        beside: NDArray[np.float64] | None = None,
    ) -> None:
        """Learn the scores of what was asked.

        Args:
            points: (n, ...) pre-policies.
            scores: (n,) their scores; NaN where the followers have no answer, which counts as
                worse than the worst of the batch.
            beside: (n,) what decides between the same scores, such as the committed agent's
                utility beside P; the first of several if None.
        """
        defined = ~np.isnan(scores)
        if not defined.any():
            return
        points = np.asarray(points)
        worst = scores[defined].min() - (np.ptp(scores[defined]) or 1.0)
        scores = np.where(defined, scores, worst)
        other = np.zeros(len(scores)) if beside is None else beside
        top = first_of_the_best(np.where(defined, scores, np.nan), other)
        one, two = (scores[top], other[top]), self._best
        if two is None or first_of_the_best(*np.array([two[:2], one]).T) == 1:
            self._best = float(scores[top]), float(other[top]), points[top]
        self._learn(points, scores)

    @abstractmethod
    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        """Move the distribution."""

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) pre-policies of the distribution as it stands; moves nothing."""
        return self.space.sample(number, np_random)

    def state_dict(self) -> StateDict:
        """What has changed since the search began, for `load_state_dict`."""
        return {"best": None if self._best is None else list(self._best)}

    def state_form(self, kept: StateDict) -> Form:
        """What `load_state_dict` goes on from (`scg_envs.core.state_form`); more in subclasses."""
        return {"best": Maybe([Real(), Real(nan=True), Point(self.space)])}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned, in a search that was begun alike."""
        best = state["best"]
        self._best = None if best is None else (best[0], best[1], best[2])

    @property
    def found(self) -> Any:
        """The recommended pre-policy: the best that was told of."""
        if self._best is None:  # nothing has an answer
            return self.space.spread(1, np.random.default_rng(0))[0]
        return self._best[2]

    @property
    def settled(self) -> bool:
        """Whether further evaluations would hardly change what is found."""
        return False

    @property
    def probabilities(self) -> NDArray[np.float64] | None:
        """(points,) the chances of the pre-policies, where they are finitely many and known."""
        return None

    @property
    def entropy(self) -> float | None:
        """Of the distribution, in nats; None where there is none to speak of."""
        return None
