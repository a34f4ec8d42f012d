"""What a seller's policy comes to, exactly, whatever chance decides: values, and the buyer's draws.

All that can happen is played at once, in moves: a state is a row of the game, in a case, with its
chance. The policy is asked about the states in which the seller is to move, all in one batch; the
buyer's states split by what it may do. What is the same is merged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .dynamics import COLUMNS, COST, DEAL, GOES_ON, begin, board_of, deal_price, move, mover_of
from .play import choices_of
from .players import Plan, Table
from .rules import BUYER, SELLER, Rules

Ask = Callable[[NDArray[np.int16], NDArray[np.int64]], NDArray[np.int64]]
"""From (M, COLUMNS) rows of the game and their (M,) cases, M actions of the seller."""


@dataclass(frozen=True)
class Judged:
    """What came of n cases.

    Attributes:
        low: (n,) the chance of a deal at no more than the target.
        deal: (n,) the chance of any.
        buyer: (n,) the buyer's expected utility.
        seller: (n, costs) the seller's, of each cost.
        env_steps: different moves of the seller.
    """

    low: NDArray[np.float64]
    deal: NDArray[np.float64]
    buyer: NDArray[np.float64]
    seller: NDArray[np.float64]
    env_steps: int


def is_drawn(rules: Rules, buyer: Table) -> bool:
    """Whether chance decides anything in an episode with this buyer."""
    certain = all(np.isin(chance, (0.0, 1.0)).all() for chance in (buyer.accept, buyer.chance))
    return len(rules.costs) * len(rules.worths) > 1 or not certain


def judge_policy(
    rules: Rules, ask: Ask, buyer: Table, plan: Plan, points: NDArray[np.int64]
) -> Judged:
    """Play a seller's policy in n cases, over all that chance decides.

    Args:
        rules: the game's.
        ask: the policy, deterministic and without a memory.
        buyer: how the buyer plays where its pre-policy says nothing.
        plan: the buyer's pre-policies.
        points: (n,) the number of the one that it keeps, in each case.
    """
    board, n, costs = board_of(rules), len(points), len(rules.costs)
    each = 1 / (costs * len(rules.worths))
    low, deal, bought = np.zeros((3, n))
    sold = np.zeros((n, costs))
    states: dict[tuple[int, ...], float] = {}
    for case in range(n):
        for cost in range(costs):
            for worth in range(len(rules.worths)):
                row = np.zeros(COLUMNS, dtype=np.int16)
                begin(row, cost, worth, board)
                states[(case, *row.tolist())] = each
    steps = 0
    while states:
        keys = np.array(list(states))
        rows, cases = keys[:, 1:].astype(np.int16), keys[:, 0]
        mine = np.flatnonzero([mover_of(row, board) == SELLER for row in rows])
        answers = dict(zip(mine.tolist(), _asked(ask, rows[mine], cases[mine]), strict=True))
        steps += len(mine)
        later: dict[tuple[int, ...], float] = {}
        for k, ((case, *start), chance) in enumerate(states.items()):
            options = [(answers[k], 1.0)] if k in answers else None
            if options is None:
                options = choices_of(tuple(start), buyer, plan, int(points[case]), board, BUYER)
            for action, likely in options:
                row, reward = np.array(start, dtype=np.int16), np.zeros(2)
                ended, here = move(row, action, board, reward), chance * likely
                if ended == GOES_ON:
                    key = (case, *row.tolist())
                    later[key] = later.get(key, 0.0) + here
                    continue
                sold[case, row[COST]] += here * costs * reward[SELLER]
                bought[case] += here * reward[BUYER]
                if ended == DEAL:
                    deal[case] += here
                    low[case] += here * (deal_price(row, board) <= rules.target + 1e-9)
        states = later
    return Judged(low, deal, bought, sold, steps)


def _asked(ask: Ask, rows: NDArray[np.int16], cases: NDArray[np.int64]) -> list[int]:
    actions: list[int] = ask(rows, cases).tolist() if len(rows) else []
    return actions
