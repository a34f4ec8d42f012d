"""Which equilibria learning ends up in: seeded replicator dynamics or fictitious play.

Many random starts learn at once. In replicator dynamics (Taylor and Jonker 1978; here in discrete
time, as exponential weights) an action's share grows with what it pays. In fictitious play (Brown
1951) everybody plays a best reply to the average of what the others have played so far, and the
averages are looked at. Neither converges in every game: the starts that have not settled are
counted, and with too many of them there is no answer.
"""

from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from ...core.errors import InvalidArgument, UnknownName
from ..undefined import Reason, Undefined
from .equilibrium_set import Equilibrium, Selected
from .game import Array, NormalForm
from .indifference import nearby_equilibrium

Rule: TypeAlias = Literal["replicator", "fictitious"]
"""How the players learn."""

STEP = 0.2
"""Step of the exponential weights, in units of 1 / (the most a player's own deviations change)."""

NEAR = 0.02
"""How far an equilibrium may be from where a start has ended to count as reached."""

UNSETTLED = 0.01
"""The largest share of starts that may have settled nowhere."""


def learning_outcomes(
    game: NormalForm,
    rule: Rule = "replicator",
    starts: int = 200,
    steps: int = 3000,
    seed: int = 0,
) -> Selected | Undefined:
    """The equilibria that learning reaches from uniformly drawn strategies, with their shares.

    Args:
        game: any number of players.
        rule: "replicator" or "fictitious".
        starts: how many random starts; the shares are multiples of 1 / starts.
        steps: how long each learns.
        seed: of the starts. The same seed gives the same shares.

    Returns:
        The equilibria reached, the most frequent first, with the number of starts that their
        shares are out of (those that settled); Undefined if more than `UNSETTLED` of the
        starts have settled at none.

    Raises:
        UnknownName: no such rule.
        InvalidArgument: `starts` or `steps` is below 1.
    """
    if rule not in get_args(Rule):
        raise UnknownName("learning rule", rule, get_args(Rule))
    if starts < 1 or steps < 1:
        raise InvalidArgument(f"{starts} starts of {steps} steps; expected 1 or more of each.")
    random = np.random.default_rng(seed)
    width = [float(np.ptp(t, axis=i).max()) or 1.0 for i, t in enumerate(game.payoffs)]
    x = [random.dirichlet(np.ones(size), starts) for size in game.shape]
    for step in range(1, steps + 1):
        values = [_action_payoffs(game.payoffs[i], x, i) / width[i] for i in range(game.n_players)]
        for i, value in enumerate(values):
            value = value - value.max(axis=1, keepdims=True)
            if rule == "replicator":
                grown = x[i] * np.exp(STEP * value)
                x[i] = grown / grown.sum(axis=1, keepdims=True)
            else:
                best = value == 0.0
                x[i] = x[i] + (best / best.sum(axis=1, keepdims=True) - x[i]) / (step + 1)

    reached: dict[bytes, list[Any]] = {}
    for s in range(starts):
        profile = nearby_equilibrium(game, tuple(part[s] for part in x), NEAR)
        if profile is not None:
            key = np.round(np.concatenate(profile), 4) + 0.0
            reached.setdefault(key.tobytes(), [profile, 0])[1] += 1
    settled = sum(count for _, count in reached.values())
    if settled < (1 - UNSETTLED) * starts:
        return Undefined(
            Reason.NOT_FOUND,
            f"{starts - settled} of {starts} starts settled at no equilibrium within {steps} steps",
        )
    ranked = sorted(reached.values(), key=lambda entry: -entry[1])
    found = tuple(Equilibrium.of(game, profile) for profile, _ in ranked)
    return Selected(found, np.array([count for _, count in ranked]) / settled, settled)


def _action_payoffs(table: Array, x: list[Array], player: int) -> Array:
    """What each action of a player pays in each start; shape (starts, A_player)."""
    n = table.ndim
    operands: list[Any] = [table, list(range(n))]
    for k, part in enumerate(x):
        if k != player:
            operands += [part, [n, k]]
    if n == 1:
        return np.broadcast_to(table, x[0].shape)
    by_products = n > 2 or table.size > 1000  # planning costs more than it saves in a small table
    return np.asarray(np.einsum(*operands, [n, player], optimize=by_products))
