"""Exact answers of games of alternating moves."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.commitment.chances import Chances
from ...core.evaluate import Regret
from ...core.evaluation import Before, Evaluation
from ...core.pre_policy import Finite, Points, PrePolicySpace
from ...core.solver import Solver
from ...core.ties import Ties


def nothing_of(pre_policies: PrePolicySpace) -> Any:
    """What commits to nothing: the first of numbered pre-policies; of others what is `unbound`."""
    return 0 if isinstance(pre_policies, Finite) else pre_policies.unbound(np.random.default_rng())


class NothingSolver(Solver):
    """Without intervention is played what commits to nothing, `nothing_of` the space."""

    def before(self) -> Before:
        """Nobody commits to anything."""
        nothing = [nothing_of(self.pre_policies)]
        answer = self.respond(nothing)
        low, high = self.bounds(nothing)[0]
        earned = {a: float(own[0]) for a, own in (answer.follower_utility or {}).items()}
        return Before(
            float(answer.p[0]),
            float(low),
            float(high),
            float(answer.utility[0]),
            follower_utility=earned or None,
        )


class TurnSolver(NothingSolver):
    """A learner that is judged by what it believes."""

    @abstractmethod
    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n, T) the most that each type of learner can earn by what it believes, exactly.

        A type is what the learner knows of what chance has decided, such as its own cost; all are
        equally likely.

        Args:
            points: the pre-policies.
            sees: whether it is shown them; if not, it believes that nobody has intervened.
        """


class ReasoningSolver(TurnSolver):
    """A learner that reasons: where it is indifferent, it is eager for the outcome, or it is not.

    Attributes:
        sides: the two ways to break its ties, by whether it is eager; twice the same where it is
            never indifferent.
    """

    sides: tuple[bool, bool] = (True, False)

    def __init__(
        self,
        game: str,
        learner: str,
        pre_policies: Finite,
        *,
        desirable: str,
        ties: Ties,
        chances: Chances,
    ) -> None:
        """Answer commitments.

        Args:
            game: its name, for messages.
            learner: who answers.
            pre_policies: what may be committed to; the first is nothing.
            desirable: the outcome that the human wants.
            ties: what the learner does where it is indifferent.
            chances: whether the commitment binds and is seen.
        """
        super().__init__(game, pre_policies)
        self._learner, self._desirable = learner, desirable
        self._ties, self._chances = ties, chances

    @abstractmethod
    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P(Y=y) and the committed agent's utility, over whether it binds and is seen."""

    def earned(self, point: int, eager: bool) -> float | None:
        """What the learner earns, over whether it binds and is seen; None where nobody says."""
        return None

    def regrets(self, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The learner's regrets by what it believes, case by case, and the cases' chances.

        None, of one that does the best by what it believes.
        """
        return np.zeros(1), np.ones(1)

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """The learner's best answers; chances, utilities and regrets exactly.

        A learner that is shown the commitment is held against the best reply to it, one that is not
        against the best reply to nothing: it is not blamed for what it cannot know.
        """
        if relation != "exact":
            raise self.refuse(f"exact answers for {relation!r}")
        points = np.asarray(points, dtype=np.int64)
        # Where both sides come to the same P, the first is taken: what is earned hangs on the side.
        sides = sorted(self.sides, reverse=self._ties != "pessimistic")
        each = np.array([[self.found(int(k), eager) for eager in sides] for k in points])
        own = [[self.earned(int(k), eager) for eager in sides] for k in points]
        each = np.concatenate([each, np.array(own, dtype=np.float64)[:, :, None]], axis=2)
        if self._ties == "uniform":
            p, utility, earned = each.mean(axis=1).T
        else:
            chances = each[:, :, 0].round(12)
            side = chances.argmax(axis=1) if self._ties == "optimistic" else chances.argmin(axis=1)
            p, utility, earned = each[np.arange(len(points)), side].T
        cases = [self.regrets(int(k)) for k in points]
        regret = Regret.of(*(np.array(each) for each in zip(*cases, strict=True)))
        return Evaluation(
            p,
            {self._learner: regret.mean},
            regret.greatest,
            regret.optimal,
            env_steps=0,
            utility=utility,
            follower_utility=None if np.isnan(earned).any() else {self._learner: earned},
        )

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P where the learner, indifferent, does the worse and the better for the outcome."""
        each = [[self.found(int(k), eager)[0] for eager in self.sides] for k in points]
        return np.sort(np.array(each), axis=1)


class SidedSolver(NothingSolver):
    """Followers who, where they are indifferent, are all eager for the outcome, or all averse.

    Uniform ties are the one or the other with equal chance.
    """

    def __init__(
        self,
        game: str,
        rules: Any,
        pre_policies: PrePolicySpace,
        *,
        desirable: str,
        ties: Ties,
        chances: Chances,
    ) -> None:
        """Answer commitments.

        Args:
            game: its name, for messages.
            rules: its settings.
            pre_policies: what may be committed to.
            desirable: the outcome that the human wants.
            ties: what those do who are indifferent.
            chances: whether a commitment binds and is seen.
        """
        super().__init__(game, pre_policies)
        self._rules, self._chances = rules, chances
        self._desirable, self._ties = desirable, ties

    @abstractmethod
    def side(self, points: Points, *, eager: bool) -> Evaluation:
        """What comes of followers who are eager for the outcome, or averse to it."""

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """The followers' best answers; uniform ties are the mean of eager and averse ones."""
        if relation != "exact":
            raise self.refuse(f"exact answers for {relation!r}")
        if self._ties != "uniform":
            return self.side(points, eager=self._ties == "optimistic")
        one, other = (self.side(points, eager=eager) for eager in (True, False))
        earned, others = one.follower_utility or {}, other.follower_utility or {}
        return replace(
            one,
            p=(one.p + other.p) / 2,
            regret_max=np.maximum(one.regret_max, other.regret_max),
            optimal_share=(one.optimal_share + other.optimal_share) / 2,
            env_steps=0,
            utility=(one.utility + other.utility) / 2,
            follower_utility={agent: (own + others[agent]) / 2 for agent, own in earned.items()},
        )

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) P where all who are indifferent are averse to the outcome, and eager for it."""
        each = [self.side(points, eager=eager).p for eager in (True, False)]
        return np.sort(np.stack(each, axis=1), axis=1)
