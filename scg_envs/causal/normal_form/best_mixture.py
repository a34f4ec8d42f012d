"""The leader's best mixed commitment, by linear programming.

One follower (Conitzer and Sandholm 2006, "Computing the optimal strategy to commit to"). For each
answer j, the best mixture x that makes j a best reply solves

    maximize x.f_j   subject to   x.(c_k - c_j) <= -margin for every other answer k,

with f_j and c_j the objective's and the follower's column; the best of these programs is exact
(`pure_answers`). Of several mixtures and answers that are worth as much, those that pay the leader
most are taken, by the same programs over again.
With optimistic ties the answer that suits the objective is chosen among the best replies, which is
why margin 0 will do and the optimum is attained. A positive margin makes the answer strictly best.
With pessimistic ties the value is a supremum (`pessimistic`).

Several followers. Those that the objective does not depend on, by any chain of who depends on whom,
and whose answers could not tell equal mixtures apart, are left out and answer as they like
(`dependence`). Where all that remain answer for themselves, the same programs over joint answers
are exact: corners of independent answers are pure. Otherwise each program is exact for its pure
answer, `mixed_answers` looks for commitments with mixed ones, and `relaxation` bounds what any
commitment is worth. What is found counts as best only where it equals that bound. With pessimistic
ties the value then is the supremum over commitments of the worst equilibrium after them: what a
commitment secures, whichever equilibrium is played.
"""

from math import prod

import numpy as np

from ...core.errors import InvalidArgument
from ...core.ties import Ties
from ..undefined import Reason, Undefined
from .commitment import NO_PURE_ANSWER, Aim, Commitment, first_best
from .dependence import dependence, independent_groups, subgame_of, varies
from .game import Array, NormalForm
from .mixed_answers import best_found, best_secured_found
from .pessimistic import best_secured
from .pure_answers import best_with_pure_answer
from .segment_search import order_of
from .solve import Policies, check_policies, equilibria

MAX_ANSWERS = 20_000
"""Joint pure answers of several followers that are tried."""


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
    aim = Aim.of(game, leader, objective, ties)
    index = aim.leader
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
    matter = [
        group
        for group in groups
        if any(varies(aim.objective, player) for player in group)
        or (len(group) == 1 and varies(aim.own, group[0]))  # it may tell equal mixtures apart
    ]
    if policies == "pure" or margin > 0:
        matter = groups  # they all need an answer of the kind
    players = sorted([index, *order_of(matter)])
    idle = tuple(slice(None) if i in players else 0 for i in range(game.n_players))
    small = game if len(players) == game.n_players else subgame_of(game, players)
    found = _best(
        Aim(small, players.index(index), aim.objective[idle]),
        ties,
        margin,
        policies,
        [[players.index(p) for p in group] for group in matter],
    )
    if isinstance(found, Undefined) or small is game:
        return found
    rest = [group for group in groups if group not in matter]
    return _with_the_others(aim, players, rest, found)


def _with_the_others(
    aim: Aim, players: list[int], rest: list[list[int]], found: Commitment
) -> Commitment:
    """A commitment of the game between some players as one of the whole game.

    The others, who do not matter, play an equilibrium of their own.
    """
    profile: list[Array] = [np.empty(0)] * aim.game.n_players
    for player, strategy in zip(players, found.response, strict=True):
        profile[player] = strategy
    after = aim.game.fix(aim.leader, found.strategy)
    for group in rest:
        own = equilibria(subgame_of(after, [p - (p > aim.leader) for p in group])).equilibria[0]
        for player, strategy in zip(group, own.profile, strict=True):
            profile[player] = np.asarray(strategy, dtype=np.float64)
    return aim.commitment(
        [tuple(profile)], found.value, found.ties, found.upper_bound, found.attained
    )


def _best(
    aim: Aim, ties: Ties, margin: float, policies: Policies, groups: list[list[int]]
) -> Commitment | Undefined:
    """The best commitment against followers who all matter, depending on each other in groups."""
    game = aim.game
    if not groups:
        strategy = np.eye(game.shape[aim.leader])[first_best(aim.objective, aim.own)]
        most = float(aim.objective.max())
        return aim.commitment([(strategy,)], most, ties, most)
    joint_answers = prod(game.shape) // game.shape[aim.leader]
    if joint_answers > MAX_ANSWERS:
        return Undefined(
            Reason.TOO_LARGE,
            f"the followers have {joint_answers} joint answers; at most {MAX_ANSWERS} are tried",
        )
    independent = len(groups) == game.n_players - 1
    if ties == "pessimistic":
        return best_secured(aim) if independent else best_secured_found(aim, groups, policies)
    pure = best_with_pure_answer(aim, margin)
    if not (independent or policies == "pure" or margin > 0):
        return best_found(aim, groups, pure)
    if pure is None and margin > 0:
        return Undefined(
            Reason.NONE_EXISTS, f"no commitment makes an answer best by a margin of {margin:g}"
        )
    return NO_PURE_ANSWER if pure is None else pure
