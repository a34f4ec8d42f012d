"""The game: workers choose their hours under a schedule; its page is `scg_envs.taxation_v0`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..dialogue.game import TurnGame
from ..dialogue.ruled import RuledGame, entry_points
from ..dialogue.tags import write_tags
from .rules import KEPT, TAXED, UNEARNED, TaxRules


class TaxGame(RuledGame):
    """In each year each worker chooses its hours; at the end a unit of money is drawn."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "taxation_v0"}
    reset_options = ("rates",)
    make_rules = TaxRules
    rules: TaxRules

    def text(self, agent: str) -> str:
        """The year, whose turn it is, and what it earns in an hour."""
        year, worker = self._seen(agent).tolist()
        wage = f"{self.rules.wages[worker]:.4g}"
        return write_tags({"you are": agent, "year": year + 1, "worker": worker + 1, "wage": wage})

    def _open(self, options: dict[str, Any]) -> None:
        rules, given = self.rules, options.get("rates")
        self._rates = rules.path(rules.rates if given is None else given)
        self._turn, self.mover = 0, "worker"
        self._books = np.zeros((3, rules.years, len(rules.wages)))

    def _move(self, action: int) -> None:
        rules, (year, worker) = self.rules, divmod(self._turn, len(self.rules.wages))
        due, _, utility = entry = rules.books(worker, action - 1, self._rates[year])
        self._books[:, year, worker] = entry
        self._earn("worker", float(utility))
        wage, hours = rules.wages[worker], rules.hours[action - 1]
        self._say("worker", f"Year {year + 1}: {hours:g} hours at {wage:.4g}, and {due:.4g} tax.")
        self._turn += 1
        if self._turn == rules.years * len(rules.wages):
            drawn = self.np_random.random() * rules.potential
            paid, earned = (float(self._books[k].sum()) for k in (0, 1))
            outcome = TAXED if drawn < paid else KEPT if drawn < earned else UNEARNED
            rewards = {"planner": float(rules.welfare(self._books))}
            self._end(outcome, rewards, income=earned, tax=paid)

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        kind = self.observation_spaces[agent]["observation"].dtype
        return np.array(divmod(self._turn, len(self.rules.wages)), dtype=kind)


parallel_env, learner_view = entry_points(TaxGame)
