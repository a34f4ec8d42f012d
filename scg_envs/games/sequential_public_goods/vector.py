"""A contributor's view of the sequential public goods game, N games in lockstep."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.batched.draws import is_shown
from ...core.checkpoint import StateDict
from ...core.compiled import compiled
from ...core.errors import UnknownName
from ...core.policy import BatchPolicies, BatchPolicy, first_actions
from ...core.state_form import Form, within
from ..dialogue.ruled import RuledVectorEnv
from ..dialogue.vector import COMMITMENT_DRAWS, Turn, drawn_units
from .game import check_learner
from .induction import Induction, histories
from .rules import GoodsRules, Mechanisms

_SIGHTS = 1_002  # the number of the draw of whether the first contributor is shown the mechanism


class GoodsVectorEnv(RuledVectorEnv):
    """A contributor's view; an episode is its one contribution.

    Until told otherwise by `set_others`, the other contributors answer exactly, eager for the
    outcome that is wanted. Games are kept as the numbers of their histories (`histories`).
    """

    make_rules = GoodsRules
    rules: GoodsRules
    pre_policies: Mechanisms
    state_attributes = (*RuledVectorEnv.state_attributes, "_history")

    def __init__(
        self,
        num_envs: int = 1,
        *,
        learner: str | None = None,
        practice: bool = False,
        unit: float = 1.0,
        **settings: Any,
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            learner: whose view; the first contributor's if None.
            practice: whether those before it contribute at random, so that it meets every history.
            unit: what rewards are counted in.
            **settings: as `RuledVectorEnv` has them, and those of `GoodsRules`.

        Raises:
            UnknownName: no such learner, kind of pre-policy, outcome or mode.
            InvalidArgument: a number out of its range.
        """
        super().__init__(num_envs, **settings)
        rules, self._practice, self._unit = self.rules, practice, unit
        self.learner = check_learner(rules, learner)
        self._turn = turn = rules.contributors.index(self.learner)
        self._history = np.zeros(num_envs, dtype=np.int64)
        self._digits = (rules.levels + 1) ** np.arange(rules.players)
        exact = Induction(rules, self.pre_policies.table, self._chances)
        self._answers = exact.answers(self.desirable, eager=True)
        before = np.zeros((self._digits[turn], rules.players), dtype=np.uint8)
        before[:, :turn] = histories(rules, turn) + 1
        levels = histories(rules, rules.players)
        self._shows = before, (levels + 1).astype(np.uint8)
        given = levels / rules.levels
        self._total = given.sum(axis=1)  # by the number of a whole history, as what follows
        self._reached = rules.reached(self._total).astype(np.uint8)
        rewarded = rules.rewarded(given, given.cumsum(axis=1) - given)
        self._own = rewarded[:, turn].copy(), rules.spent(given[:, turn])
        self._bonuses = rewarded.sum(axis=1)

    def set_others(self, policies: BatchPolicies) -> None:
        """Let these policies play for other contributors from now on.

        Raises:
            UnknownName: not one of the others.
        """
        others = [one for one in self.rules.contributors if one != self.learner]
        for agent, policy in policies.items():
            if agent not in others:
                raise UnknownName("other contributor", agent, others)
            place = self.rules.contributors.index(agent)
            shown = np.arange(self.pre_policies.size + 1)
            self._answers[place] = asked(self.rules, place, policy, shown)

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        last = np.where(kept["_over"], *(len(shows) - 1 for shows in reversed(self._shows)))
        return super()._forms(kept) | {"_history": within(self._history, 0, last)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        rows = _rows(mask)
        self._history[rows] = 0
        if self._practice and self._turn:
            drawn = drawn_units(self._bases[rows], COMMITMENT_DRAWS)
            self._history[rows] = (drawn * self._digits[self._turn]).astype(np.int64)
            return
        for place in range(self._turn):
            self._answer(place, rows)

    def _answer(self, place: int, rows: Any) -> None:
        """Another contributor moves in some games."""
        shown, history = self._announced[rows], self._history[rows]
        if self._chances.observability < 1:
            shown = shown.copy()
            _blind(self._bases[rows], _SIGHTS + place, self._chances.observability, shown)
            shown[shown < 0] = self.pre_policies.size
        table = self._answers[place]
        level = table.ravel().take(shown * table.shape[1] + history)
        self._history[rows] = history + level * self._digits[place]

    def _play(self, turn: Turn) -> None:
        rows, rules = _rows(turn.active), self.rules
        level = np.maximum(turn.actions[rows], 1) - 1
        self._history[rows] += level * self._digits[self._turn]
        for place in range(self._turn + 1, rules.players):
            self._answer(place, rows)
        history, mechanism = self._history[rows], self.pre_policies.table.take(turn.points[rows], 0)
        rewarded, spent = (part.take(history) for part in self._own)
        total, gamma = self._total.take(history), mechanism[:, 0]
        turn.ended[rows] = True
        earned = gamma * rewarded - spent + rules.common(total, mechanism)
        turn.rewards[rows] = earned / self._unit
        turn.outcomes[rows] = self._reached.take(history)
        turn.others[rows] = total - gamma * self._bonuses.take(history)

    def _encode(self, out: NDArray[np.uint8]) -> None:
        before, after = self._shows
        out[:] = before.take(np.where(self._over, 0, self._history), axis=0)
        if self._over.any():
            out[self._over] = after.take(self._history[self._over], axis=0)


def _rows(mask: NDArray[np.bool_]) -> Any:
    """The masked rows, as numpy indexes them fastest."""
    return slice(None) if mask.all() else np.flatnonzero(mask)


def asked(
    rules: GoodsRules, place: int, policy: BatchPolicy, shown: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(shown, histories) the levels that a policy contributes, in this place, if shown these."""
    known = histories(rules, place)
    seen = np.zeros((len(shown), len(known), rules.players + 2), dtype=np.int64)
    seen[:, :, :place] = known + 1
    seen[:, :, -2], seen[:, :, -1] = shown[:, None], 1
    rows = seen.reshape(-1, rules.players + 2)
    largest = max(rules.levels + 1, int(shown.max(initial=0)))
    rows = rows.astype(np.uint8 if largest < 255 else np.int64)
    actions = first_actions(policy, rows, len(rows)).astype(np.int64)
    return np.asarray(np.maximum(actions, 1) - 1).reshape(len(shown), len(known))


@compiled
def _blind(bases, draw, observability, shown):
    for i in range(shown.shape[0]):
        if not is_shown(bases[i], draw, observability):
            shown[i] = -1
