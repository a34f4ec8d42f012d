"""The user's view of the ultimatum game, N epochs in lockstep, for fast learning."""

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
from .game import ACTIONS, TOLERANCE, UltimatumRules
from .norms import ACCEPTS, AMOUNTS, SHARES, check_currency
from .principles import ACCEPT, OFFER, PROPOSES, RESPONDS, Principles

UNIFORM = -2  # in place of the number of an unbound pre-policy: a uniform one
_LEAST, _AMOUNTS = int(AMOUNTS[0]), len(AMOUNTS)
_INTERACTION, _AMOUNT, _STANDING, _NORM = range(4)  # columns of a game's row


class UltimatumVectorEnv(RuledVectorEnv):
    """A Gymnasium `VectorEnv` of the user's view; a step is a turn of its own."""

    make_rules = UltimatumRules
    rules: UltimatumRules
    pre_policies: Principles
    unbound = UNIFORM
    state_attributes = (*RuledVectorEnv.state_attributes, "_rows", "_given_shares")

    def __init__(self, num_envs: int = 1, layout: Any = None, **settings: Any) -> None:
        """Set up N epochs; `RuledVectorEnv` has the arguments, `UltimatumRules` the settings."""
        super().__init__(num_envs, layout, **settings)
        self.group, self._interactions = self.rules.group, self.rules.interactions
        self._currency = check_currency(self.rules.currency)
        self._offered = np.array(
            [p.shares[self._currency] for p in self.pre_policies.principles], dtype=np.float64
        )
        self._norms = np.cumsum(self.group.weights)
        self._rows = np.zeros((num_envs, 4), dtype=np.int32)
        self._given_shares = np.zeros(num_envs)  # sum of the assistant's shares in the epoch

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, actions) offers up to the amount, or accepting and rejecting."""
        masks = np.zeros((self.num_envs, ACTIONS), dtype=np.bool_)
        _mask(masks, self._rows, self._over)
        return masks

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        least, last = np.zeros((2, *self._rows.shape), dtype=np.int64)
        least[:, _AMOUNT] = _LEAST if kept["_begun"] else 0
        last[:, _AMOUNT] = _LEAST + _AMOUNTS - 1
        last[:, _INTERACTION] = np.where(kept["_over"], self._interactions, self._interactions - 1)
        last[:, _STANDING] = kept["_rows"][:, _AMOUNT] + 1
        last[:, _NORM] = len(self._norms) - 1
        return super()._forms(kept) | {"_rows": within(self._rows, least, last)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        _begin(
            mask,
            self._rows,
            self._bases,
            self._played,
            self._offered,
            self._norms,
            self._given_shares,
        )

    def _play(self, turn: Turn) -> None:
        _play(
            turn,
            self._rows,
            self._offered,
            self._given_shares,
            self._interactions,
            self.group.share,
        )

    def _encode(self, out: NDArray[np.uint8]) -> None:
        rows = self._rows
        out[:, 0] = rows[:, _INTERACTION]
        out[:, 1] = np.where(self._over, 0, np.where(rows[:, _STANDING] > 0, RESPONDS, PROPOSES))
        out[:, 2] = self._currency
        out[:, 3] = rows[:, _AMOUNT]
        out[:, 4] = rows[:, _STANDING]
        out[:, 5] = rows[:, _NORM]


@compiled
def _mask(masks, rows, ended):
    for i in range(rows.shape[0]):
        if ended[i]:
            masks[i, 0] = True
        elif rows[i, _STANDING] > 0:
            masks[i, ACCEPT:OFFER] = True
        else:
            masks[i, OFFER : OFFER + rows[i, _AMOUNT] + 1] = True


@compiled
def _meet(row, base, point, offered):
    """Draw the amount of an interaction; returns the assistant's share if it proposes, else 0."""
    number = row[_INTERACTION]
    row[_AMOUNT] = _LEAST + np.int32(unit(base, COMMITMENT_DRAWS + 2 + number) * _AMOUNTS)
    row[_STANDING] = 0
    if number % 2 == 0:
        units = np.int32(offered[point] * row[_AMOUNT] + 0.5)
        row[_STANDING] = units + 1
        return units / row[_AMOUNT]
    return 0.0


@compiled
def _begin(mask, rows, bases, points, offered, norms, given):
    for i in range(rows.shape[0]):
        if not mask[i]:
            continue
        if points[i] < 0:  # the principle does not bind
            points[i] = np.int32(unit(bases[i], COMMITMENT_DRAWS) * offered.shape[0])
        drawn = np.searchsorted(norms, unit(bases[i], COMMITMENT_DRAWS + 1), side="right")
        rows[i, _NORM] = min(drawn, norms.shape[0] - 1)
        rows[i, _INTERACTION] = 0
        given[i] = _meet(rows[i], bases[i], points[i], offered)


@compiled
def _play(turn, rows, offered, given, interactions, users_share):
    for i in range(rows.shape[0]):
        if not turn.active[i]:
            continue
        row, action = rows[i], turn.actions[i]
        norm, amount = row[_NORM], row[_AMOUNT]
        if row[_STANDING] > 0:
            would = (row[_STANDING] - 1) / amount >= ACCEPTS[norm] - 1e-9
            turn.rewards[i] = (1.0 if (action == ACCEPT) == would else 0.0) / interactions
        else:
            units = action - OFFER if OFFER <= action <= OFFER + amount else 0
            turn.rewards[i] = (1.0 - abs(units / amount - SHARES[norm])) / interactions
            row[_STANDING] = units + 1  # the assistant's answer changes no reward and no outcome
        row[_INTERACTION] += 1
        if row[_INTERACTION] < interactions:
            given[i] += _meet(row, turn.bases[i], turn.points[i], offered)
            continue
        share = given[i] / ((interactions + 1) // 2)
        gap = abs(share - users_share)
        turn.ended[i] = True
        turn.outcomes[i] = 1 if gap <= TOLERANCE + 1e-9 else 0
        turn.others[i] = 1.0 - gap
