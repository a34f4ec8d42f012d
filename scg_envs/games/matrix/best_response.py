"""A follower's exact best response in a repeated game, to rules that are tables over the memory.

Against given rules a follower faces a Markov decision process whose states are those of the memory.
It is solved for what the follower believes:

- with a clock, or in a single round: the known number of rounds, by backward induction;
- without a clock play is endless: discounted by policy iteration, and at discount 1 for the
  long-run average, with as many recurrent classes as there may be (tit for tat and grim have
  several).

Ties. `optimistic` and `pessimistic` take, among all best policies, one with the most or the least
of an objective, such as P(Y=y) or the committed agent's payoff; the comparison is lexicographic, so
it is exact. At discount 1 all policies with the greatest average are best, whatever they earn until
then. `uniform` plays all best actions equally often in every state. At discount 1 best then means
best for a follower who hardly discounts: all that merely has the right average would be too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...causal.normal_form import NormalForm
from ...core.checks import check_chance
from ...core.errors import InvalidArgument
from ...core.ties import Ties, check_ties
from . import best_response_kernels as kernels
from .memory import Memory
from .play import NEVER, joint_chances, occupancy
from .repetition import Repetition
from .risk import Moments
from .rules import checked_rule

_ROUNDED = 1e-13  # of the greatest risk that is counted against an action
TIED = 1e-9
"""Values that differ by less are tied: what a follower earns relative to the range of its payoffs,
and what breaks its ties relative to the range of that."""


@dataclass(frozen=True)
class BestResponses:
    """Best responses to n rules.

    Attributes:
        policy: (n, T, S, A) chances of the follower's actions, slips among them; T is 1 where play
            is endless.
        value_follower: (n,) what it earns in a round, rounds weighted as they count.
        value_objective: (n,) the objective in a round, rounds weighted as they count.
        value_leader: (n,) what the committed agent earns in a round, rounds weighted as they
            count.
        occupancy: (n, J) the share of rounds in which each joint action is played.
    """

    policy: NDArray[np.float64]
    value_follower: NDArray[np.float64]
    value_objective: NDArray[np.float64]
    value_leader: NDArray[np.float64]
    occupancy: NDArray[np.float64]


def best_responses(
    form: NormalForm,
    committed: int | str,
    follower: int | str,
    rules: ArrayLike,
    *,
    rounds: int = 1,
    discount: float = 1.0,
    memory: int | None = None,
    clock: bool = False,
    ties: Ties = "optimistic",
    objective: NDArray[np.float64] | None = None,
    others: Mapping[str, ArrayLike] | None = None,
    tremble: float = 0.0,
    rate: float | None = None,
    risk_aversion: float = 0.0,
) -> BestResponses:
    """How a follower answers n rules of the committed agent.

    Of one that slips, the best policy is that of a game in which the others' part is played by
    them and by its own slips; of one with a `rate`, see `quantal`.

    Args:
        form: the game that is repeated.
        committed: who plays the rules.
        follower: who answers.
        rules: (n, S or 1, A_c), or (n, T or 1, S or 1, A_c) with a clock: chances of actions.
        rounds: T.
        discount: what a round weighs relative to the one before, in (0, 1].
        memory: how many of the last joint actions are remembered; one if there are several rounds.
        clock: whether the follower knows the last round.
        ties: how ties are broken.
        objective: what breaks them, (A_1, ..., A_n); None: the committed agent's payoff.
        others: what further players play, (n or 1, [T or 1,] S or 1, A) or (A,) each; everybody
            must be there.
        tremble: the chance that an action is taken at random in place of the chosen one.
        rate: of quantal responses, 1 over units of payoff, in place of best ones; None: best ones.
        risk_aversion: the weight at which the variance of what a round pays, given what is
            remembered, counts against it (`scg_envs.games.matrix.risk`); for best responses alone.

    Raises:
        UnknownName: no such player or tie rule.
        InvalidArgument: tables of the wrong shape or that are no distributions, a player without
            one, numbers out of their ranges, or quantal responses of endless play.
    """
    check_ties(ties)
    check_chance("tremble", tremble)
    leader, me = form.player_index(committed), form.player_index(follower)
    if leader == me:
        raise InvalidArgument(f"{form.players[me]} has committed and cannot answer itself.")
    repetition = Repetition.checked(rounds, discount, memory, clock)
    table = form.payoffs[leader] if objective is None else np.asarray(objective, np.float64)
    if table.shape != form.shape:
        raise InvalidArgument(
            f"an objective of shape {table.shape}; expected {form.shape}, a number for each joint "
            "action."
        )
    remembered = Memory(form.shape, repetition.memory)
    tables: dict[int, ArrayLike] = {leader: rules}
    tables |= {form.player_index(name): given for name, given in (others or {}).items()}
    missing = [p for i, p in enumerate(form.players) if i != me and i not in tables]
    if missing or me in tables:
        raise InvalidArgument(
            f"tables of {', '.join(form.players[i] for i in sorted(tables))} came; expected one "
            f"for everybody but {form.players[me]}."
        )
    q = _others_chances(form, tables, remembered, repetition)
    if rate is None:
        policy = _solve(form, me, q, remembered, repetition, table, ties, tremble, risk_aversion)
        policy = (1 - tremble) * policy + tremble / form.shape[me]
    else:
        policy = quantal(q, _joint_of(form, me), remembered, repetition, form.payoffs[me], rate)
    everybody = {**{player: _whole(given) for player, given in tables.items()}, me: policy}
    played = joint_chances([everybody[i] for i in range(form.n_players)], remembered.states)
    shares = occupancy(played, remembered, repetition)
    flat = form.payoffs.reshape(form.n_players, -1)
    return BestResponses(
        policy,
        shares @ flat[me],
        shares @ table.ravel(),
        shares @ flat[leader],
        shares,
    )


def _joint_of(form: NormalForm, me: int) -> NDArray[np.int64]:
    """(A, M) the joint action of a player's action and the others'."""
    numbers = np.arange(int(np.prod(form.shape))).reshape(form.shape)
    return np.ascontiguousarray(np.moveaxis(numbers, me, 0).reshape(form.shape[me], -1))


def _with_slips(
    q: NDArray[np.float64], joint_of: NDArray[np.int64], tremble: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The others' part with a player's own slips: none of them, or one to any of its actions.

    Returns:
        (n, T or 1, S, M (1 + A)) chances, and (A, M (1 + A)) joint actions.
    """
    actions = len(joint_of)
    slips = np.full(1 + actions, tremble / actions)
    slips[0] = 1 - tremble
    each = [np.stack([row, *joint_of], axis=1).ravel() for row in joint_of]
    chances = (q[..., None] * slips).reshape(*q.shape[:-1], -1)
    return np.ascontiguousarray(chances), np.ascontiguousarray(each)


def quantal(
    q: NDArray[np.float64],
    joint_of: NDArray[np.int64],
    memory: Memory,
    repetition: Repetition,
    payoffs: NDArray[np.float64],
    rate: float,
) -> NDArray[np.float64]:
    """Quantal responses by backward induction (McKelvey and Palfrey 1998, agent by agent).

    In each round and state an action is taken with a chance proportional to exp(rate Q), Q being
    what it pays now plus, discounted, what later rounds pay if later selves answer alike:

        Q_t(s, a) = E[paid + discount V_t+1(s')],  V_t(s) = sum over a of pi_t(a | s) Q_t(s, a).

    Args:
        q: (n, T or 1, S, M) chances of the others' joint actions.
        joint_of: (A, M) numbers of joint actions.
        memory: whose states they are over.
        repetition: how often the game is played.
        payoffs: the follower's.
        rate: 1 over units of a round's payoff.

    Returns:
        (n, T, S, A) the policies.

    Raises:
        InvalidArgument: play is endless, where such answers need not be unique.
    """
    if not repetition.terminates:
        raise InvalidArgument(
            "quantal responses of a game without a known end need not be unique; set `clock`."
        )
    after = memory.next_states[:, joint_of]  # (S, A, M)
    policy = np.empty((len(q), repetition.rounds, memory.states, len(joint_of)))
    ahead = np.zeros((len(q), memory.states))
    for time in range(repetition.rounds - 1, -1, -1):
        chances = q[:, min(time, q.shape[1] - 1), :, None]
        paid = payoffs.ravel()[joint_of] + repetition.discount * ahead[:, after]
        values = (chances * paid).sum(axis=-1)  # (n, S, A)
        weights = np.exp(rate * (values - values.max(axis=-1, keepdims=True)))
        policy[:, time] = weights / weights.sum(axis=-1, keepdims=True)
        ahead = (policy[:, time] * values).sum(axis=-1)
    return policy


def _whole(table: ArrayLike) -> NDArray[np.float64]:
    """(n, T, S, A) of (A,), (S, A) and (n, S, A), which leave out what does not matter."""
    rule = checked_rule(table)
    return np.expand_dims(rule, {1: (0, 1, 2), 2: (0, 1), 3: (1,)}.get(rule.ndim, ()))


def _others_chances(
    form: NormalForm,
    tables: Mapping[int, ArrayLike],
    memory: Memory,
    repetition: Repetition,
) -> NDArray[np.float64]:
    """(n, T or 1, S, M) the chances of the others' joint actions."""
    memory.check_tables()
    times = repetition.rounds if repetition.terminates else 1
    chances: NDArray[np.float64] = np.ones((1, 1, memory.states, 1))
    for player in sorted(tables):
        table = _whole(tables[player])
        fits = (len(chances), len(table), 1), (1, times), (1, memory.states), (form.shape[player],)
        shapes = zip(table.shape, fits, strict=False)
        if (
            table.ndim != 4
            or any(size not in sizes for size, sizes in shapes)
            or (1 not in (len(chances), len(table)) and len(chances) != len(table))
        ):
            raise InvalidArgument(
                f"a table of shape {np.shape(tables[player])} for {form.players[player]}; expected "
                f"(n, {times} or 1 rounds, {memory.states} or 1 states, {form.shape[player]} "
                "actions), n being the same for all or 1."
            )
        product = chances[..., :, None] * table[..., None, :]
        chances = product.reshape(*product.shape[:-2], -1)
    chances = np.where(chances < NEVER, 0.0, chances)
    return np.ascontiguousarray(chances / chances.sum(axis=-1, keepdims=True))


def _solve(
    form: NormalForm,
    me: int,
    q: NDArray[np.float64],
    memory: Memory,
    repetition: Repetition,
    objective: NDArray[np.float64],
    ties: Ties,
    tremble: float,
    risk_aversion: float,
) -> NDArray[np.float64]:
    """(n, T or 1, S, A) what is meant to be played, slips apart."""
    joint_of = _joint_of(form, me)
    if tremble > 0:
        q, joint_of = _with_slips(q, joint_of, tremble)
    sign = {"optimistic": 1.0, "pessimistic": -1.0, "uniform": 0.0}[ties]
    payoffs = np.stack([form.payoffs[me].ravel(), sign * objective.ravel()], axis=1)
    # What is the same everywhere decides nothing, and should not round: biases are small beside it.
    payoffs -= payoffs.min(axis=0)
    uniform, actions = ties == "uniform", form.shape[me]
    slack = TIED * np.ptp(payoffs, axis=0)
    shunned = np.zeros((*q.shape[:3], actions))
    if risk_aversion:
        paid = np.ascontiguousarray(payoffs[joint_of, 0].T)  # (M, A)
        shunned = risk_aversion * Moments.of(q.reshape(-1, q.shape[3]), paid).variance
        shunned = np.ascontiguousarray(shunned.reshape(*q.shape[:3], actions))
        slack[0] += _ROUNDED * float(np.abs(shunned).max())
    following = memory.next_states
    if repetition.terminates:
        policy = np.empty((len(q), repetition.rounds, memory.states, actions))
        weights = repetition.weights
        kernels.finite(q, joint_of, following, payoffs, shunned, weights, uniform, slack, policy)
        return policy
    policy = np.empty((len(q), memory.states, actions))
    endless, discount, shunned = q[:, 0], repetition.discount, shunned[:, 0]
    kernels.endless(
        endless, joint_of, following, payoffs, shunned, discount, uniform, slack, policy
    )
    return policy[:, None]
