"""Players as tables: what to do in each turn, given one's own last price and the standing offer.

Whoever's behavior depends on no more than that is a table: backward induction, Rubinstein's
stationary strategies, the Bayesian seller, the calibrated one, scripted characters. The single
game's policies and the batched kernels read the same tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import kernel
from ..dialogue.game import WAIT
from . import calibration
from .dynamics import ACCEPT, BUYER_LEFT, CLOCK, PROPOSE, REJECT, SELLER_LEFT
from .rules import BUYER, SELLER, Rules

LEAVE = -1  # in place of a price's number: reject instead of proposing


class Table(NamedTuple):
    """A player.

    Indices are the own value's number, the own turn (from 0), and the numbers of the own last
    price and of the standing offer, from 1 on, 0 being none.

    Attributes:
        accept: (V, R, P + 1, P + 1) float32 the chance to accept the standing offer.
        low: (V, R, P + 1, P + 1) int16 the number of the price proposed otherwise, or LEAVE.
        high: (V, R, P + 1, P + 1) int16 the number of another price, which may stand for `low`.
        chance: (V, R, P + 1, P + 1) float32 the chance that `high` is proposed and not `low`.
    """

    accept: NDArray[np.float32]
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    chance: NDArray[np.float32]


class Plan(NamedTuple):
    """A side's pre-policies, as they overrule its table; the first may leave all to it.

    Attributes:
        prices: (K, R) int16 the price's number that is proposed in each turn, and the most that a
            buyer (the least that a seller) accepts then; LEAVE where the table decides.
        bound: (K,) int16 the greatest number of a price that a buyer (the least that a seller)
            proposes or accepts.
        sign: 1 for plans of the buyer, -1 of the seller.
    """

    prices: NDArray[np.int16]
    bound: NDArray[np.int16]
    sign: int = 1


@kernel(forceinline=True)
def choose(table, plan, point, value, turn, own, standing, can_propose, first, second):
    """A player's action.

    Args:
        table: the player.
        plan: its pre-policies; point 0 may leave all to the table.
        point: the pre-policy's number.
        value: the own value's number.
        turn: the own turn.
        own: the own last price, from 1 on.
        standing: the standing offer, from 1 on.
        can_propose: whether a proposal is legal.
        first: a uniform draw for accepting.
        second: a uniform draw for the price.
    """
    sign, bound = plan.sign, plan.bound[point]
    fixed = plan.prices[point, turn]
    if fixed >= 0:
        accepts = standing > 0 and sign * (standing - 1 - fixed) <= 0
        price = fixed
    else:
        accepts = (
            standing > 0
            and sign * (standing - 1 - bound) <= 0
            and first < table.accept[value, turn, own, standing]
        )
        price = table.low[value, turn, own, standing]
        if second < table.chance[value, turn, own, standing]:
            price = table.high[value, turn, own, standing]
        if price >= 0 and sign * (price - bound) > 0:
            price = bound
    if accepts:
        return ACCEPT
    if price < 0 or not can_propose:
        return REJECT
    return PROPOSE + price


def free_plan(rules: Rules, role: int = BUYER) -> Plan:
    """The plan of a player, the buyer or the seller, that has committed to nothing."""
    return Plan(
        np.full((1, rules.rounds), LEAVE, dtype=np.int16),
        np.array([len(rules.prices) if role == BUYER else 0], dtype=np.int16),
        1 if role == BUYER else -1,
    )


class TablePolicy:
    """A table as a policy of the game.

    Attributes:
        table: the player.
    """

    def __init__(
        self, rules: Rules, role: int, table: Table, plan: Plan | None = None, point: int = 0
    ) -> None:
        """Play a side.

        Args:
            rules: the game's.
            role: SELLER or BUYER.
            table: the player.
            plan: its pre-policies; none if None.
            point: the pre-policy's number.
        """
        self.table = table
        self._plan = free_plan(rules) if plan is None else plan
        self._point = point
        self._last_move = rules.horizon - 1
        self._first = SELLER if rules.first == "seller" else BUYER
        self._role = role
        self._np_random = np.random.default_rng(0)

    def reset(self, np_random: np.random.Generator) -> None:
        """Draw from this generator from now on."""
        self._np_random = np_random

    def act(self, observation: Any) -> int:
        """The action for an observation of the bare game, or of the game with a commitment."""
        clock, standing, own, left, _, value = observation["observation"].tolist()[:6]
        if (clock + self._first) % 2 != self._role:
            return WAIT
        first, second = self._np_random.random(2)
        return int(
            choose(
                self.table,
                self._plan,
                self._point,
                value,
                clock // 2,
                own,
                standing,
                left > 0 and clock < self._last_move,
                first,
                second,
            )
        )


def make_table(
    rules: Rules,
    role: int,
    accept: Callable[[float, int], NDArray[Any] | float],
    propose: Callable[[float, int], NDArray[Any] | float],
) -> Table:
    """A table from two functions of the own value and the own turn.

    Args:
        rules: the game's.
        role: SELLER or BUYER.
        accept: (value, turn) -> chances to accept, to be spread over (own last, standing).
        propose: (value, turn) -> prices to propose, to be spread over (own last, standing); nan
            for leaving; one between two prices is proposed as the lower or the higher one, so
            that its mean is right.
    """
    prices, values = rules.prices, rules.costs if role == SELLER else rules.worths
    shape = (len(values), rules.rounds, len(prices) + 1, len(prices) + 1)
    chances, wanted = np.empty(shape, dtype=np.float32), np.empty(shape)
    for v, value in enumerate(values):
        for turn in range(rules.rounds):
            chances[v, turn] = accept(value, turn)
            wanted[v, turn] = propose(value, turn)
    chances[..., 0] = 0.0  # nothing stands
    leaves = np.isnan(wanted)
    steps = (np.where(leaves, rules.lowest, wanted) - rules.lowest) / rules.tick
    steps = np.clip(steps, 0, len(prices) - 1)
    low = np.floor(steps + 1e-9)
    chance = np.where(leaves, 0.0, np.clip(steps - low, 0.0, 1.0))
    low, high = np.where(leaves, LEAVE, low), np.where(leaves, LEAVE, low + (chance > 0))
    return Table(chances, low.astype(np.int16), high.astype(np.int16), chance.astype(np.float32))


def ordinary_buyer(rules: Rules) -> Table:
    """The buyer without a pre-policy: opens as published, then concedes half the gap to the ask.

    It opens with 45 or 40 in the proportion 56:16, and accepts an ask at most its next offer.
    Nothing is tuned to any result. Where nothing is asked yet (the buyer moves first) it opens too.
    """
    (high, often), (low, seldom) = calibration.FIRST_OFFERS
    prices = rules.prices
    own, ask = prices[:, None], prices[None, :]

    def next_offer(value: float, turn: int) -> NDArray[np.float64]:
        # Between two prices the lower: a buyer does not round against itself.
        halfway = np.minimum(np.minimum(own + (ask - own) / 2, ask), value)
        steps = np.floor((halfway - rules.lowest) / rules.tick + 1e-9)
        offers = np.full((len(prices) + 1, len(prices) + 1), min(high, value))
        offers[1:, 1:] = rules.lowest + rules.tick * np.maximum(steps, 0)
        offers[1:, 0] = np.minimum(prices, value)
        return offers

    def accept(value: float, turn: int) -> NDArray[np.float64]:
        chances = np.zeros((len(prices) + 1, len(prices) + 1))
        chances[:, 1:] = prices <= next_offer(value, turn)[:, 1:] + 1e-9
        # An opening ask is accepted at most at the least first offer for sure.
        chances[0, 1:] = np.where(
            prices <= low, 1.0, np.where(prices <= high, often / (often + seldom), 0.0)
        )
        return chances

    table = make_table(rules, BUYER, accept, next_offer)
    opening = [rules.number(min(p, value)) for value in rules.worths for p in (low, high)]
    for v in range(len(rules.worths)):
        table.low[v, :, 0, :], table.high[v, :, 0, :] = opening[2 * v], opening[2 * v + 1]
        # Who would have opened with the higher price has accepted an ask up to it.
        opens_high = np.concatenate([[True], (prices > high) | (prices <= low)])
        table.chance[v, :, 0, :] = opens_high * often / (often + seldom)
    return table


def calibrated_seller(rules: Rules, reading: str = "calibrated") -> Table:
    """The seller of the published games (`scg_envs.games.bargaining.calibration`).

    It asks the published mean asks of its round, and answers the buyer's k-th offer with the
    chance of `reading`: `calibrated`, the logit, or `hazard`, the table of rates.
    """
    rates = {
        "calibrated": calibration.logit_acceptance,
        "hazard": calibration.hazard_acceptance,
    }[reading](rules.prices, rules.rounds)
    asks = calibration.MEAN_ASKS

    def accept(value: float, turn: int) -> NDArray[np.float64]:
        # In its turn number k (from 0) the seller answers the buyer's k-th offer.
        offer = turn if rules.first == "seller" else turn + 1
        return np.concatenate([[0.0], rates[max(offer, 1) - 1]])

    return make_table(rules, SELLER, accept, lambda value, turn: asks[min(turn, len(asks) - 1)])


def scripted_seller(rules: Rules, character: str) -> Table:
    """A scripted character.

    `firm` asks 50 and takes no less, `meek` takes what covers its cost, `conceding` begins 15 above
    its cost and comes down by 4 a turn to its cost.
    """

    def least(value: float, turn: int) -> float:
        return {
            "firm": max(50.0, value),
            "meek": value,
            "conceding": max(value + 15 - 4 * turn, value),
        }[character]

    def accept(value: float, turn: int) -> NDArray[np.bool_]:
        return np.concatenate([[False], rules.prices >= least(value, turn) - 1e-9])

    return make_table(rules, SELLER, accept, least)


def unbound(rules: Rules, agent: str) -> Table:
    """How a side bargains that has committed to nothing, as far as published games say."""
    return ordinary_buyer(rules) if agent == "buyer" else calibrated_seller(rules)


CHARACTERS = ("firm", "meek", "conceding")

assert CLOCK == 0
assert (SELLER_LEFT, BUYER_LEFT) == (3, 4)
