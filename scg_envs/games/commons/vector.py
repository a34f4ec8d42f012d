"""An outsider's view of the commons, N games in lockstep, for fast learning."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.compiled import compiled
from ...core.state_form import Form, within
from ...core.streams import unit
from ..dialogue.ruled import RuledVectorEnv
from ..dialogue.vector import COMMITMENT_DRAWS, Turn
from .game import ALIVE, COLLAPSED, OUTCOMES, CommonsRules
from .norms import Norms
from .shares import outsider_expects

_ALIVE, _COLLAPSED = OUTCOMES.index(ALIVE), OUTCOMES.index(COLLAPSED)
_MONTH, _STOCK, _TAKEN = range(3)  # columns of a game's row; the rest is what others took


class CommonsVectorEnv(RuledVectorEnv):
    """A Gymnasium `VectorEnv` of the first outsider; the others ask for everything.

    Attributes:
        worth: of a unit to the learner; training may scale it.
        shares_expected: whether scarce stock is handed out as its expectation, so that of what
            is drawn nothing but the commitment decides what is earned.
    """

    make_rules = CommonsRules
    rules: CommonsRules
    pre_policies: Norms
    state_attributes = (*RuledVectorEnv.state_attributes, "_rows", "_pact_earned")

    def __init__(self, num_envs: int = 1, layout: Any = None, **settings: Any) -> None:
        """Set up N games; `RuledVectorEnv` has the arguments, `CommonsRules` the settings."""
        super().__init__(num_envs, layout, **settings)
        self.shares_expected, self.worth = False, float(self.rules.unit)
        self._rows = np.zeros((num_envs, 2 + len(self.rules.agents)), dtype=np.uint8)
        self._pact_earned = np.zeros(num_envs)
        norms, taken = self.pre_policies, np.arange(self.rules.units + 1)
        self._asks = norms.asks(np.arange(norms.size)[:, None], taken)  # (points, units + 1)

    def ease(self) -> None:
        """Count rewards in shares of the stock."""
        self.worth = self.rules.unit / self.rules.stock

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, units + 1) any amount may be asked for."""
        return np.ones((self.num_envs, self.rules.units + 1), dtype=np.bool_)

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        last = np.full(self._rows.shape, self.rules.units)
        last[:, _MONTH] = np.where(kept["_over"], self.rules.months, self.rules.months - 1)
        return super()._forms(kept) | {"_rows": within(self._rows, 0, last)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        _begin(mask, self._rows, self._pact_earned, self.rules.units)

    def _encode(self, out: NDArray[np.uint8]) -> None:
        out[:] = self._rows

    def _play(self, turn: Turn) -> None:
        rules = self.rules
        numbers = (rules.months, rules.units, rules.least, rules.signatories)
        scarce = self._expected(turn) if self.shares_expected else np.empty((0, 2))
        worth = self.worth, float(rules.unit)
        tables = self._asks, self.pre_policies.first
        _play(turn, self._rows, self._pact_earned, *tables, numbers, worth, scarce)

    def _expected(self, turn: Turn) -> NDArray[np.float64]:
        """(N, 2) what the learner and each signatory get on average if there is too little."""
        others, k = len(self.rules.outsiders) - 1, self.rules.signatories
        stock = self._rows[:, _STOCK].astype(np.int64)
        most = self._rows[:, _TAKEN:-1].max(axis=1)
        own = np.minimum(turn.actions, stock)
        signed = k, np.minimum(self._asks[turn.points, most], stock)
        first = self.pre_policies.first[turn.points]
        got = outsider_expects(own, [(others, stock)], signed, stock, first)
        groups = [(1, own), (max(others - 1, 0), stock)]
        rest = others * outsider_expects(stock, groups, signed, stock, first)
        return np.stack([got, (stock - got - rest) / k], axis=1)


@compiled
def _begin(
    mask: NDArray[np.bool_], rows: NDArray[np.uint8], earned: NDArray[np.float64], units: int
) -> None:
    for i in range(mask.shape[0]):
        if mask[i]:
            rows[i] = 0
            rows[i, _STOCK] = units
            earned[i] = 0.0


@compiled
def _play(
    turn: Any,
    rows: NDArray[np.uint8],
    earned: NDArray[np.float64],
    norms: NDArray[np.int64],
    first: NDArray[np.bool_],
    numbers: tuple[int, int, int, int],
    worth: tuple[float, float],
    scarce: NDArray[np.float64],
) -> None:
    """Play a month; in a game with too little all are served in the order of their draws.

    Args:
        turn: of all games.
        rows: (N, 2 + agents) month, stock and what was taken, written.
        earned: (N,) what each signatory has had so far, written.
        norms: (points, units + 1) what signatories ask for, by what was taken.
        first: (points,) whether they are served first.
        numbers: months, units, the least that grows back, signatories.
        worth: of a unit, to the learner and to signatories.
        scarce: (N, 2) what learner and signatory get if there is too little; (0, 2) if it is drawn.
    """
    months, units, least, signed = numbers
    outsiders = rows.shape[1] - 3
    asks = np.empty(outsiders + signed, dtype=np.int64)
    order = np.empty(outsiders + signed)
    for i in range(rows.shape[0]):
        if not turn.active[i]:
            continue
        stock, point = np.int64(rows[i, _STOCK]), turn.points[i]
        most = rows[i, _TAKEN : _TAKEN + outsiders].max()
        asks[:] = stock
        asks[0] = min(turn.actions[i], stock)
        asks[outsiders:] = min(norms[point, most], stock)
        left = stock - asks.sum()
        own, pact = float(asks[0]), float(asks[outsiders])
        if left < 0:
            left = stock
            for k in range(order.shape[0]):
                before = first[point] and k >= outsiders
                order[k] = unit(turn.bases[i], COMMITMENT_DRAWS + k) - before
            for _ in range(order.shape[0]):
                next_one = np.argmin(order)
                asks[next_one] = min(asks[next_one], left)
                left -= asks[next_one]
                order[next_one] = 2.0
            own, pact = float(asks[0]), asks[outsiders:].sum() / signed
            if scarce.shape[0]:
                own, pact = scarce[i, 0], scarce[i, 1]
        for k in range(outsiders):
            rows[i, _TAKEN + k] = asks[k]
        rows[i, _TAKEN + outsiders] = asks[outsiders:].sum() // signed
        rows[i, _MONTH] += 1
        rows[i, _STOCK] = min(2 * left, units)
        turn.rewards[i] = own * worth[0]
        earned[i] += pact * worth[1]
        last = rows[i, _MONTH] == months
        if last or rows[i, _STOCK] < least:
            turn.ended[i] = True
            turn.outcomes[i] = _ALIVE if last else _COLLAPSED
            turn.others[i] = earned[i]
