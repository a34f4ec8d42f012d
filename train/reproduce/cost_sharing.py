"""Cost sharing: the airport game's Shapley value and core, and what a search finds.

Nobody published a number of these costs, which are ours: nothing here counts as a reproduction.
The Shapley value stands twice, from its definition and by Littlechild and Owen's formula (1973),
which are to be the same. Besides: the least core, and how many divisions in tenths no group leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from ...core.pre_policy import Finite
from ...core.ties import Ties
from ...games.matrix.cost_games import CostGame
from ...games.matrix.problem import MatrixProblem
from ..search import search
from .rows import Row, Sheet

NEEDS = (20, 50, 100)


def reproduce_cost_sharing(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    sheet = Sheet("cost-sharing", seed)
    return list(_rows(sheet))


def _rows(sheet: Sheet) -> Iterator[Row]:
    game = CostGame.airport("ABC", [Fraction(need) for need in NEEDS])
    share = 0.0
    for k, (low, high) in enumerate(zip((0, *NEEDS), NEEDS, strict=False)):
        share += (high - low) / (len(NEEDS) - k)
        where = f"Shapley value: {game.agents[k]}"
        yield sheet.computed(where, "payoff", None, float(game.shapley[k]))
        yield sheet.computed(f"{where}, by formula", "payoff", None, share)
    least, _ = game.least_core()
    yield sheet.computed("least core", "excess", None, least)
    sides: tuple[Ties, ...] = ("optimistic", "pessimistic")
    for ties in sides:
        problem = MatrixProblem("cost_sharing", ties=ties)
        assert isinstance(problem.pre_policies, Finite)
        p = problem.solver.respond(np.arange(problem.pre_policies.size)).p[:-1]
        where = f"divisions that keep all: {ties} ties"
        yield sheet.computed(where, "divisions", None, float(p.sum()))
    found = search("cost_sharing", ties="pessimistic", seed=sheet.seed)
    yield sheet.computed("search", "found", None, found.p_after)
