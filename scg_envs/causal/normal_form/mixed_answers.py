"""The leader's best mixture against followers who may answer each other by mixing: what is found.

Followers that depend on each other in pairs, or on nobody, are met by a search along segments
(`segment_search`), of which a second one leans to the leader's payoffs: for the objective and a
millionth of these besides. Larger groups are met by a sample of their equilibria after some
commitments. What is found counts as the best only where it equals the bound of `relaxation`.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np

from ...core.ties import Ties
from ..undefined import Reason, Undefined
from .commitment import Aim, Commitment, evaluate_commitment
from .game import Array
from .many_players import solve_many_players
from .pessimistic import SLACK
from .relaxation import upper_bound
from .segment_search import Search, can_search, order_of
from .solve import Policies

GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where on each edge of the leader's simplex mixed answers of larger groups are looked for."""

MAX_SAMPLED = 20
"""Commitments at most after which they are."""

SUPPORTS = 100
"""Choices of supports of theirs that are tried after each."""

HINT = 1e-6
"""The weight of the leader's payoffs beside the objective, both in units of their ranges, in a
search that looks for which of equally good commitments pays the leader most."""


def best_found(
    aim: Aim, groups: list[list[int]], pure: Commitment | None
) -> Commitment | Undefined:
    """The best that is found under optimistic ties, and a bound.

    Args:
        aim: what is looked for.
        groups: the followers by who depends on whom.
        pure: the best commitment with a pure answer, if there is one.
    """
    candidates = [] if pure is None else [pure]
    found = _searched(aim, groups, "optimistic") if can_search(aim.game, groups) else None
    if found is None:
        candidates += _sampled(aim)
    else:
        candidates += [found, *_leaning(aim, groups, "optimistic", found.strategy)]
    if not candidates:
        return Undefined(
            Reason.NOT_FOUND, "no commitment was found after which an equilibrium was found"
        )
    best = aim.most_valued(candidates)
    bound = max(candidate.value for candidate in candidates)
    if found is None or not found.exact:
        bound = upper_bound(aim, best.value)
    return aim.commitment([best.response], best.value, "optimistic", bound)


def best_secured_found(
    aim: Aim, groups: list[list[int]], policies: Policies
) -> Commitment | Undefined:
    """The supremum of the worst equilibrium, where followers depend on each other, and a bound.

    Args:
        aim: what is looked for.
        groups: the followers by who depends on whom.
        policies: the followers' class.
    """
    if policies == "pure":
        return Undefined(
            Reason.UNSOLVED,
            "what a mixed commitment secures is computed where followers may mix; ask for "
            'policies="mixed", or for a pure commitment',
        )
    found = _searched(aim, groups, "pessimistic") if can_search(aim.game, groups) else None
    if found is None:
        sizes = " x ".join(str(aim.game.shape[p]) for p in order_of(groups))
        return Undefined(
            Reason.TOO_LARGE,
            f"followers with {sizes} actions depend on each other; what a mixed commitment secures "
            "is computed for followers that do so in pairs with few actions",
        )
    bound = found.value
    if not found.exact:
        bound = max(bound, upper_bound(aim, found.value))
    leaning = []
    if found.attained:
        leaning = _leaning(aim, groups, "pessimistic", found.strategy)
    return replace(aim.most_valued([found, *leaning]), upper_bound=bound)


def _searched(
    aim: Aim, groups: list[list[int]], ties: Ties, start: Array | None = None
) -> Commitment | None:
    """The best that a search along segments finds; `exact` if it has looked at all there is."""
    search = Search(aim, groups, ties == "pessimistic")
    search.run(start)
    if search.best is None or search.strategy is None:
        return None
    profile: list[Array] = [search.strategy] * aim.game.n_players
    for player, strategy in zip(order_of(groups), search.best.answers, strict=True):
        profile[player] = strategy
    point = search.best
    bound = point.value if search.complete else np.inf
    return aim.commitment([tuple(profile)], point.value, ties, bound, point.attained)


def _leaning(aim: Aim, groups: list[list[int]], ties: Ties, start: Array) -> list[Commitment]:
    """What a search finds that leans to the leader's payoffs, valued by the objective alone.

    It starts from the best commitment found without leaning. Nothing if the objective is the
    leader's payoffs, or if the value of what it finds is not known.
    """
    if aim.selfish:
        return []
    weight = HINT * (float(np.ptp(aim.objective)) or 1.0) / (float(np.ptp(aim.own)) or 1.0)
    leaning = replace(aim, objective=aim.objective + weight * aim.own)
    found = _searched(leaning, groups, ties, start)
    if found is None:
        return []
    if ties == "optimistic":
        value = float(aim.game.expected(aim.objective, found.response))
        return [aim.commitment([found.response], value, ties, value)]
    valued = evaluate_commitment(aim.game, aim.leader, found.strategy, aim.objective, ties, "mixed")
    return [valued] if isinstance(valued, Commitment) else []


def _sampled(aim: Aim) -> list[Commitment]:
    """What mixed answers, as far as they are found, make of some commitments."""
    game, leader = aim.game, aim.leader
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
            if aim.follower_regret(profile) <= SLACK:
                value = float(game.expected(aim.objective, profile))
                found.append(aim.commitment([profile], value, "optimistic"))
    return found
