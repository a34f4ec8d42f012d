"""The leader's best mixed commitment, by linear programming.

One follower (Conitzer and Sandholm 2006, "Computing the optimal strategy to commit to"). For each
answer j, the best mixture x that makes j a best reply solves

    maximize x.f_j   subject to   x.(c_k - c_j) <= -margin for every other answer k,

with f_j and c_j the objective's and the follower's column; the best of these programs is exact.
Of several mixtures and answers that are worth as much, those that pay the leader most are taken,
by the same programs over again; with pessimistic ties of those after which one answer alone is
best, and a mixture nearby if what pays most is only a limit. Where segments are searched, they are
for the objective and a millionth of the leader's payoffs besides; what is found is taken if it is
worth as much.
With optimistic ties the answer that suits the objective is chosen among the best replies, which is
why margin 0 will do and the optimum is attained. A positive margin makes the answer strictly best.

With pessimistic ties the value is a supremum. Near any x some answer is the only best reply, up to
answers that always pay the follower the same, and it is so on an open set; so the supremum runs
over the answers for which that set is not empty, with the worst of those equal answers in the
objective.

Several followers. Those that the objective does not depend on, by any chain of who depends on whom,
and whose answers could not tell equal mixtures apart, are left out and answer as they like
(`dependence`). Where all that remain answer for themselves, the same programs over joint answers
are exact: corners of independent answers are pure. Otherwise each program is exact for its pure
answer, and `several_followers` searches for commitments with mixed answers and bounds what any
commitment is worth. What is found counts as best only where it equals that bound.

With pessimistic ties and followers that depend on each other, the value is the supremum over
commitments of the worst equilibrium after them: what a commitment secures, whichever equilibrium
is played.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import prod

import numpy as np
from scipy.optimize import linprog

from ...errors import InvalidArgument
from ...ties import Ties
from ..undefined import Reason, Undefined
from .commitment import (
    NO_PURE_ANSWER,
    Commitment,
    check_commitment,
    evaluate_commitment,
    first_best,
    follower_regret,
    most_valued,
    pure_commitment,
)
from .dependence import dependence, independent_groups, subgame_of, varies
from .game import Array, NormalForm
from .linear import TIGHT, best_distribution
from .many_players import solve_many_players
from .several_followers import Search, can_search, order_of, upper_bound
from .solve import Policies, check_policies, equilibria

MAX_ANSWERS = 20_000
"""Joint pure answers of several followers that are tried."""

ROUNDING = 1e-12
"""By how much less a mixture may be worth, as a share, for one that pays the leader more."""

GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where on each edge of the leader's simplex mixed answers of larger groups are looked for."""

MAX_SAMPLED = 20
"""Commitments at most after which they are."""

SUPPORTS = 100
"""Choices of supports of theirs that are tried after each."""

HINT = 1e-6
"""The weight of the leader's payoffs beside the objective, both in units of their ranges, in a
search that looks for which of equally good commitments pays the leader most."""

INWARD = 0.01
"""How far a commitment that secures a value is moved inwards where the one that pays the leader
most is on the border, at which answers tie."""

SLACK = 1e-9
"""Answers that pay the follower within this of the best count as tied at a computed mixture."""


def mixed_commitment(
    game: NormalForm,
    leader: int | str,
    objective: Array | None = None,
    ties: Ties = "optimistic",
    margin: float = 0.0,
    policies: Policies = "mixed",
) -> Commitment | Undefined:
    """The leader's best mixture when it is announced before the others choose.

    Args:
        game: two players or more.
        leader: who commits, by name or number.
        objective: a table over joint actions, shape (A_1, ..., A_n), such as 1[Y=y]; None: the
            leader's payoffs.
        ties: "optimistic", or "pessimistic" for what a commitment secures whichever equilibrium
            the followers play.
        margin: by how much, in units of payoff, the answer must be better than any other; 0
            allows ties. Only with optimistic ties, where a positive margin makes them not matter
            and answers pure.
        policies: the followers' class; it matters where followers depend on each other.

    Returns:
        The commitment, its answer and value; the followers' regret is at most 1e-9. It is the
        best where `exact`; else the best found, and `upper_bound` says how much better another
        might be. Undefined if no commitment has an answer of the kind (with the reason), for
        pessimistic ties with followers that depend on each other and cannot be solved in pairs,
        and for uniform ties, under which the value jumps at ties and no program describes its
        supremum.

    Raises:
        InvalidArgument: a negative margin, a margin with other ties, or an objective of another
            shape.
        UnknownName: no such leader, tie rule or class.
    """
    index, table = check_commitment(game, leader, objective, ties)
    check_policies(policies)
    if not (np.isfinite(margin) and margin >= 0) or (margin > 0 and ties != "optimistic"):
        raise InvalidArgument(
            f"margin {margin} with {ties} ties; expected 0, or a positive number with optimistic "
            "ties."
        )
    if ties == "uniform":
        return Undefined(
            Reason.UNSOLVED,
            "under uniform ties the value of a mixed commitment jumps where answers tie, so it has "
            "no maximum in general; evaluate commitments one by one, or use other ties",
        )
    groups = independent_groups(dependence(game), [i for i in range(game.n_players) if i != index])
    own = game.payoffs[index]
    matter = [
        group
        for group in groups
        if any(varies(table, player) for player in group)
        or (len(group) == 1 and varies(own, group[0]))  # it may tell equal mixtures apart
    ]
    if policies == "pure" or margin > 0:
        matter = groups  # they all need an answer of the kind
    players = sorted([index, *order_of(matter)])
    idle = tuple(slice(None) if i in players else 0 for i in range(game.n_players))
    small = game if len(players) == game.n_players else subgame_of(game, players)
    found = _best(
        small,
        players.index(index),
        table[idle],
        ties,
        margin,
        policies,
        [[players.index(p) for p in group] for group in matter],
    )
    if isinstance(found, Undefined) or small is game:
        return found
    rest = [group for group in groups if group not in matter]
    return _with_the_others(game, index, players, rest, found)


def _with_the_others(
    game: NormalForm, leader: int, players: list[int], rest: list[list[int]], found: Commitment
) -> Commitment:
    """A commitment of the game between some players as one of the whole game.

    The others, who do not matter, play an equilibrium of their own.
    """
    profile: list[Array] = [np.empty(0)] * game.n_players
    for player, strategy in zip(players, found.response, strict=True):
        profile[player] = strategy
    after = game.fix(leader, found.strategy)
    for group in rest:
        own = equilibria(subgame_of(after, [p - (p > leader) for p in group])).equilibria[0]
        for player, strategy in zip(group, own.profile, strict=True):
            profile[player] = np.asarray(strategy, dtype=np.float64)
    return _commitment(
        game, leader, tuple(profile), found.value, found.ties, found.upper_bound, found.attained
    )


def _best(
    game: NormalForm,
    leader: int,
    table: Array,
    ties: Ties,
    margin: float,
    policies: Policies,
    groups: list[list[int]],
) -> Commitment | Undefined:
    """The best commitment against followers who all matter, depending on each other in groups."""
    if not groups:
        strategy = np.eye(game.shape[leader])[first_best(table, game.payoffs[leader])]
        return Commitment(
            leader, strategy, ((strategy,),), np.ones(1), float(table.max()), 0.0, ties,
            upper_bound=float(table.max()),
        )  # fmt: skip
    joint_answers = prod(game.shape) // game.shape[leader]
    if joint_answers > MAX_ANSWERS:
        return Undefined(
            Reason.TOO_LARGE,
            f"the followers have {joint_answers} joint answers; at most {MAX_ANSWERS} are tried",
        )
    independent = len(groups) == game.n_players - 1
    if ties == "pessimistic":
        if independent:
            return _pessimistic(game, leader, table)
        return _secured(game, leader, table, policies, groups)
    best = _best_pure_answer(game, leader, table, margin)
    if best is not None and not np.array_equal(table, game.payoffs[leader]):
        best = _best_for_the_leader(game, leader, table, margin, best)
    pure = None
    if best is not None:
        strategy, answer, value = best
        profile = _profile(game, leader, strategy, answer)
        pure = _commitment(game, leader, profile, value, "optimistic", upper_bound=value)
    if independent or policies == "pure" or margin > 0:
        if pure is not None:
            return pure
        if margin > 0:
            return Undefined(
                Reason.NONE_EXISTS, f"no commitment makes an answer best by a margin of {margin:g}"
            )
        return NO_PURE_ANSWER
    return _mixed_answers(game, leader, table, groups, pure)


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


def _best_for_the_leader(
    game: NormalForm,
    leader: int,
    table: Array,
    margin: float,
    best: tuple[Array, tuple[int, ...], float],
) -> tuple[Array, tuple[int, ...], float]:
    """Of the mixtures and answers that are worth as much, the ones that pay the leader most.

    The same programs over again, for the leader's payoffs, with what the objective must be worth
    as one constraint more.
    """
    f = np.moveaxis(table, leader, 0)
    answers = f.shape[1:]
    f = f.reshape(len(f), -1)
    own = np.moveaxis(game.payoffs[leader], leader, 0).reshape(len(f), -1)
    strategy, answer, value = best
    flat = int(np.ravel_multi_index(answer, answers))
    slack = ROUNDING * max(1.0, abs(value))
    chosen, paid = best, float(strategy @ own[:, flat])
    for other in np.flatnonzero(f.max(axis=0) >= value - slack):
        joint = tuple(int(a) for a in np.unravel_index(other, answers))
        gains = _gains(game, leader, joint)
        found = best_distribution(
            own[:, other],
            np.vstack([gains, -f[:, other]]),
            np.append(np.full(len(gains), -margin), slack - value),
            paid + SLACK * max(1.0, abs(paid)),
        )
        if found is not None:
            worth = float(found.point @ f[:, other])
            if worth >= value - 10 * slack:
                chosen, paid = (found.point, joint, worth), found.value
    return chosen


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
    """The supremum under pessimistic ties, if each follower answers for itself; see the module."""
    f = np.moveaxis(table, leader, 0)
    own = np.moveaxis(game.payoffs[leader], leader, 0)
    payoffs = [_own_payoffs(game, leader, i) for i in range(game.n_players) if i != leader]
    best = pure_commitment(game, leader, table, "pessimistic")
    assert isinstance(best, Commitment)  # who answers for itself has a best reply
    regions = list(_regions(payoffs, len(f)))
    for sames, gains in regions:
        joint = f[np.ix_(np.arange(len(f)), *sames)].reshape(len(f), -1)
        if joint.shape[1] == 1:
            found = best_distribution(joint[:, 0], gains, np.zeros(len(gains)), best.value)
            point = None if found is None else found.point
        else:
            point = _best_of_the_worst(joint, gains)
        if point is None or float((point @ joint).min()) <= best.value + SLACK:
            continue
        best = _worst_answer(game, leader, f, payoffs, sames, point)
    # Of what is worth as much and attained, what pays the leader most.
    candidates = [best]
    for sames, gains in regions if best.attained and not np.array_equal(f, own) else ():
        joint, paid = (t[np.ix_(np.arange(len(f)), *sames)].reshape(len(f), -1) for t in (f, own))
        worth = np.full(joint.shape[1], ROUNDING * max(1.0, abs(best.value)) - best.value)
        limits = np.append(np.zeros(len(gains)), worth)
        point = _best_of_the_worst(paid, np.vstack([gains, -joint.T]), limits)
        if point is None:
            continue
        candidates.append(_worst_answer(game, leader, f, payoffs, sames, point))
        inside = _best_of_the_worst(-gains.T, -joint.T, worth)
        if not candidates[-1].attained and inside is not None:
            within = (1 - INWARD) * point + INWARD * inside
            candidates[-1] = _worst_answer(game, leader, f, payoffs, sames, within)
    candidates = [candidate for candidate in candidates if candidate.attained] or [best]
    return replace(most_valued(game, candidates), upper_bound=best.value)


def _regions(payoffs: list[Array], size: int) -> Iterator[tuple[tuple[Array, ...], Array]]:
    """Answers that are the only best replies somewhere, up to those that always pay the same.

    Args:
        payoffs: for each follower, shape (A_leader, A_follower).
        size: A_leader.

    Yields:
        The answers of each follower that always pay it the same, and what any others gain, shape
        (others, A_leader), in units of the most that each of them may: a closed region where
        nothing gains.
    """
    for sames in product(*(list(_equal_columns(c)) for c in payoffs)):
        gains = np.concatenate(
            [
                np.delete(_gain_shares(c, int(same[0])), same, axis=1).T
                for c, same in zip(payoffs, sames, strict=True)
            ]
        )
        inside = _best_of_the_worst(-gains.T, np.empty((0, size)))
        if len(gains) and (inside is None or (gains @ inside).max() >= -SLACK):
            continue  # never the only best replies, so a pessimist need not expect them
        yield sames, gains


def _gain_shares(payoffs: Array, answer: int) -> Array:
    """What each answer pays more than a given one, in units of its own largest difference.

    So no scale of payoffs, and no fine on a third answer, decides what is tied.
    """
    gains = payoffs - payoffs[:, [answer]]
    size = np.abs(gains).max(axis=0)
    return np.asarray(gains / np.where(size > 0, size, 1.0))


def _worst_answer(
    game: NormalForm,
    leader: int,
    f: Array,
    payoffs: list[Array],
    sames: tuple[Array, ...],
    point: Array,
) -> Commitment:
    """A mixture with the worst of the answers of a region; whether that is all it may meet."""
    joint = point @ f[np.ix_(np.arange(len(f)), *sames)].reshape(len(f), -1)
    value = float(joint.min())
    tied = [
        np.flatnonzero(point @ _gain_shares(c, int(same[0])) >= -SLACK)
        for c, same in zip(payoffs, sames, strict=True)
    ]
    after = np.tensordot(point, f, axes=1)
    least = np.unravel_index(joint.argmin(), [len(same) for same in sames])
    answer = tuple(int(same[k]) for same, k in zip(sames, least, strict=True))
    return _commitment(
        game,
        leader,
        _profile(game, leader, point, answer),
        value,
        "pessimistic",
        upper_bound=value,
        attained=float(after[np.ix_(*tied)].min()) >= value - SLACK,
    )


def _own_payoffs(game: NormalForm, leader: int, follower: int) -> Array:
    """What a follower that answers for itself gets, shape (A_leader, A_follower)."""
    return (
        subgame_of(game, sorted([leader, follower]))
        .payoffs[int(follower > leader)]
        .swapaxes(0, int(leader > follower))
    )


def _equal_columns(matrix: Array) -> Iterator[Array]:
    """Groups of equal columns, as arrays of their numbers."""
    _, group = np.unique(matrix.T, axis=0, return_inverse=True)
    group = group.reshape(-1)
    for number in range(int(group.max()) + 1):
        yield np.flatnonzero(group == number)


def _best_of_the_worst(f: Array, gains: Array, limits: Array | None = None) -> Array | None:
    """The x that maximizes the least entry of x.f where gains.x <= limits; None if there is none.

    Args:
        f: shape (A_leader, k).
        gains: shape (rows, A_leader).
        limits: shape (rows,); None for zeros.
    """
    m, k = f.shape
    if k == 0:
        return np.full(m, 1 / m)
    size = float(np.abs(f).max()) or 1.0
    solution = linprog(
        np.append(np.zeros(m), -1.0),
        A_ub=np.vstack(
            [
                np.column_stack([gains, np.zeros(len(gains))]),
                np.column_stack([-f.T / size, np.ones(k)]),
            ]
        ),
        b_ub=np.append(np.zeros(len(gains)) if limits is None else limits, np.zeros(k)),
        A_eq=np.append(np.ones(m), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * m + [(None, None)],
        method="highs",
        options=TIGHT,
    )
    if solution.x is None:
        return None
    point = np.maximum(solution.x[:m], 0.0)
    return np.asarray(point / point.sum())


def _mixed_answers(
    game: NormalForm, leader: int, table: Array, groups: list[list[int]], pure: Commitment | None
) -> Commitment | Undefined:
    """The best that is found where followers may answer each other by mixing, and a bound."""
    candidates = [] if pure is None else [pure]
    found = None
    if can_search(game, groups):
        found = _searched(game, leader, table, groups, "optimistic")
        candidates += [] if found is None else [found]
        if found is not None:
            candidates += _leaning(game, leader, table, groups, "optimistic", found.strategy)
    if found is None:
        candidates += _sampled(game, leader, table)
    if not candidates:
        return Undefined(
            Reason.NOT_FOUND, "no commitment was found after which an equilibrium was found"
        )
    best = most_valued(game, candidates)
    bound = max(candidate.value for candidate in candidates)
    if found is None or not found.exact:
        bound = upper_bound(game, leader, table, best.value)
    return _commitment(game, leader, best.response, best.value, "optimistic", bound)


def _searched(
    game: NormalForm,
    leader: int,
    table: Array,
    groups: list[list[int]],
    ties: Ties,
    start: Array | None = None,
) -> Commitment | None:
    """The best that a search along segments finds; `exact` if it has looked at all there is."""
    search = Search(game, leader, table, groups, ties == "pessimistic")
    search.run(start)
    if search.best is None or search.strategy is None:
        return None
    profile: list[Array] = [search.strategy] * game.n_players
    for player, strategy in zip(order_of(groups), search.best.answers, strict=True):
        profile[player] = strategy
    point = search.best
    bound = point.value if search.complete else np.inf
    return _commitment(game, leader, tuple(profile), point.value, ties, bound, point.attained)


def _leaning(
    game: NormalForm, leader: int, table: Array, groups: list[list[int]], ties: Ties, start: Array
) -> list[Commitment]:
    """What a search finds that leans to the leader's payoffs, valued by the objective alone.

    It starts from the best commitment found without leaning.

    None if the objective is the leader's payoffs, or if the value at it is not known.
    """
    own = game.payoffs[leader]
    weight = HINT * (float(np.ptp(table)) or 1.0) / (float(np.ptp(own)) or 1.0)
    if np.array_equal(table, own):
        return []
    found = _searched(game, leader, table + weight * own, groups, ties, start)
    if found is None:
        return []
    if ties == "optimistic":
        value = float(game.expected(table, found.response))
        return [_commitment(game, leader, found.response, value, ties, value)]
    valued = evaluate_commitment(game, leader, found.strategy, table, ties, "mixed")
    return [valued] if isinstance(valued, Commitment) else []


def _sampled(game: NormalForm, leader: int, table: Array) -> list[Commitment]:
    """What mixed answers, as far as they are found, make of some commitments."""
    found = []
    pure = np.eye(game.shape[leader])
    edges = [(1 - t) * x + t * y for x, y in combinations(pure, 2) for t in GRID]
    for strategy in (edges or list(pure))[:MAX_SAMPLED]:
        for e in solve_many_players(
            game.fix(leader, strategy), max_supports=SUPPORTS, branch=False
        ):
            profile = tuple(
                np.asarray(s, dtype=np.float64)
                for s in (*e.profile[:leader], strategy, *e.profile[leader:])
            )
            if follower_regret(game, leader, profile) <= SLACK:
                value = float(game.expected(table, profile))
                found.append(_commitment(game, leader, profile, value, "optimistic", np.inf))
    return found


def _secured(
    game: NormalForm, leader: int, table: Array, policies: Policies, groups: list[list[int]]
) -> Commitment | Undefined:
    """The supremum of the worst equilibrium, where followers depend on each other."""
    if policies == "pure":
        return Undefined(
            Reason.UNSOLVED,
            "what a mixed commitment secures is computed where followers may mix; ask for "
            'policies="mixed", or for a pure commitment',
        )
    found = None
    if can_search(game, groups):
        found = _searched(game, leader, table, groups, "pessimistic")
    if found is None:
        sizes = " x ".join(str(game.shape[p]) for p in order_of(groups))
        return Undefined(
            Reason.TOO_LARGE,
            f"followers with {sizes} actions depend on each other; what a mixed commitment secures "
            "is computed for followers that do so in pairs with few actions",
        )
    bound = found.value
    if not found.exact:
        bound = max(bound, upper_bound(game, leader, table, found.value))
    leaning = []
    if found.attained:
        leaning = _leaning(game, leader, table, groups, "pessimistic", found.strategy)
    return replace(most_valued(game, [found, *leaning]), upper_bound=bound)


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
