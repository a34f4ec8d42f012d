"""Assistance: what each rule is worth announced, unannounced, and beside no assistant.

Nothing is compared with a published number: in AssistanceZero's games nobody commits, and its
results are of Minecraft. Here is what is true of our game, exactly, and what a search finds.
"""

from __future__ import annotations

import numpy as np

from ...games.assistance.problem import AssistanceProblem
from ..search import search
from .rows import Row, Sheet


def reproduce_assistance(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    sheet, problem = Sheet("assistance", seed), AssistanceProblem()
    points, rules = problem.pre_policies, problem.rules
    rows: list[Row] = []

    def say(where: str, **metrics: float) -> None:
        rows.extend(sheet.computed(where, name, None, value) for name, value in metrics.items())

    say("no assistant", p_before=float(problem.solver.before().p or 0.0))
    say(
        "the right door at once",
        utility=float(rules.values[:, :, 0, rules.cells.start].max(1).mean()),
    )
    p = problem.solver.p(np.arange(points.size))
    announced, unannounced = problem.solver.legibility()
    for k, label in enumerate(points.labels):
        say(
            label,
            p_after=float(p[k]),
            announced=float(announced[k]),
            unannounced=float(unannounced[k]),
            legibility=float(announced[k] - unannounced[k]),
            help=float(announced[k] - announced[0]),
        )
    found = search("assistance", seed=seed, objective="utility")
    say(
        "found by search",
        p_after=float(found.p_after or 0.0),
        utility=float(found.utility_after or 0.0),
    )
    return rows
