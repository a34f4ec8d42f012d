"""Whole episodes between two tables: by chance in batches, and exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import kernel
from ...core.streams import derive_keys, unit
from .dynamics import (
    BUYER_LAST,
    BUYER_LEFT,
    CLOCK,
    COLUMNS,
    COST,
    DEAL,
    GOES_ON,
    PROPOSE,
    SELLER_LAST,
    SELLER_LEFT,
    Board,
    begin,
    board_of,
    deal_price,
    legal,
    move,
    mover_of,
)
from .players import Plan, Table, choose, free_plan
from .rules import BUYER, SELLER, Rules

DRAWS = 4  # draws for each move
_SLOTS = 1024  # rows of states and masks, which are used again and again


@dataclass(frozen=True)
class Played:
    """Finished episodes; all arrays are (N,).

    Attributes:
        price: the deal's price, nan without a deal.
        moves: moves, the accepting or rejecting one included.
        utility: (2, N) of seller and buyer, discounted.
    """

    price: NDArray[np.float64]
    moves: NDArray[np.int64]
    utility: NDArray[np.float64]


@kernel(forceinline=True)
def play_move(row, mask, seller, buyer, plan, point, board, base, reward):
    """Let whoever is to move act as its table says, and write its mask.

    Returns:
        What `move` returns.
    """
    legal(mask, row, board)
    mover = mover_of(row, board)
    clock = row[CLOCK]
    first = unit(base, 8 + DRAWS * clock)
    second = unit(base, 9 + DRAWS * clock)
    can_propose = row[SELLER_LEFT + mover] > 0 and clock < board.horizon - 1
    own, standing = row[SELLER_LAST + mover], row[BUYER_LAST - mover]
    action = choose(
        buyer if mover == BUYER else seller,
        plan,
        point if (mover == BUYER) == (plan.sign > 0) else 0,
        row[COST + mover],
        clock // 2,
        own,
        standing,
        can_propose,
        first,
        second,
    )
    return move(row, action, board, reward)


@kernel
def _play(keys, rows, masks, seller, buyer, plan, point, board, reward, prices, moves, utility):
    for i in range(keys.shape[0]):
        base = keys[i]
        slot = i % _SLOTS
        row = rows[slot]
        cost = np.int16(unit(base, 3) * board.costs.shape[0])
        worth = np.int16(unit(base, 4) * board.worths.shape[0])
        begin(row, cost, worth, board)
        ended = GOES_ON
        while ended == GOES_ON:
            ended = play_move(row, masks[slot], seller, buyer, plan, point, board, base, reward)
        prices[i] = deal_price(row, board) if ended == DEAL else np.nan
        moves[i] = row[CLOCK] + 1
        utility[0, i], utility[1, i] = reward[0], reward[1]


def play_batch(
    rules: Rules,
    seller: Table,
    buyer: Table,
    episodes: int,
    seed: int,
    plan: Plan | None = None,
    point: int = 0,
) -> Played:
    """Play episodes, masks included; episode i depends on the seed and on i alone."""
    keys = np.empty(episodes, dtype=np.uint64)
    derive_keys(seed, keys)
    prices, moves = np.empty(episodes), np.empty(episodes, dtype=np.int64)
    utility = np.empty((2, episodes))
    _play(
        keys,
        np.zeros((_SLOTS, COLUMNS), dtype=np.int16),
        np.zeros((_SLOTS, PROPOSE + len(rules.prices)), dtype=np.int8),
        seller,
        buyer,
        free_plan(rules) if plan is None else plan,
        point,
        board_of(rules),
        np.zeros(2),
        prices,
        moves,
        utility,
    )
    return Played(prices, moves, utility)


@dataclass(frozen=True)
class Ending:
    """One way in which episodes end.

    Attributes:
        chance: how likely it is.
        price: the deal's price, or None.
        moves: moves until then.
        seller: the seller's utility.
        buyer: the buyer's.
    """

    chance: float
    price: float | None
    moves: int
    seller: float
    buyer: float


def play_exactly(
    rules: Rules,
    seller: Table,
    buyer: Table,
    plan: Plan | None = None,
    point: int = 0,
) -> list[Ending]:
    """All endings with their chances, which sum to one; values are drawn uniformly."""
    plan = free_plan(rules) if plan is None else plan
    board = board_of(rules)
    endings: dict[tuple[float | None, int, float, float], float] = {}
    rows: dict[tuple[int, ...], float] = {}
    for cost in range(len(rules.costs)):
        for worth in range(len(rules.worths)):
            row = np.zeros(COLUMNS, dtype=np.int16)
            begin(row, cost, worth, board)
            rows[tuple(row.tolist())] = 1 / (len(rules.costs) * len(rules.worths))
    while rows:
        later: dict[tuple[int, ...], float] = {}
        for start, chance in rows.items():
            mover = (start[CLOCK] + board.first) % 2
            table = buyer if mover == BUYER else seller
            for action, likely in choices_of(start, table, plan, point, board, mover):
                row, reward = np.array(start, dtype=np.int16), np.zeros(2)
                ended = move(row, action, board, reward)
                if ended == GOES_ON:
                    key = tuple(row.tolist())
                    later[key] = later.get(key, 0.0) + chance * likely
                    continue
                price = float(deal_price(row, board)) if ended == DEAL else None
                end = (price, int(row[CLOCK]) + 1, float(reward[SELLER]), float(reward[BUYER]))
                endings[end] = endings.get(end, 0.0) + chance * likely
        rows = later
    return [Ending(chance, *end) for end, chance in endings.items()]


def choices_of(
    row: tuple[int, ...], table: Table, plan: Plan, point: int, board: Board, mover: int
) -> list[tuple[int, float]]:
    """The mover's actions and their chances: the corners of `choose`'s two draws.

    Args:
        row: the game's state.
        table: the mover.
        plan: the pre-policies of one side.
        point: the number of the one that it keeps.
        board: the rules.
        mover: SELLER or BUYER.
    """
    value, turn = row[5 + mover], row[CLOCK] // 2
    own, standing = row[SELLER_LAST + mover], row[BUYER_LAST - mover]
    at = (value, turn, own, standing)
    can_propose = row[SELLER_LEFT + mover] > 0 and row[CLOCK] < board.horizon - 1
    if (mover == BUYER) != (plan.sign > 0):
        plan, point = _NO_PLAN, 0
    choices: dict[int, float] = {}
    accept, chance = float(table.accept[at]), float(table.chance[at])
    for first, p in ((0.0, accept), (1.0, 1 - accept)):
        for second, q in ((0.0, chance), (1.0, 1 - chance)):
            if p * q > 0:
                action = int(
                    choose(
                        table, plan, point, value, turn, own, standing, can_propose, first, second
                    )
                )
                choices[action] = choices.get(action, 0.0) + p * q
    return list(choices.items())


_NO_PLAN = Plan(np.full((1, 256), -1, dtype=np.int16), np.array([30_000], dtype=np.int16))

assert BUYER_LEFT == SELLER_LEFT + 1
assert BUYER_LAST == SELLER_LAST + 1
