"""What a player should commit to before the others choose, knowing that they will answer.

Commitments that the objective does not tell apart are told apart by the leader's own payoffs:
nobody is told to pay for nothing.

`pure_commitment` looks at every action of the leader, and at the followers' equilibria after it;
`mixed_commitment` (in `best_mixture.py`) looks at all mixtures.
"""

from dataclasses import dataclass

import numpy as np

from ...errors import InvalidArgument
from ...ties import Ties, check_ties
from ..comparison import Amounts
from ..undefined import Reason, Undefined
from .game import Array, NormalForm
from .pure import pure_equilibria
from .selection import Selection, select
from .solve import MAX_EQUILIBRIA, Policies, equilibria

SAME = 1e-9
"""A bound within this of a value, relative where that is above 1, is equal to it."""

NO_PURE_ANSWER = Undefined(
    Reason.NONE_EXISTS, "the followers have no equilibrium in pure policies after any commitment"
)


@dataclass(frozen=True, eq=False)
class Commitment:
    """A commitment and what it leads to.

    Attributes:
        leader: the number of the committed player.
        strategy: what it commits to, shape (A_leader,).
        responses: whole profiles, the leader's strategy among them, that the followers answer with.
        weights: their probabilities, shape (len(responses),): one response unless ties are
            uniform.
        value: the objective's expectation.
        regret: the most that a follower could gain by another answer to `strategy`.
        ties: the tie rule.
        attained: False if `value` is a supremum that commitments near `strategy` come close to,
            while at `strategy` itself the tie goes against the leader.
        upper_bound: no commitment is worth more; equal to `value` where the method is exact.
    """

    leader: int
    strategy: Array
    responses: tuple[tuple[Array, ...], ...]
    weights: Array
    value: float
    regret: float
    ties: Ties
    attained: bool = True
    upper_bound: float = np.inf

    @property
    def exact(self) -> bool:
        """Whether no commitment is worth more, up to rounding: what was found is the best."""
        return self.upper_bound - self.value <= SAME * max(1.0, abs(self.value))

    @property
    def response(self) -> tuple[Array, ...]:
        """The profile that attains the value, or the first of several (see `weights`)."""
        return self.responses[0]


def pure_commitment(
    game: NormalForm,
    leader: int | str,
    objective: Array | None = None,
    ties: Ties = "optimistic",
    policies: Policies = "pure",
    selection: Selection | None = None,
    max_equilibria: int = MAX_EQUILIBRIA,
) -> Commitment | Undefined:
    """The leader's best action when it is announced before the others choose.

    Every action is tried. After it the followers play an equilibrium of the game that is left;
    actions after which they have none in the class are passed over.

    Args:
        game: two players or more.
        leader: who commits, by name or number.
        objective: a table over joint actions, shape (A_1, ..., A_n), such as 1[Y=y]; None: the
            leader's payoffs.
        ties: how several answers become one number.
        policies: the followers' class.
        selection: what "uniform" averages with; None: "pure" or "extreme", after `policies`.
        max_equilibria: see `equilibria`. With more answers than these the value is undefined.

    Returns:
        The best action; of several that the objective does not tell apart, the one that pays the
        leader most, and of these the first. Its value is exact.

    Raises:
        InvalidArgument: the objective has another shape, or the leader has no followers.
        UnknownName: no such leader, tie rule, class or selection.
    """
    index, table = check_commitment(game, leader, objective, ties)
    if policies == "pure" and (ties != "uniform" or selection in (None, "pure")):
        return _pure_answers(game, index, table, ties)
    outcomes: list[Commitment] = []
    for action in range(game.shape[index]):
        outcome = evaluate_commitment(
            game,
            index,
            np.eye(game.shape[index])[action],
            table,
            ties,
            policies,
            selection,
            max_equilibria,
        )
        if isinstance(outcome, Commitment):
            outcomes.append(outcome)
        elif not outcome.proven:  # it may be worth more than all others
            return outcome.since(f"after {game.actions[index][action]}")
    if not outcomes:
        return NO_PURE_ANSWER
    best = most_valued(game, outcomes)
    return Commitment(**{**vars(best), "upper_bound": best.value})


def evaluate_commitment(
    game: NormalForm,
    leader: int | str,
    strategy: Array,
    objective: Array | None = None,
    ties: Ties = "optimistic",
    policies: Policies = "mixed",
    selection: Selection | None = None,
    max_equilibria: int = MAX_EQUILIBRIA,
) -> Commitment | Undefined:
    """What a given commitment, pure or mixed, leads to.

    Optimistic and pessimistic ties look at the extreme equilibria of the followers, which is
    enough: the objective is linear in each follower's strategy, and the equilibria of up to two
    followers are products of convex sets with these as corners.

    Args:
        game: two players or more.
        leader: who commits, by name or number.
        strategy: its probabilities, shape (A_leader,).
        objective: as in `pure_commitment`.
        ties: how several answers become one number.
        policies: the followers' class.
        selection: what "uniform" averages with; None: "pure" or "extreme", after `policies`.
        max_equilibria: see `equilibria`.

    Returns:
        The value and the answers; Undefined if there are none, or only a sample.

    Raises:
        InvalidArgument: `strategy` is no distribution, or the objective has another shape.
        UnknownName: no such leader, tie rule, class or selection.
    """
    index, table = check_commitment(game, leader, objective, ties)
    rest = game.fix(index, np.asarray(strategy))
    found = equilibria(rest, policies, max_equilibria)
    if ties == "uniform":
        selected = select(
            found, rest, selection or ("pure" if policies == "pure" else "extreme"), policies
        )
        if isinstance(selected, Undefined):
            return selected
        answers, weights = selected.equilibria, selected.weights
    else:
        if found.kind == "sample":
            return Undefined(
                Reason.SAMPLED, f"the {len(found)} answers found are a sample of a larger set"
            )
        if not found.equilibria:
            return Undefined(Reason.NONE_EXISTS, "no equilibrium in pure policies")
        answers, weights = found.equilibria, np.ones(1)
    profiles = [(*e.profile[:index], np.asarray(strategy), *e.profile[index:]) for e in answers]
    values = np.array([float(game.expected(table, profile)) for profile in profiles])
    if ties != "uniform":
        sign = 1.0 if ties == "optimistic" else -1.0
        own = np.array([float(game.expected(game.payoffs[index], profile)) for profile in profiles])
        chosen = first_best(sign * values, sign * own)
        profiles, values = [profiles[chosen]], values[[chosen]]
    return Commitment(
        index,
        np.asarray(strategy),
        tuple(profiles),
        weights,
        float(weights @ values),
        max(follower_regret(game, index, profile) for profile in profiles),
        ties,
    )


def check_commitment(
    game: NormalForm, leader: int | str, objective: Array | None, ties: str
) -> tuple[int, Array]:
    """The leader's number and the objective's table, if both make sense.

    Raises:
        InvalidArgument: the objective has another shape, or the leader has no followers.
        UnknownName: no such leader or tie rule.
    """
    index = game.player_index(leader)
    check_ties(ties)
    if game.n_players < 2:
        raise InvalidArgument(
            f"{game.players[index]} is the only player; a commitment needs somebody to answer it."
        )
    table = game.payoffs[index] if objective is None else np.asarray(objective, dtype=np.float64)
    if table.shape != game.shape:
        raise InvalidArgument(
            f"an objective of shape {table.shape}; expected {game.shape}, a number for each joint "
            "action."
        )
    return index, table


def follower_regret(game: NormalForm, leader: int, profile: tuple[Array, ...]) -> float:
    """The most that a player other than the leader could gain by deviating."""
    return float(np.delete(game.regrets(profile), leader).max())


def first_best(values: Array, own: Array) -> int:
    """The greatest value's place; of several, up to rounding, that with the greatest of `own`.

    Args:
        values: shape (k,), k at least 1.
        own: what decides between equal values, shape (k,).
    """
    tied = np.flatnonzero(values >= values.max() - SAME * max(1.0, abs(float(values.max()))))
    best = own[tied].max()
    return int(tied[np.flatnonzero(own[tied] >= best - SAME * max(1.0, abs(float(best))))[0]])


def most_valued(game: NormalForm, found: list[Commitment]) -> Commitment:
    """The commitment of the greatest value; of several, the one that pays the leader most."""
    own = [
        sum(
            weight * float(game.expected(game.payoffs[one.leader], profile))
            for weight, profile in zip(one.weights, one.responses, strict=True)
        )
        for one in found
    ]
    return found[first_best(np.array([one.value for one in found]), np.array(own))]


def _pure_answers(
    game: NormalForm, leader: int, table: Array, ties: Ties
) -> Commitment | Undefined:
    """The best action when followers answer in pure strategies, all actions at once.

    With the leader indifferent between all actions, the pure equilibria of the game are the pairs
    of an action and an equilibrium of the followers after it.
    """
    amounts = list(game.measured)
    amounts[leader] = Amounts(np.zeros(game.shape))
    joint = pure_equilibria(NormalForm(game.payoffs, amounts=tuple(amounts)))
    if not len(joint):
        return NO_PURE_ANSWER
    values, actions = table[tuple(joint.T)], joint[:, leader]
    count = np.bincount(actions, minlength=game.shape[leader])
    if ties == "uniform":
        worth = np.bincount(actions, values, game.shape[leader]) / np.maximum(count, 1)
    else:
        worth = np.full(game.shape[leader], -np.inf if ties == "optimistic" else np.inf)
        (np.maximum if ties == "optimistic" else np.minimum).at(worth, actions, values)
    own = game.payoffs[leader][tuple(joint.T)]
    reached = np.flatnonzero(count > 0)
    paid = []
    for action in reached:
        answers = np.flatnonzero(actions == action)
        if ties == "uniform":
            paid.append(float(own[answers].mean()))
        else:
            tied = own[answers[values[answers] == worth[action]]]
            paid.append(float(tied.max() if ties == "optimistic" else tied.min()))
    best = first_best(worth[reached], np.array(paid))
    leading = int(reached[best])
    chosen = np.flatnonzero(actions == leading)
    if ties != "uniform":
        chosen = chosen[(values[chosen] == worth[leading]) & (own[chosen] == paid[best])][:1]
    profiles = tuple(game.pure_profile(joint[k]) for k in chosen)
    return Commitment(
        leader,
        profiles[0][leader],
        profiles,
        np.full(len(profiles), 1 / len(profiles)),
        float(worth[leading]),
        max(follower_regret(game, leader, profile) for profile in profiles),
        ties,
        upper_bound=float(worth[leading]),
    )
