"""The workers' view of taxation, N games in lockstep."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.state_form import Form, within
from ..dialogue.ruled import RuledVectorEnv
from ..dialogue.vector import COMMITMENT_DRAWS, Turn, drawn_units
from .rules import TaxRules


class TaxVectorEnv(RuledVectorEnv):
    """The workers' view of schedules of the grid; a step is the year of one worker."""

    make_rules = TaxRules
    rules: TaxRules
    state_attributes = (*RuledVectorEnv.state_attributes, "_turn", "_books")

    def __init__(self, num_envs: int = 1, layout: Any = None, **settings: Any) -> None:
        """Set up N games; `RuledVectorEnv` has the arguments, `TaxRules` the settings."""
        super().__init__(num_envs, layout, **settings)
        self._units = np.ones(len(self.rules.wages))
        self._turn = np.zeros(num_envs, dtype=np.int64)
        self._books = np.zeros((3, num_envs, self.rules.years, len(self._units)))
        self._paths = self.rules.path(self.pre_policies.table)

    def ease(self) -> None:
        """Count each worker's rewards in what it would have if nothing were taxed."""
        self._units = self.rules.untaxed

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        turns = self.rules.years * len(self._units)
        last = np.where(kept["_over"], turns, turns - 1)
        return super()._forms(kept) | {"_turn": within(self._turn, 0, last)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        self._turn[mask] = 0

    def _play(self, turn: Turn) -> None:
        rules, rows = self.rules, turn.active.nonzero()[0]
        year, worker = np.divmod(self._turn[rows], len(self._units))
        steps = np.maximum(turn.actions[rows], 1) - 1  # waiting is not working
        entry = rules.books(worker, steps, self._paths[turn.points[rows], year])
        self._books[:, rows, year, worker] = entry
        turn.rewards[rows] = entry[2] / self._units[worker]
        self._turn[rows] += 1
        turn.ended[rows] = self._turn[rows] == rules.years * len(self._units)
        ended = turn.ended.nonzero()[0]
        if len(ended):
            drawn = drawn_units(turn.bases[ended], COMMITMENT_DRAWS) * rules.potential
            books = self._books[:, ended]
            paid, earned, _ = books.reshape(3, len(ended), -1).sum(axis=2)
            turn.outcomes[ended] = np.where(drawn < paid, 0, np.where(drawn < earned, 1, 2))
            turn.others[ended] = rules.welfare(books)

    def _encode(self, out: NDArray[Any]) -> None:
        out[:, 0], out[:, 1] = np.divmod(self._turn, len(self._units))
