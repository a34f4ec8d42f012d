"""The moves of bargaining, once, as kernels over N games in lockstep.

A game's state is a row of int16: the columns are named below. Prices are numbers from 1 on there,
0 being "none yet". The single game is a batch of one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import kernel
from .rules import BUYER, SELLER, Rules

CLOCK, SELLER_LAST, BUYER_LAST, SELLER_LEFT, BUYER_LEFT, COST, WORTH = range(7)
COLUMNS = 7

ACCEPT, REJECT, PROPOSE = 1, 2, 3  # actions; 0 waits, and PROPOSE + k proposes price k
GOES_ON, DEAL, REJECTED = 0, 1, 2


class Board(NamedTuple):
    """What the kernels read of the rules.

    Attributes:
        prices: (P,) the prices.
        costs: the seller's possible values.
        worths: the buyer's.
        horizon: moves.
        proposals: proposals of each side.
        affordable: how many of the prices the buyer can pay.
        first: SELLER or BUYER.
        discounts: (2, horizon) what an agreement on the proposal of move k is multiplied by, for
            seller and buyer.
        outside: (2,) outside options of seller and buyer.
        target: the greatest price that the buyer wants to pay.
    """

    prices: NDArray[np.float64]
    costs: NDArray[np.float64]
    worths: NDArray[np.float64]
    horizon: int
    proposals: int
    affordable: int
    first: int
    discounts: NDArray[np.float64]
    outside: NDArray[np.float64]
    target: float


def board_of(rules: Rules) -> Board:
    """The rules as arrays."""
    return Board(
        rules.prices,
        np.array(rules.costs),
        np.array(rules.worths),
        rules.horizon,
        rules.proposals,
        rules.affordable,
        SELLER if rules.first == "seller" else BUYER,
        np.array(rules.discounts)[:, None] ** np.arange(rules.horizon, dtype=np.float64),
        np.array(rules.outside),
        float(rules.target),
    )


@kernel
def begin(row, cost, worth, board):
    """Set a game's row to the start of an episode with these values."""
    row[:] = 0
    row[SELLER_LEFT] = row[BUYER_LEFT] = board.proposals
    row[COST], row[WORTH] = cost, worth


@kernel(forceinline=True)
def mover_of(row, board):
    """Who is to move: SELLER or BUYER."""
    return (row[CLOCK] + board.first) % 2


@kernel(forceinline=True)
def legal(mask, row, board):
    """Write the mover's legal actions into (3 + P,) int8."""
    mover = (row[CLOCK] + board.first) % 2
    standing = row[BUYER_LAST - mover]
    count = board.prices.shape[0]
    payable = board.affordable if mover == BUYER else count
    can_propose = row[SELLER_LEFT + mover] > 0 and row[CLOCK] < board.horizon - 1
    mask[0] = 0
    mask[ACCEPT] = (standing > 0) & (standing <= payable)
    mask[REJECT] = 1
    bound = payable if can_propose else 0
    for k in range(bound):
        mask[PROPOSE + k] = 1
    for k in range(bound, count):
        mask[PROPOSE + k] = 0


@kernel(forceinline=True)
def is_legal(action, row, board):
    """Whether the mover may take this action."""
    mover = (row[CLOCK] + board.first) % 2
    payable = board.affordable if mover == BUYER else board.prices.shape[0]
    if action == ACCEPT:
        standing = row[BUYER_LAST - mover]
        return standing > 0 and standing <= payable
    if action >= PROPOSE:
        can_propose = row[SELLER_LEFT + mover] > 0 and row[CLOCK] < board.horizon - 1
        return can_propose and action - PROPOSE < payable
    return action == REJECT


@kernel(forceinline=True)
def move(row, action, board, reward):
    """Play the mover's action in place; one that is not legal rejects.

    Args:
        row: (7,) int16, updated.
        action: the mover's.
        board: the rules.
        reward: (2,) float64, written if the game ends: the seller's and the buyer's utility.

    Returns:
        GOES_ON, DEAL or REJECTED.
    """
    mover = (row[CLOCK] + board.first) % 2
    if not is_legal(action, row, board):
        action = REJECT
    dates = board.discounts[:, max(row[CLOCK] - 1, 0)]  # those of the offer on the table
    if action == ACCEPT:
        price = board.prices[row[BUYER_LAST - mover] - 1]
        reward[SELLER] = dates[SELLER] * (price - board.costs[row[COST]])
        reward[BUYER] = dates[BUYER] * (board.worths[row[WORTH]] - price)
        return DEAL
    if action == REJECT:
        reward[SELLER] = dates[SELLER] * board.outside[SELLER]
        reward[BUYER] = dates[BUYER] * board.outside[BUYER]
        return REJECTED
    row[SELLER_LAST + mover] = action - PROPOSE + 1
    row[SELLER_LEFT + mover] -= 1
    row[CLOCK] += 1
    return GOES_ON


@kernel(forceinline=True)
def deal_price(row, board):
    """The price that the mover has just accepted."""
    mover = (row[CLOCK] + board.first) % 2
    return board.prices[row[BUYER_LAST - mover] - 1]


@kernel
def observe(out, row, role):
    """Write what a side sees: move, standing offer, own last, own left, other's left, own value."""
    other = 1 - role
    out[0] = row[CLOCK]
    out[1] = row[SELLER_LAST + other]
    out[2] = row[SELLER_LAST + role]
    out[3] = row[SELLER_LEFT + role]
    out[4] = row[SELLER_LEFT + other]
    out[5] = row[COST + role]


def observation_sizes(rules: Rules, role: int) -> list[int]:
    """The number of values of each part of what a side sees."""
    prices, proposals = len(rules.prices) + 1, rules.proposals + 1
    values = len(rules.costs if role == SELLER else rules.worths)
    return [rules.horizon + 1, prices, prices, proposals, proposals, values]
