"""The leader's best mixture over the followers' pure answers: one linear program for each.

At the best mixture answers often tie, and the one that suits the objective is given. Rounded to
floats the mixture may lie beside the tie: next to a fine of a billion, a probability that is off by
1e-16 is worth 1e-7 to the follower, who then answers otherwise. So whether the answer holds is
asked as it is asked of anybody's mixture (`NormalForm.fix`). Where it does not, the program is
solved again in rational numbers, and the mixture given in these.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..comparison import measure
from .commitment import Aim, Commitment, evaluate_commitment
from .game import Array
from .linear import Optimum, best_distribution, exact_distribution
from .pessimistic import ROUNDING, SLACK

MOST_EXACT = 20_000
"""Coefficients of the largest program that is solved again in rational numbers."""


def best_with_pure_answer(aim: Aim, margin: float) -> Commitment | None:
    """The best mixture after which a pure answer is an equilibrium; None if there is none.

    Answers are tried in the order of the most they could be worth, and passed over once that, or
    the falling objective of their program, is below what was found already.

    Args:
        aim: what is looked for.
        margin: by how much an answer must be better than any other, in units of payoff.
    """
    answers = _Answers(aim, margin)
    most = answers.worth.max(axis=0)
    best: tuple[Array, int, float] | None = None
    for number in np.argsort(-most, kind="stable").tolist():
        cutoff = -np.inf if best is None else best[2]
        if most[number] <= cutoff:
            break
        found = answers.best_mixture(number, answers.worth, cutoff)
        if found is not None:
            best = (found.point, number, found.value)
    if best is None:
        return None
    most_worth = best[2]
    if not aim.selfish:
        best = _best_for_the_leader(answers, *best)
    strategy, number, value = best
    if not answers.holds(number, strategy):  # too large for rational numbers
        brought = evaluate_commitment(aim.game, aim.leader, strategy, aim.objective)
        if isinstance(brought, Commitment):
            return replace(brought, upper_bound=max(most_worth, brought.value))
    profile = aim.profile(strategy, answers.joint(number))
    return aim.commitment([profile], value, "optimistic", most_worth)


class _Answers:
    """The followers' joint pure answers, by number.

    Attributes:
        worth: the objective, shape (A_leader, answers).
        paid: what the leader is paid, of the same shape.
    """

    def __init__(self, aim: Aim, margin: float) -> None:
        self.worth, self.paid = aim.by_answer(aim.objective), aim.by_answer(aim.own)
        self._aim, self._margin = aim, margin
        self._followers = [i for i in range(aim.game.n_players) if i != aim.leader]
        self._shape = tuple(aim.game.shape[i] for i in self._followers)

    def joint(self, number: int) -> tuple[int, ...]:
        """Each follower's action."""
        return tuple(int(a) for a in np.unravel_index(number, self._shape))

    def best_mixture(
        self, number: int, tables: Array, cutoff: float, least: float | None = None
    ) -> Optimum | None:
        """The mixture that maximizes a table where an answer is best, the answer holding for sure.

        Args:
            number: of the answer.
            tables: what is maximized, shape (A_leader, answers).
            cutoff: values up to this are of no interest.
            least: what the objective must be worth; None: anything.

        Returns:
            None if there is no such mixture. Its point is of floats, or of `Fraction`s where the
            answer holds at none of the floats that were found.
        """
        gains, limits = self._constraints(number, self._aim.game.payoffs, -self._margin)
        if least is not None:
            gains = np.vstack([gains, -self.worth[:, number]])
            limits = np.append(limits, -least)
        found = best_distribution(tables[:, number], gains, limits, cutoff)
        if found is None or self.holds(number, found.point) or gains.size > MOST_EXACT:
            return found
        exact, bounds = self._constraints(
            number, self._aim.game.rational_payoffs, -Fraction(self._margin)
        )
        if least is not None:
            exact = np.vstack([exact, -_fractions(self.worth[:, number])])
            bounds = np.array([*bounds, -Fraction(least)])
        aimed = _fractions(tables[:, number])
        point = exact_distribution(aimed, exact, bounds, cutoff)
        return None if point is None else Optimum(float(aimed @ point), point)

    def holds(self, number: int, strategy: Array) -> bool:
        """Whether an answer is an equilibrium after a mixture that is given in these numbers."""
        after = self._aim.game.fix(self._aim.leader, strategy)
        answer = self.joint(number)
        return all(amounts.best(axis)[answer] for axis, amounts in enumerate(after.measured))

    def _constraints(self, number: int, table: Array, most: Any) -> tuple[Array, Array]:
        """What makes an answer a best reply: a matrix of gains, and the most that these may be.

        Shapes (deviations of all followers, A_leader) and (deviations,).
        """
        game, leader, answer = self._aim.game, self._aim.leader, self.joint(number)
        rows = []
        for follower, action in zip(self._followers, answer, strict=True):
            where: list[int | slice] = [slice(None)] * game.n_players
            for other, played in zip(self._followers, answer, strict=True):
                if other != follower:
                    where[other] = played
            payoffs = table[(follower, *where)]
            payoffs = payoffs if leader < follower else payoffs.T
            rows.append((np.delete(payoffs, action, axis=1) - payoffs[:, [action]]).T)
        gains = np.concatenate(rows)
        return gains, np.full(len(gains), most)


def _fractions(numbers: Array) -> Array:
    """What floats evidently stand for, or their own values."""
    known = measure(numbers).fractions()
    return np.array([Fraction(x) for x in numbers]) if known is None else known


def _best_for_the_leader(
    answers: _Answers, strategy: Array, number: int, value: float
) -> tuple[Array, int, float]:
    """Of the mixtures and answers that are worth as much, the ones that pay the leader most.

    The same programs over again, for the leader's payoffs, with what the objective must be worth
    as one constraint more.
    """
    slack = ROUNDING * max(1.0, abs(value))
    chosen, paid = (strategy, number, value), float(strategy @ answers.paid[:, number])
    for other in np.flatnonzero(answers.worth.max(axis=0) >= value - slack).tolist():
        cutoff = paid + SLACK * max(1.0, abs(paid))
        found = answers.best_mixture(other, answers.paid, cutoff, value - slack)
        if found is not None:
            worth = float(found.point @ answers.worth[:, other])
            if worth >= value - 10 * slack:
                chosen, paid = (found.point, other, worth), found.value
    return chosen
