"""Pure outcomes of games with one decision that has too many rules to list.

All other rules are tried; against each, the wide decision's best replies are a product over its
contexts. What remains is whether the others' rules are best replies in turn, which may depend on
how ties of the wide decision are resolved: by a sum over its contexts, so that bounds of that sum
settle most cases, and only contexts that make a difference have to be resolved one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

import numpy as np

from .comparison import Amounts
from .evaluation import Play, amounts
from .factors import Table
from .model import CausalGame
from .outcomes import Branch, Mask
from .policies import behavioral_profile, every_pure_rule
from .rationality import best_actions
from .strategic import Unit
from .undefined import Reason, Undefined

MOST_OTHERS = 512
"""Joint rules of the other decisions that are tried."""

MOST_RESOLUTIONS = 4096
"""Resolutions of the ties that bear on the others, for each joint rule of theirs."""


@dataclass(frozen=True, eq=False)
class _Wide:
    game: CausalGame
    wide: str
    others: tuple[str, ...]
    fixed: Mapping[str, Table]
    by: Unit
    seen: dict[tuple[object, ...], Amounts] = field(default_factory=dict)

    def play(self, rules: Mapping[str, Table]) -> Play:
        """The play of everybody but the wide decision."""
        return Play.of_rules(self.game, {**self.fixed, **rules})

    def worth(self, agent: str, rules: Mapping[str, Table]) -> Amounts:
        """What each action in each context of the wide decision adds to an agent's utility."""
        known = (agent, *(rules[d].tobytes() for d in self.others))
        if known not in self.seen:
            keep = (*self.game.variables[self.wide].parents, self.wide)
            self.seen[known] = amounts(self.game, agent, self.play(rules), keep)
        return self.seen[known]

    def units(self) -> list[tuple[str, ...]]:
        """Who deviates together, the wide decision left out."""
        if self.by == "decision":
            return [(d,) for d in self.others]
        owners = dict.fromkeys(self.game.owner(d) for d in self.others)
        return [tuple(d for d in self.others if self.game.owner(d) == a) for a in owners]

    def margins(self, rules: dict[str, Table], mask: Mask) -> list[Amounts] | None:
        """For each deviation, what staying gains context by context; None if one surely pays."""
        found = []
        for unit in self.units():
            agent = self.game.owner(unit[0])
            stay = self.worth(agent, rules)
            together = self.by == "agent" and agent == self.game.owner(self.wide)
            for other in every_pure_rule(self.game, unit):
                if all(np.array_equal(other[d], rules[d]) for d in unit):
                    continue
                leave = self.worth(agent, {**rules, **other})
                if together:  # who deviates here may change the wide decision as well
                    leave = leave.largest_along(-1)
                gain = stay.minus(leave)
                most = np.where(mask, gain.values, -np.inf).max(axis=-1).sum()
                if most < -self.slack(gain):
                    return None
                if np.where(mask, gain.values, np.inf).min(axis=-1).sum() < -self.slack(gain):
                    found.append(gain)
        return found

    @staticmethod
    def slack(gain: Amounts) -> float:
        """How far rounding may put a sum of one entry a context off; 0 for exact numbers."""
        return 0.0 if gain.exact else float(np.asarray(gain.slack).max(axis=-1).sum())


def wide_outcomes(
    game: CausalGame, wide: str, others: tuple[str, ...], fixed: Mapping[str, Table], by: Unit
) -> tuple[list[Branch], bool] | Undefined:
    """The pure equilibria of a game with one wide decision.

    Args:
        game: the game.
        wide: the decision with many rules.
        others: the other free decisions.
        fixed: the rules of the rest.
        by: whether agents or single decisions deviate.

    Returns:
        The branches, and whether they are all there are; Undefined if there are too many rules.
    """
    solver = _Wide(game, wide, others, fixed, by)
    if prod(game.n_rules(d) if game.n_contexts(d) <= 16 else MOST_OTHERS + 1 for d in others) > (
        MOST_OTHERS
    ):
        return Undefined(
            Reason.TOO_LARGE, f"the decisions beside {wide} have over {MOST_OTHERS} joint rules"
        )
    branches: list[Branch] = []
    complete = True
    for rules in every_pure_rule(game, others):
        mask = best_actions(game, wide, solver.play(rules))
        margins = solver.margins(rules, mask)
        if margins is None:
            continue
        bears = np.zeros(mask.shape[:-1], dtype=np.bool_)
        for gain in margins:
            most = np.where(mask, gain.values, -np.inf).max(-1)
            bears |= most > np.where(mask, gain.values, np.inf).min(-1)
        slots = [tuple(int(i) for i in c) for c in np.argwhere(bears)]
        if len(slots) > 40 or prod(int(mask[c].sum()) for c in slots) > MOST_RESOLUTIONS:
            complete = False
            continue
        for chosen in product(*(np.flatnonzero(mask[c]) for c in slots)):
            split = mask.copy()
            for context, action in zip(slots, chosen, strict=True):
                split[context] = np.eye(mask.shape[-1], dtype=np.bool_)[action]
            average = split / split.sum(axis=-1, keepdims=True)
            if all(_kept(gain, split) >= -solver.slack(gain) for gain in margins):
                profile = behavioral_profile(game, {**fixed, **rules, wide: average})
                tied = bool((split.sum(axis=-1) > 1).any())
                branches.append(Branch(profile, {wide: split} if tied else {}))
    return branches, complete


def _kept(gain: Amounts, split: Mask) -> Any:
    """What staying gains where actions that are left tied are equally good."""
    return np.where(split, gain.values, -np.inf).max(axis=-1).sum()
