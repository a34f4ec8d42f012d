"""GTAlign's prices: from which price on an assistant asks back, in closed form and by the solver.

GTAlign's own payoffs could not be read; ours are the game's, so that nothing is predicted.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...core.ties import Ties
from ...games.matrix.priced_assistant import (
    ASSISTANT,
    PROMPTS,
    REPLIES,
    USER,
    price_interval,
    priced_game,
)
from ...games.matrix.problem import MatrixProblem
from ..search import search
from .rows import Row, Sheet

FEES = tuple(k / 20 for k in range(1, 61))  # in steps of .05 up to 3


def reproduce_priced_assistant(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    return list(_rows(Sheet("priced-assistant", seed)))


def _rows(sheet: Sheet) -> Iterator[Row]:
    prices = np.array([0.0, *FEES])
    for prompt in PROMPTS:
        for reply in REPLIES:
            made = priced_game(USER, ASSISTANT, FEES, f"{prompt},{reply}")
            problem = MatrixProblem(made, ties="optimistic")
            p = problem.solver.p(np.arange(1 + 2 * len(FEES)))
            for k, priced in enumerate(REPLIES[:2]):
                ends = price_interval(USER, ASSISTANT, priced, prompt, reply)
                if ends is None:
                    continue
                where = f"{prompt}, {reply}: {priced} priced"
                own = p[[0, *range(1 + k * len(FEES), 1 + (k + 1) * len(FEES))]]
                held = prices[own > 0]
                for side, at in (("from", 0), ("to", -1)):
                    formula, solved = ends[at], float(held[at])
                    if np.isfinite(formula):
                        yield sheet.computed(where, f"{side}_formula", None, formula)
                        yield sheet.computed(where, f"{side}_solved", None, solved)
    sides: tuple[Ties, ...] = ("optimistic", "pessimistic")
    for ties in sides:
        problem = MatrixProblem("priced_assistant", ties=ties)
        before = problem.solver.before()
        yield sheet.computed(f"free: {ties} ties", "p_before", None, before.p)
        found = search("priced_assistant", ties=ties, seed=sheet.seed)
        yield sheet.computed(f"search: {ties} ties", "found", None, found.p_after)
