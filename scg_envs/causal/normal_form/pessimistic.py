"""What the leader's best mixture secures if each follower answers for itself.

The value under pessimistic ties is a supremum. Near any mixture some answer is the only best reply,
up to answers that always pay the follower as much, and it is so on an open set; so the supremum
runs over the answers for which that set is not empty, with the worst of those equal answers in the
objective. Of the mixtures that are worth as much and attain it, one that pays the leader most is
taken, and one nearby if what pays most is only a limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from .commitment import Aim, Commitment, pure_commitment
from .dependence import subgame_of
from .game import Array
from .linear import best_distribution
from .maximin import maximin

ROUNDING = 1e-12
"""By how much less a mixture may be worth, as a share, for one that pays the leader more."""

INWARD = 0.01
"""How far a commitment that secures a value is moved inwards where the one that pays the leader
most is on the border, at which answers tie."""

SLACK = 1e-9
"""Answers that pay the follower within this of the best count as tied at a computed mixture."""


@dataclass(frozen=True, eq=False)
class _Region:
    """Where some answers are the only best replies.

    Attributes:
        answers: for each follower, answers that always pay it the same.
        gains: what any others gain, shape (others, A_leader), in units of the most that each of
            them may: the region is where nothing gains.
    """

    answers: tuple[Array, ...]
    gains: Array

    def table(self, aim: Aim, table: Array) -> Array:
        """A table over joint actions after these answers, shape (A_leader, joint answers)."""
        by_leader = np.moveaxis(table, aim.leader, 0)
        size = len(by_leader)
        return by_leader[np.ix_(np.arange(size), *self.answers)].reshape(size, -1)


def best_secured(aim: Aim) -> Commitment:
    """The best mixture under pessimistic ties.

    Args:
        aim: what is looked for; each of the followers depends on the leader alone.
    """
    game, leader = aim.game, aim.leader
    payoffs = [_own_payoffs(aim, i) for i in range(game.n_players) if i != leader]
    best = pure_commitment(game, leader, aim.objective, "pessimistic")
    assert isinstance(best, Commitment)  # who answers for itself has a best reply
    regions = list(_regions(payoffs))
    for region in regions:
        joint = region.table(aim, aim.objective)
        if joint.shape[1] == 1:
            limits = np.zeros(len(region.gains))
            found = best_distribution(joint[:, 0], region.gains, limits, best.value)
            point = None if found is None else found.point
        else:
            point = maximin(joint, region.gains)
        if point is None or float((point @ joint).min()) <= best.value + SLACK:
            continue
        best = _worst_answer(aim, payoffs, region, point)
    # Of what is worth as much and attained, what pays the leader most.
    candidates = [best]
    for region in regions if best.attained and not aim.selfish else ():
        joint, paid = region.table(aim, aim.objective), region.table(aim, aim.own)
        worth = np.full(joint.shape[1], ROUNDING * max(1.0, abs(best.value)) - best.value)
        limits = np.append(np.zeros(len(region.gains)), worth)
        point = maximin(paid, np.vstack([region.gains, -joint.T]), limits)
        if point is None:
            continue
        candidates.append(_worst_answer(aim, payoffs, region, point))
        inside = maximin(-region.gains.T, -joint.T, worth)
        if not candidates[-1].attained and inside is not None:
            within = (1 - INWARD) * point + INWARD * inside
            candidates[-1] = _worst_answer(aim, payoffs, region, within)
    candidates = [candidate for candidate in candidates if candidate.attained] or [best]
    return replace(aim.most_valued(candidates), upper_bound=best.value)


def _regions(payoffs: list[Array]) -> Iterator[_Region]:
    """The regions, from what each follower gets: shapes (A_leader, A_follower)."""
    for answers in product(*(list(_equal_columns(c)) for c in payoffs)):
        gains = np.concatenate(
            [
                np.delete(_gain_shares(c, int(same[0])), same, axis=1).T
                for c, same in zip(payoffs, answers, strict=True)
            ]
        )
        inside = maximin(-gains.T)
        if len(gains) and (inside is None or (gains @ inside).max() >= -SLACK):
            continue  # never the only best replies, so a pessimist need not expect them
        yield _Region(answers, gains)


def _gain_shares(payoffs: Array, answer: int) -> Array:
    """What each answer pays more than a given one, in units of its own largest difference.

    So no scale of payoffs, and no fine on a third answer, decides what is tied.
    """
    gains = payoffs - payoffs[:, [answer]]
    size = np.abs(gains).max(axis=0)
    return np.asarray(gains / np.where(size > 0, size, 1.0))


def _worst_answer(aim: Aim, payoffs: list[Array], region: _Region, point: Array) -> Commitment:
    """A mixture with the worst of the answers of a region; whether that is all it may meet."""
    joint = point @ region.table(aim, aim.objective)
    value = float(joint.min())
    tied = [
        np.flatnonzero(point @ _gain_shares(c, int(same[0])) >= -SLACK)
        for c, same in zip(payoffs, region.answers, strict=True)
    ]
    after = np.tensordot(point, aim.objective, axes=(0, aim.leader))
    least = np.unravel_index(joint.argmin(), [len(same) for same in region.answers])
    answer = tuple(int(same[k]) for same, k in zip(region.answers, least, strict=True))
    attained = float(after[np.ix_(*tied)].min()) >= value - SLACK
    return aim.commitment([aim.profile(point, answer)], value, "pessimistic", value, attained)


def _own_payoffs(aim: Aim, follower: int) -> Array:
    """What a follower that answers for itself gets, shape (A_leader, A_follower)."""
    pair = subgame_of(aim.game, sorted([aim.leader, follower]))
    return pair.payoffs[int(follower > aim.leader)].swapaxes(0, int(aim.leader > follower))


def _equal_columns(matrix: Array) -> Iterator[Array]:
    """Groups of equal columns, as arrays of their numbers."""
    _, group = np.unique(matrix.T, axis=0, return_inverse=True)
    group = group.reshape(-1)
    for number in range(int(group.max()) + 1):
        yield np.flatnonzero(group == number)
