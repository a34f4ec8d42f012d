"""What a player should commit to before the others choose, knowing that they will answer.

Commitments that the objective does not tell apart are told apart by the leader's own payoffs:
nobody is told to pay for nothing.

`pure_commitment` looks at every action of the leader, and at the followers' equilibria after it;
`mixed_commitment` (in `best_mixture.py`) looks at all mixtures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.ties import Ties, check_ties
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
        strategy: what it commits to, shape (A_leader,): of floats, or of `Fraction`s (dtype object)
            where rounding would lose a tie that the answer stands on. What it is worth is what
            `evaluate_commitment` finds for it.
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


@dataclass(frozen=True, eq=False)
class Aim:
    """Who commits in what game, and for what.

    Attributes:
        game: two players or more.
        leader: the number of the committed player.
        objective: a table over joint actions, shape (A_1, ..., A_n), whose expectation is to be
            great.
    """

    game: NormalForm
    leader: int
    objective: Array

    @classmethod
    def of(cls, game: NormalForm, leader: int | str, objective: Array | None, ties: str) -> "Aim":
        """What is aimed at, if all of it makes sense; by default at the leader's payoffs.

        Raises:
            InvalidArgument: the objective has another shape, or the leader has no followers.
            UnknownName: no such leader or tie rule.
        """
        index = game.player_index(leader)
        check_ties(ties)
        if game.n_players < 2:
            raise InvalidArgument(
                f"{game.players[index]} is the only player; a commitment needs somebody to answer "
                "it."
            )
        table = np.asarray(game.payoffs[index] if objective is None else objective, np.float64)
        if table.shape != game.shape:
            raise InvalidArgument(
                f"an objective of shape {table.shape}; expected {game.shape}, a number for each "
                "joint action."
            )
        return cls(game, index, table)

    @property
    def own(self) -> Array:
        """What the leader is paid, shape (A_1, ..., A_n)."""
        return self.game.payoffs[self.leader]

    @property
    def selfish(self) -> bool:
        """Whether the leader's payoffs are the objective."""
        return np.array_equal(self.objective, self.own)

    def by_answer(self, table: Array) -> Array:
        """A table over joint actions as one of shape (A_leader, the followers' joint answers)."""
        return np.moveaxis(table, self.leader, 0).reshape(self.game.shape[self.leader], -1)

    def profile(self, strategy: Array, answer: Sequence[int]) -> tuple[Array, ...]:
        """The leader's strategy with each follower's action, in numbers of the same kind."""
        joint = (*answer[: self.leader], 0, *answer[self.leader :])
        profile = [own.astype(strategy.dtype) for own in self.game.pure_profile(joint)]
        profile[self.leader] = strategy
        return tuple(profile)

    def follower_regret(self, profile: tuple[Array, ...]) -> float:
        """The most that a player other than the leader could gain by deviating."""
        return float(np.delete(self.game.regrets(profile), self.leader).max(initial=0.0))

    def commitment(
        self,
        responses: Sequence[tuple[Array, ...]],
        value: float,
        ties: Ties,
        upper_bound: float = np.inf,
        attained: bool = True,
        weights: Array | None = None,
    ) -> Commitment:
        """A commitment with the regrets of its followers; see there. None weighs all equally."""
        if weights is None:
            weights = np.full(len(responses), 1 / len(responses))
        return Commitment(
            self.leader,
            responses[0][self.leader],
            tuple(responses),
            weights,
            value,
            max(map(self.follower_regret, responses)),
            ties,
            attained,
            max(upper_bound, value),
        )

    def most_valued(self, found: Sequence[Commitment]) -> Commitment:
        """The commitment of the greatest value; of several, the one that pays the leader most."""
        own = [
            sum(
                weight * float(self.game.expected(self.own, profile))
                for weight, profile in zip(one.weights, one.responses, strict=True)
            )
            for one in found
        ]
        return found[first_best(np.array([one.value for one in found]), np.array(own))]


def first_best(values: Array, own: Array) -> int:
    """The greatest value's place; of several, up to rounding, that with the greatest of `own`.

    Args:
        values: shape (k,), k at least 1.
        own: what decides between equal values, shape (k,).
    """
    tied = np.flatnonzero(values >= values.max() - SAME * max(1.0, abs(float(values.max()))))
    best = own[tied].max()
    return int(tied[np.flatnonzero(own[tied] >= best - SAME * max(1.0, abs(float(best))))[0]])


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
    aim = Aim.of(game, leader, objective, ties)
    index = aim.leader
    if policies == "pure" and (ties != "uniform" or selection in (None, "pure")):
        return _pure_answers(aim, ties)
    outcomes: list[Commitment] = []
    for action in range(game.shape[index]):
        outcome = evaluate_commitment(
            game,
            index,
            np.eye(game.shape[index])[action],
            aim.objective,
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
    best = aim.most_valued(outcomes)
    return replace(best, upper_bound=best.value)


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
    aim = Aim.of(game, leader, objective, ties)
    found = answers_to(game, aim.leader, strategy, ties, policies, selection, max_equilibria)
    if isinstance(found, Undefined):
        return found
    profiles, weights = found
    values = np.array([float(game.expected(aim.objective, profile)) for profile in profiles])
    if ties != "uniform":
        sign = 1.0 if ties == "optimistic" else -1.0
        own = np.array([float(game.expected(aim.own, profile)) for profile in profiles])
        chosen = first_best(sign * values, sign * own)
        profiles, values = [profiles[chosen]], values[[chosen]]
    return aim.commitment(profiles, float(weights @ values), ties, weights=weights)


def answers_to(
    game: NormalForm,
    leader: int,
    strategy: Array,
    ties: Ties = "optimistic",
    policies: Policies = "mixed",
    selection: Selection | None = None,
    max_equilibria: int = MAX_EQUILIBRIA,
) -> tuple[list[tuple[Array, ...]], NDArray[np.float64]] | Undefined:
    """The followers' equilibria after a given commitment, whatever they are worth.

    Args:
        game: two players or more.
        leader: the number of who commits.
        strategy: its probabilities, shape (A_leader,).
        ties: "uniform" averages; of others all that may be chosen are wanted.
        policies: the followers' class.
        selection: what "uniform" averages with; None: "pure" or "extreme", after `policies`.
        max_equilibria: see `equilibria`.

    Returns:
        Everybody's strategies in each, and their weights under "uniform" ties, else a single 1;
        Undefined if there are none, or only a sample.

    Raises:
        InvalidArgument: `strategy` is no distribution.
        UnknownName: no such class or selection.
    """
    rest = game.fix(leader, np.asarray(strategy))
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
    own = np.asarray(strategy)
    return [(*e.profile[:leader], own, *e.profile[leader:]) for e in answers], weights


def _pure_answers(aim: Aim, ties: Ties) -> Commitment | Undefined:
    """The best action when followers answer in pure strategies, all actions at once.

    With the leader indifferent between all actions, the pure equilibria of the game are the pairs
    of an action and an equilibrium of the followers after it.
    """
    game, leader = aim.game, aim.leader
    amounts = list(game.measured)
    amounts[leader] = Amounts(np.zeros(game.shape))
    joint = pure_equilibria(NormalForm(game.payoffs, amounts=tuple(amounts)))
    if not len(joint):
        return NO_PURE_ANSWER
    values, actions = aim.objective[tuple(joint.T)], joint[:, leader]
    count = np.bincount(actions, minlength=game.shape[leader])
    if ties == "uniform":
        worth = np.bincount(actions, values, game.shape[leader]) / np.maximum(count, 1)
    else:
        worth = np.full(game.shape[leader], -np.inf if ties == "optimistic" else np.inf)
        (np.maximum if ties == "optimistic" else np.minimum).at(worth, actions, values)
    own = aim.own[tuple(joint.T)]
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
    profiles = [game.pure_profile(joint[k]) for k in chosen]
    return aim.commitment(profiles, float(worth[leading]), ties, float(worth[leading]))
