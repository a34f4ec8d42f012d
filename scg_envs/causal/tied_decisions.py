"""Tied decisions of a subgame-perfect outcome: whether an earlier mover can tell the ties apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from .comparison import Amounts
from .evaluation import Play, amounts
from .factors import Table
from .model import CausalGame
from .outcomes import Mask
from .strategic import LARGEST


@dataclass(frozen=True, eq=False)
class Partial:
    """What is solved so far.

    Attributes:
        rules: the fixed and the solved rules, tied actions equally likely.
        ties: as in `Branch`.
    """

    rules: Mapping[str, Table]
    ties: Mapping[str, Mask]


@dataclass(frozen=True, eq=False)
class Tie:
    """A tied decision, in view of the block of decisions that is solved next.

    Attributes:
        game: the game.
        partial: what is solved so far.
        known: the rules that the block is solved against.
        decision: the tied decision.
        block: the decisions that are solved next.
    """

    game: CausalGame
    partial: Partial
    known: Mapping[str, Table]
    decision: str
    block: tuple[str, ...]

    def matters(self) -> Mask:
        """In which contexts the tie bears on some owner in the block; shape (*contexts,)."""
        mask = self.partial.ties[self.decision]
        own = [*self.game.variables[self.decision].parents, self.decision]
        left_open = {d for d in self.partial.ties if d != self.decision} | set(self.block)
        extra = {n for d in left_open for n in (*self.game.variables[d].parents, d)}.difference(own)
        bears = np.zeros(mask.shape[:-1], dtype=np.bool_)
        for agent in dict.fromkeys(self.game.owner(d) for d in self.block):
            worth = self._worth(agent, left_open | {self.decision}, [*sorted(extra), *own])
            low, high = (t.reshape(-1, *mask.shape) for t in worth.bounds())
            best, worst = np.where(mask, low, -np.inf).max(-1), np.where(mask, high, np.inf).min(-1)
            bears |= (best > worst).any(axis=0)
        return bears & (mask.sum(axis=-1) > 1)

    def is_settled(self) -> bool:
        """Whether a lone mover's best actions are the same however a lone tie is resolved.

        So they are if in every context one action beats each other by a margin whose least value
        over the resolutions, a sum of least values over the tied decision's contexts, is positive.
        """
        if len(self.block) > 1 or len(self.partial.ties) > 1:
            return False
        (mover,) = self.block
        variable = self.game.variables[mover]
        mask = self.partial.ties[self.decision]
        own = [*self.game.variables[self.decision].parents, self.decision]
        extra = [n for n in variable.parents if n not in own]
        seen = mover in own
        keep = [*extra, *own] if seen else [mover, *extra, *own]
        n_actions = len(variable.domain)
        if prod(len(self.game.variables[n].domain) for n in keep) * n_actions > LARGEST:
            return False
        worth = self._worth(self.game.owner(mover), {self.decision, mover}, keep)
        cells = worth.values
        summed = tuple(
            i
            for i, n in enumerate(keep[:-1])
            if n in own and n != mover and n not in variable.parents
        )
        if seen:  # what each action brings depends on ties of its own
            low = np.where(mask, cells, np.inf).min(axis=-1).sum(axis=summed)
            high = np.where(mask, cells, -np.inf).max(axis=-1).sum(axis=summed)
            position = keep.index(mover)
            place = position - sum(i < position for i in summed)
            low, high = np.moveaxis(low, place, 0), np.moveaxis(high, place, 0)
            margins = low[:, None] - high[None]
        else:
            gaps = cells[:, None] - cells[None]  # (action, other action, *extra, *own)
            least = np.where(mask, gaps, np.inf).min(axis=-1)
            margins = least.sum(axis=tuple(i + 1 for i in summed))
        others = ~np.eye(n_actions, dtype=np.bool_)
        slack = 0.0 if worth.exact else 2 * float(np.sum(worth.slack))
        beats = np.array(
            [margins[a][others[a]].min(axis=0, initial=np.inf) > slack for a in range(n_actions)]
        )
        return bool(beats.any(axis=0).all())

    def _worth(self, agent: str, left_open: set[str], keep: list[str]) -> Amounts:
        """What an agent expects by what is kept, some decisions being left open."""
        rules = {d: rule for d, rule in self.known.items() if d not in left_open}
        return amounts(self.game, agent, Play.of_rules(self.game, rules), keep)
