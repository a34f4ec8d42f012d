"""The leader's best mixed commitment, by linear programming.

One follower (Conitzer and Sandholm 2006, "Computing the optimal strategy to commit to"). For each
answer j, the best mixture x that makes j a best reply solves

    maximize x.f_j   subject to   x.(c_k - c_j) <= -margin for every other answer k,

with f_j and c_j the objective's and the follower's column; the best of these programs is exact.
With optimistic ties the answer that suits the objective is chosen among the best replies, which is
why margin 0 will do and the optimum is attained. A positive margin makes the answer strictly best.

With pessimistic ties the value is a supremum. Near any x some answer is the only best reply, up to
answers that always pay the follower the same, and it is so on an open set; so the supremum runs
over the answers for which that set is not empty, with the worst of those equal answers in the
objective.

Several followers. For each pure profile of the followers' answers the same program (now with the
incentives of each) is exact, so the best of them is, over commitments that induce pure answers.
Against mixed answers it is a lower bound, to which pure commitments with mixed answers (of two
followers with few actions) are added. The certificate: `upper_bound` lets the leader correlate its
action with the followers' answers, who must only be content on average (Conitzer and Korzhyk 2011),
which relaxes every commitment with an equilibrium after it. Where it equals `value`, the commitment
is optimal.
"""

from collections.abc import Iterator
from math import prod

import numpy as np
from scipy.optimize import linprog

from ...errors import InvalidArgument
from ...ties import Ties
from ..undefined import Undefined
from .commitment import (
    Commitment,
    check_commitment,
    evaluate_commitment,
    follower_regret,
    pure_commitment,
)
from .correlated import best_obedient_distribution
from .game import Array, NormalForm
from .linear import best_distribution

MAX_ANSWERS = 20_000
"""Joint pure answers of several followers that are tried."""

MAX_BOUND = 20_000
"""Joint actions of the largest game for which the upper bound is computed."""

MAX_MIXED = 150
"""Joint answers of two followers up to which their mixed answers to pure commitments are tried;
beyond, finding all of them takes long."""

SLACK = 1e-9
"""Answers that pay the follower within this of the best count as tied at a computed mixture."""


def mixed_commitment(
    game: NormalForm,
    leader: int | str,
    objective: Array | None = None,
    ties: Ties = "optimistic",
    margin: float = 0.0,
) -> Commitment | Undefined:
    """The leader's best mixture when it is announced before the others choose.

    Args:
        game: two players or more.
        leader: who commits, by name or number.
        objective: a table over joint actions, shape (A_1, ..., A_n), such as 1[Y=y]; None: the
            leader's payoffs.
        ties: "optimistic"; or with one follower "pessimistic".
        margin: by how much, in units of payoff, the answer must be better than any other; 0
            allows ties. Only with optimistic ties, where a positive margin makes them not matter.

    Returns:
        The commitment, its answer and value; the followers' regret is at most 1e-9. Undefined if
        no commitment has an answer of the kind (with the reason), for pessimistic ties with
        several followers, and for uniform ties, under which the value jumps at ties and no
        program describes its supremum.

    Raises:
        InvalidArgument: a negative margin, a margin with other ties, or an objective of another
            shape.
        UnknownName: no such leader or tie rule.
    """
    index, table = check_commitment(game, leader, objective, ties)
    if not (np.isfinite(margin) and margin >= 0) or (margin > 0 and ties != "optimistic"):
        raise InvalidArgument(
            f"margin {margin} with {ties} ties; expected 0, or a positive number with optimistic "
            "ties."
        )
    if ties == "uniform":
        return Undefined(
            "under uniform ties the value of a mixed commitment jumps where answers tie, so it has "
            "no maximum in general; evaluate commitments one by one, or use other ties"
        )
    if ties == "pessimistic":
        if game.n_players > 2:
            return Undefined(
                f"pessimistic mixed commitments are solved for one follower, not for "
                f"{game.n_players - 1}; use optimistic ties, or a pure commitment"
            )
        return _pessimistic(game, index, table)
    joint_answers = prod(game.shape) // game.shape[index]
    if joint_answers > MAX_ANSWERS:
        return Undefined(
            f"the followers have {joint_answers} joint answers, and at most {MAX_ANSWERS} are tried"
        )
    best = _best_pure_answer(game, index, table, margin)
    if game.n_players == 2:
        if best is None:
            return Undefined(f"no commitment makes an answer best by a margin of {margin:g}")
        strategy, answer, value = best
        profile = _profile(game, index, strategy, answer)
        return _commitment(game, index, profile, value, "optimistic", upper_bound=value)
    return _several_followers(game, index, table, margin, best)


def _best_pure_answer(
    game: NormalForm, leader: int, table: Array, margin: float
) -> tuple[Array, tuple[int, ...], float] | None:
    """The best mixture over all pure (joint) answers of the followers, the answer, the value.

    Answers are tried in the order of the most they could be worth, and passed over once that, or
    the falling objective of their program, is below what was found already.
    """
    f = np.moveaxis(table, leader, 0)
    answers = f.shape[1:]
    f = f.reshape(len(f), -1)
    most = f.max(axis=0)
    best: tuple[Array, tuple[int, ...], float] | None = None
    cutoff = -np.inf
    for flat in np.argsort(-most, kind="stable"):
        if most[flat] <= cutoff:
            break
        answer = tuple(int(a) for a in np.unravel_index(flat, answers))
        gains = _gains(game, leader, answer)
        found = best_distribution(f[:, flat], gains, np.full(len(gains), -margin), cutoff)
        if found is not None:
            best, cutoff = (found.point, answer, found.value), found.value
    return best


def _gains(game: NormalForm, leader: int, answer: tuple[int, ...]) -> Array:
    """What each deviation of a follower from a joint answer gains, by the leader's action.

    Returns:
        Shape (deviations of all followers, A_leader).
    """
    followers = [i for i in range(game.n_players) if i != leader]
    rows = []
    for follower, action in zip(followers, answer, strict=True):
        where: list[int | slice] = [slice(None)] * game.n_players
        for other, played in zip(followers, answer, strict=True):
            if other != follower:
                where[other] = played
        payoffs = game.payoffs[(follower, *where)]
        payoffs = payoffs if leader < follower else payoffs.T
        gains = np.delete(payoffs, action, axis=1) - payoffs[:, [action]]
        rows.append(gains.T)
    return np.concatenate(rows)


def _pessimistic(game: NormalForm, leader: int, table: Array) -> Commitment:
    """The supremum under pessimistic ties against one follower; see the module."""
    f = table if leader == 0 else table.T
    follower = 1 - leader
    c = game.payoffs[follower] if leader == 0 else game.payoffs[follower].T
    best = pure_commitment(game, leader, table, "pessimistic")
    assert isinstance(best, Commitment)  # one follower always has a best reply
    for same in _equal_columns(c):
        others = np.setdiff1d(np.arange(c.shape[1]), same)
        gains = (c[:, others] - c[:, same[:1]]).T
        limits = np.zeros(len(gains))
        if len(same) == 1:
            found = best_distribution(f[:, same[0]], gains, limits, best.value)
            point = None if found is None else found.point
        else:
            point = _best_of_the_worst(f[:, same], gains)
        if point is None:
            continue
        value = float((point @ f[:, same]).min())
        if value <= best.value + SLACK:
            continue
        inside = _best_of_the_worst(-gains.T, np.empty((0, len(c))))
        if len(gains) and (inside is None or (gains @ inside).max() >= -SLACK):
            continue  # never the only best reply, so a pessimist need not expect it
        replies = point @ c
        tied = np.flatnonzero(replies >= replies.max() - SLACK)
        worst = float((point @ f[:, tied]).min())
        answer = int(same[(point @ f[:, same]).argmin()])
        best = _commitment(
            game,
            leader,
            _profile(game, leader, point, (answer,)),
            value,
            "pessimistic",
            upper_bound=value,
            attained=worst >= value - SLACK,
        )
    return best


def _equal_columns(matrix: Array) -> Iterator[Array]:
    """Groups of equal columns, as arrays of their numbers."""
    _, group = np.unique(matrix.T, axis=0, return_inverse=True)
    group = group.reshape(-1)
    for number in range(int(group.max()) + 1):
        yield np.flatnonzero(group == number)


def _best_of_the_worst(f: Array, gains: Array) -> Array | None:
    """The x that maximizes the least entry of x.f where gains.x <= 0; None if there is none."""
    m, k = f.shape
    if k == 0:
        return np.full(m, 1 / m)
    solution = linprog(
        np.append(np.zeros(m), -1.0),
        A_ub=np.vstack(
            [
                np.column_stack([gains, np.zeros(len(gains))]),
                np.column_stack([-f.T, np.ones(k)]),
            ]
        ),
        b_ub=np.zeros(len(gains) + k),
        A_eq=np.append(np.ones(m), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * m + [(None, None)],
        method="highs",
    )
    if solution.x is None:
        return None
    point = np.maximum(solution.x[:m], 0.0)
    return np.asarray(point / point.sum())


def _several_followers(
    game: NormalForm,
    leader: int,
    table: Array,
    margin: float,
    best: tuple[Array, tuple[int, ...], float] | None,
) -> Commitment | Undefined:
    """The best that was found, with an upper bound; see the module."""
    bound = np.inf
    if prod(game.shape) <= MAX_BOUND:
        bound = best_obedient_distribution(
            game, table, [i for i in range(game.n_players) if i != leader]
        ).value
    candidates = []
    if best is not None:
        strategy, answer, value = best
        profile = _profile(game, leader, strategy, answer)
        candidates.append(_commitment(game, leader, profile, value, "optimistic", bound))
    optimal = best is not None and best[2] >= bound - SLACK
    few = prod(game.shape) <= MAX_MIXED * game.shape[leader]
    if game.n_players == 3 and margin == 0 and few and not optimal:
        for action in np.eye(game.shape[leader]):
            outcome = evaluate_commitment(game, leader, action, table, "optimistic")
            if isinstance(outcome, Commitment):
                candidates.append(
                    _commitment(game, leader, outcome.response, outcome.value, "optimistic", bound)
                )
    if not candidates:
        return Undefined(
            "no commitment was found after which the followers have an equilibrium in pure policies"
            + (f" by a margin of {margin:g}" if margin else "")
        )
    return max(candidates, key=lambda commitment: commitment.value)


def _profile(
    game: NormalForm, leader: int, strategy: Array, answer: tuple[int, ...]
) -> tuple[Array, ...]:
    joint = (*answer[:leader], 0, *answer[leader:])
    profile = list(game.pure_profile(joint))
    profile[leader] = strategy
    return tuple(profile)


def _commitment(
    game: NormalForm,
    leader: int,
    profile: tuple[Array, ...],
    value: float,
    ties: Ties,
    upper_bound: float,
    attained: bool = True,
) -> Commitment:
    return Commitment(
        leader,
        profile[leader],
        (profile,),
        np.ones(1),
        value,
        follower_regret(game, leader, profile),
        ties,
        attained,
        max(upper_bound, value),
    )
