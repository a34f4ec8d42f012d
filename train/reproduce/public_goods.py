"""Sequential public goods (MAC-SPGG): what the mechanisms come to, and where full effort is sure.

Nothing is compared with a published number. The paper claims that agents ride for free without its
rewards, and that with suitable ones all contribute as much as they can in the only subgame-perfect
equilibrium; its formula and the conditions of its theorem are not at hand, so that here is only
what is true of our game, whose reward is built from what the authors say of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...core.commitment.chances import Chances
from ...games.sequential_public_goods.induction import Induction
from ...games.sequential_public_goods.problem import GoodsProblem
from ...games.sequential_public_goods.rules import GoodsRules
from ..search import search
from .rows import Row, Sheet

GAME = "sequential_public_goods"


def reproduce_public_goods(seed: int = 0) -> list[Row]:
    """All rows; about two seconds."""
    sheet = Sheet("sequential-public-goods", seed)
    return [*_claims(sheet), *_region(sheet), *_least(sheet)]


def _claims(sheet: Sheet) -> Iterator[Row]:
    """What the paper claims, as it is in our game."""
    problem = GoodsProblem()
    table, sure = problem.pre_policies.table, problem.solver.induction.unique
    yield sheet.computed("usual mechanism", "p_before", None, problem.solver.before().p)
    exists = float(sure[1:].any())
    yield sheet.computed("some mechanism", "only_equilibrium", None, exists)
    exists = float(sure[1:][table[1:, 2] == 0].any())
    yield sheet.computed("some mechanism without a threshold", "only_equilibrium", None, exists)
    answers = problem.solver.respond(np.arange(len(table)))
    best = float(answers.utility[answers.best("desirable")])
    yield sheet.computed("best mechanism", "utility", None, best)
    found = search(GAME, seed=sheet.seed)
    yield sheet.computed("best mechanism", "found", None, found.utility_after)


def _region(sheet: Sheet) -> Iterator[Row]:
    """The share of the mechanisms of each threshold under which full effort is sure."""
    for cost, power in ((1.0, 1.0), (0.6, 1.0), (0.5, 2.0)):
        problem = GoodsProblem(cost=cost, power=power)
        thresholds = problem.pre_policies.table[1:, 2]
        sure = problem.solver.induction.unique[1:]
        for threshold in np.unique(thresholds).tolist():
            where = f"cost {cost:g}, power {power:g}, threshold {threshold:g}"
            share = float(sure[thresholds == threshold].mean())
            yield sheet.computed(where, "share_sure", None, share)


def _least(sheet: Sheet) -> Iterator[Row]:
    """From which multiplier on full effort is sure if all are needed and there is no bonus.

    The last contributes 1 where penalty > cost - rho / n, and whoever comes before does, too, as
    then all depends on it.
    """
    for penalty in (0.4, 0.5, 0.6):
        rules = GoodsRules(penalty=penalty)
        low, high = 1.0, float(rules.players)
        while high - low > 1e-9:
            middle = (low + high) / 2
            table = np.array([rules.usual, (0.0, middle, rules.players)])
            sure = Induction(rules, table, Chances()).unique[1]
            low, high = (low, middle) if sure else (middle, high)
        where = f"threshold 3, no bonus, penalty {penalty:g}"
        formula = rules.players * (rules.cost - penalty)
        yield sheet.computed(where, "least_rho_formula", None, formula)
        yield sheet.computed(where, "least_rho_solved", None, high)
