"""What a game knows exactly of its commitments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .errors import InvalidArgument
from .evaluation import Before, Evaluation, Optimum
from .policy import BatchPolicies
from .pre_policy import Finite, Points, PrePolicySpace


class Solver(ABC):
    """The exact answers to commitments: each game derives its own.

    Attributes:
        relations: the rationality relations by which followers' answers are known.
        solvable: whether `respond`, `bounds` and `optimum` know best responses.
        why_not: why other followers cannot answer here, if there is a reason.
    """

    relations: tuple[str, ...] = ("exact",)
    solvable: bool = True
    why_not = ""

    def __init__(self, game: str, pre_policies: PrePolicySpace) -> None:
        """Solve a game.

        Args:
            game: its name, for messages.
            pre_policies: what may be committed to.
        """
        self.game, self.pre_policies = game, pre_policies

    @abstractmethod
    def before(self) -> Before:
        """P(Y=y) without intervention; computed once."""

    @abstractmethod
    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """What rational followers answer.

        Args:
            points: pre-policies.
            relation: the followers' rationality, one of `relations`: `exact` is the best
                response.
            seed: of relations that draw, such as learning.

        Raises:
            InvalidArgument: the game knows no such exact answers.
        """

    @abstractmethod
    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) limits of P(Y=y | do(point)): what followers that regret nothing make of it.

        The least and the greatest over whatever they do where they are indifferent, by what they
        believe. Answers are within, under every tie rule; where the limits agree nothing is left to
        ties, and a learned answer may be certified.
        """

    @abstractmethod
    def best_responses(self) -> BatchPolicies:
        """The learners' exact best responses to whatever they see."""

    def p(self, points: Points) -> NDArray[np.float64]:
        """(n,) P(Y=y | do(point)) under best responses and the problem's ties."""
        return self.respond(points).p

    def optimum(self, objective: str = "desirable") -> Optimum | None:
        """The best that a commitment attains; None where only a search can tell."""
        return best_of_all(self.pre_policies, self.respond, objective) if self.solvable else None

    def refuse(self, what: str) -> InvalidArgument:
        """The error for an answer that this game does not have."""
        reason = f" {self.why_not}" if self.why_not else ""
        return InvalidArgument(
            f"{self.game} has no {what}; it has: {', '.join(self.relations) or 'none'}.{reason}"
        )


def best_of_all(
    space: PrePolicySpace, respond: Callable[[Points], Evaluation], objective: str
) -> Optimum | None:
    """The best of finitely many pre-policies; None of a continuum, or where nothing is defined.

    Args:
        space: the pre-policies.
        respond: answers them.
        objective: one of `scg_envs.core.evaluation.OBJECTIVES`.
    """
    if not isinstance(space, Finite):
        return None
    scores = respond(np.arange(space.size)).score(objective)
    return None if np.isnan(scores).all() else Optimum(float(np.nanmax(scores)), "enumeration")


class Unsolved(Solver):
    """Nothing is known exactly."""

    relations = ()
    solvable = False

    def __init__(self, game: str, pre_policies: PrePolicySpace, reason: str) -> None:
        """Say why P without intervention is unknown."""
        super().__init__(game, pre_policies)
        self._before = Before(None, reason=reason)

    def before(self) -> Before:
        """Unknown."""
        return self._before

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """There are no answers."""
        raise self.refuse("exact answers")

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """There are none."""
        raise self.refuse("exact answers")

    def best_responses(self) -> BatchPolicies:
        """There are none."""
        raise self.refuse("exact answers")
