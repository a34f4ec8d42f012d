"""The leader's best mixture over the followers' pure answers: one linear program for each."""

import numpy as np

from .commitment import Aim, Commitment
from .game import Array
from .linear import best_distribution
from .pessimistic import ROUNDING, SLACK


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
        gains, limits = answers.constraints(number)
        found = best_distribution(answers.worth[:, number], gains, limits, cutoff)
        if found is not None:
            best = (found.point, number, found.value)
    if best is None:
        return None
    if not aim.selfish:
        best = _best_for_the_leader(answers, *best)
    strategy, number, value = best
    profile = aim.profile(strategy, answers.joint(number))
    return aim.commitment([profile], value, "optimistic", value)


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

    def constraints(self, number: int) -> tuple[Array, Array]:
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
            payoffs = game.payoffs[(follower, *where)]
            payoffs = payoffs if leader < follower else payoffs.T
            rows.append((np.delete(payoffs, action, axis=1) - payoffs[:, [action]]).T)
        gains = np.concatenate(rows)
        return gains, np.full(len(gains), -self._margin)


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
        gains, limits = answers.constraints(other)
        found = best_distribution(
            answers.paid[:, other],
            np.vstack([gains, -answers.worth[:, other]]),
            np.append(limits, slack - value),
            paid + SLACK * max(1.0, abs(paid)),
        )
        if found is not None:
            worth = float(found.point @ answers.worth[:, other])
            if worth >= value - 10 * slack:
                chosen, paid = (found.point, other, worth), found.value
    return chosen
