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

from ..causal.normal_form import NormalForm
from ..errors import InvalidArgument
from ..ties import Ties, check_ties
from . import best_response_kernels as kernels
from .memory import Memory
from .repetition import Repetition
from .rules import checked_rule

TIED = 1e-9
"""Values that differ by less, relative to the range of payoffs, are tied."""

NEVER = 1e-12
"""Chances below this count as 0: what happens once in so many rounds is not worth waiting for."""


@dataclass(frozen=True)
class BestResponses:
    """Best responses to n rules.

    Attributes:
        policy: (n, T, S, A) chances of the follower's actions; T is 1 where play is endless.
        value_follower: (n,) what it earns in a round, rounds weighted as they count.
        value_objective: (n,) the same of the objective.
        value_leader: (n,) the same of the committed agent's payoff.
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
) -> BestResponses:
    """How a follower answers n rules of the committed agent.

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

    Raises:
        UnknownName: no such player or tie rule.
        InvalidArgument: tables of the wrong shape or that are no distributions, a player without
            one, or numbers out of their ranges.
    """
    check_ties(ties)
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
    q = _others_chances(form, me, tables, remembered, repetition)
    policy, occupancy = _solve(form, me, q, remembered, repetition, table, ties)
    flat = form.payoffs.reshape(form.n_players, -1)
    return BestResponses(
        policy,
        occupancy @ flat[me],
        occupancy @ table.ravel(),
        occupancy @ flat[leader],
        occupancy,
    )


def long_run_shares(
    chances: NDArray[np.float64], memory: Memory, discount: float = 1.0
) -> NDArray[np.float64]:
    """(n, J) how often each joint action is played in endless play from the first round on.

    Args:
        chances: (n, S, J) of each joint action in each state of the memory.
        memory: whose states they are.
        discount: in (0, 1]; at 1 it is the long-run average.
    """
    q = np.ascontiguousarray(np.where(chances < NEVER, 0.0, chances))
    everything = np.ones((len(q), memory.states, 1))
    shares = np.empty((len(q), memory.joint_actions))
    joint_of = np.arange(memory.joint_actions)[None]
    kernels.shares(q, joint_of, memory.next_states, everything, discount, shares)
    return shares


def _others_chances(
    form: NormalForm,
    me: int,
    tables: Mapping[int, ArrayLike],
    memory: Memory,
    repetition: Repetition,
) -> NDArray[np.float64]:
    """(n, T or 1, S, M) the chances of the others' joint actions."""
    memory.check_tables()
    times = repetition.rounds if repetition.terminates else 1
    chances: NDArray[np.float64] = np.ones((1, 1, memory.states, 1))
    for player in sorted(tables):
        table = checked_rule(tables[player])
        if table.ndim < 4:  # (A,), (S, A) and (n, S, A) leave out the times
            table = np.expand_dims(table, {1: (0, 1, 2), 2: (0, 1), 3: (1,)}.get(table.ndim, ()))
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
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The policies and what comes of them."""
    numbers = np.arange(memory.joint_actions).reshape(form.shape)
    joint_of = np.ascontiguousarray(np.moveaxis(numbers, me, 0).reshape(form.shape[me], -1))
    sign = {"optimistic": 1.0, "pessimistic": -1.0, "uniform": 0.0}[ties]
    payoffs = np.stack([form.payoffs[me].ravel(), sign * objective.ravel()], axis=1)
    uniform, actions = ties == "uniform", form.shape[me]
    slack = TIED * max(float(np.ptp(form.payoffs[me])), 1e-300)
    following = memory.next_states
    if repetition.terminates:
        policy = np.empty((len(q), repetition.rounds, memory.states, actions))
        weights = repetition.weights
        kernels.finite(q, joint_of, following, payoffs, weights, uniform, slack, policy)
        return policy, _finite_shares(q, joint_of, memory, weights, policy)
    policy = np.empty((len(q), memory.states, actions))
    endless, discount = q[:, 0], repetition.discount
    kernels.endless(endless, joint_of, following, payoffs, discount, uniform, slack, policy)
    shares = np.empty((len(q), memory.joint_actions))
    kernels.shares(endless, joint_of, following, policy, discount, shares)
    return policy[:, None], shares


def _finite_shares(
    q: NDArray[np.float64],
    joint_of: NDArray[np.int64],
    memory: Memory,
    weights: NDArray[np.float64],
    policy: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(n, J) the shares of the joint actions in play of a known length."""
    n, times = len(q), q.shape[1]
    states = np.zeros((n, memory.states))
    states[:, 0] = 1.0
    shares = np.zeros((n, memory.joint_actions))
    after = memory.next_states.ravel()
    for t, weight in enumerate(weights):
        chances = policy[:, t, :, :, None] * q[:, min(t, times - 1), :, None, :]
        played = np.zeros((n, memory.states, memory.joint_actions))
        played[:, :, joint_of] = states[:, :, None, None] * chances
        shares += weight * played.sum(axis=1)
        moved = np.zeros((memory.states, n))
        np.add.at(moved, after, played.reshape(n, -1).T)
        states = moved.T
    return shares
