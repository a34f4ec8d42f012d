"""Taxation (LLM Economist): labour supply in closed form, the best rates, and Saez's formula.

Nothing is compared with a published number: the paper's are of workers and planners that are
language models, and none is at hand. What stands here beside each other are formulas, the exact
answers of our game, and what the search finds; and how seldom taxes matter at incomes as in the
United States.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from ...core.evaluation import Evaluation
from ...core.pre_policy.numbers import NumberGrid
from ...games.taxation.problem import TaxProblem
from ...games.taxation.supply import HOURS, POWER, slices, supply, tax
from ..search import search
from .rows import Row, Sheet

GAME = "taxation"
ELASTICITY = 1 / (POWER - 1)


def saez_rate(elasticity: float, ratio: float = 1.0) -> float:
    """The rate that raises most from what is earned above a threshold (Saez 2001), 1 / (1 + a e).

    Args:
        elasticity: e, of those earnings, by the share of them that is left.
        ratio: a = mean / (mean - threshold) of them; 1 for a flat rate, whose threshold is 0.
    """
    return 1 / (1 + ratio * elasticity)


def top_rate(tail: float = 2.8, workers: int = 100_000) -> tuple[float, float]:
    """The rate above a threshold that raises most where skills are Pareto's, by trying and formula.

    The rate below is 40 %; no cap binds.

    Args:
        tail: the exponent of skills; that of incomes is by 1 + elasticity smaller.
        workers: how many stand for them.

    Returns:
        The best rate, and what Saez's formula says for the incomes under it.
    """
    skills = (1 - (np.arange(workers) + 0.5) / workers) ** (-1 / tail)
    threshold = 60.0  # of incomes that begin at 10

    def incomes(rate: float) -> NDArray[np.float64]:
        return skills * supply(skills, np.array([0.4, rate]), [threshold])[1]

    def lost(rate: float) -> float:
        return -float(tax(slices(incomes(rate), [threshold]), np.array([0.4, rate])).sum())

    best = float(scipy.optimize.minimize_scalar(lost, bounds=(0.4, 0.95), method="bounded").x)
    income = incomes(best)
    mean = float(income[income > threshold * (1 + 1e-9)].mean())
    return best, saez_rate(ELASTICITY, mean / (mean - threshold))


def reproduce_taxation(seed: int = 0) -> list[Row]:
    """All rows; about ten seconds."""
    sheet = Sheet("taxation", seed)
    return [*_hours(sheet), *_flat(sheet), *_top(sheet), *_brackets(sheet), *_cap(sheet)]


def _of_all(problem: TaxProblem) -> Evaluation:
    """What the workers answer to every schedule of the grid."""
    assert isinstance(problem.pre_policies, NumberGrid)
    return problem.solver.respond(np.arange(problem.pre_policies.size))


def _hours(sheet: Sheet) -> Iterator[Row]:
    for rate in (0.0, 0.24, 0.5, 0.9):
        hours = supply(np.array([80.0]), np.array([rate]))[1]
        yield sheet.computed(f"skill 80, flat {rate:.0%}", "hours", None, float(hours[0]))


def _flat(sheet: Sheet) -> Iterator[Row]:
    """The flat rate that raises most."""
    where = "flat rate that raises most"
    yield sheet.computed(where, "rate_formula", None, saez_rate(ELASTICITY))
    settings: Any = {"layout": "flat", "levels": 10_000, "seed": sheet.seed}
    found = search(GAME, pre_policy="rates", meta="cmaes", **settings)
    yield sheet.computed(where, "rate_found", None, float(found.pre_policy_point[0]))
    problem = TaxProblem("flat", levels=10_000, resolution=100)
    best = _of_all(problem).best("desirable")
    rate = float(problem.pre_policies.numbers([best])[0, 0])
    yield sheet.computed(where, "rate_enumerated", None, rate)


def _top(sheet: Sheet) -> Iterator[Row]:
    """The top rate, by Saez's formula and by trying."""
    best, formula = top_rate()
    yield sheet.computed("top rate that raises most", "rate_formula", None, formula)
    yield sheet.computed("top rate that raises most", "rate_enumerated", None, best)


def _brackets(sheet: Sheet) -> Iterator[Row]:
    """What three brackets come to two years later, by enumeration of the grid and by search."""
    for aversion in (0.0, 1.0, 1e9):
        where = f"three brackets, aversion {aversion:g}"
        problem = TaxProblem(aversion=aversion)
        answers = _of_all(problem)
        yield sheet.computed(where, "utility_before", None, problem.solver.before().utility)
        yield sheet.computed(where, "utility", None, float(answers.utility.max()))
        settings: Any = {"aversion": aversion, "objective": "utility", "seed": sheet.seed}
        found = search(GAME, pre_policy="rates", meta="cmaes", **settings)
        yield sheet.computed(where, "utility_found", None, found.utility_after)


def _cap(sheet: Sheet) -> Iterator[Row]:
    """Where nobody works less for being taxed, as 100 hours are all there are."""
    skill = 72_000 / 40  # by 40 hours a week in a year
    for rate in (0.5, 0.9, 0.97):
        hours = supply(np.array([skill]), np.array([rate]))[1]
        where = f"72,000 dollars by 40 hours, flat {rate:.0%}"
        yield sheet.computed(where, "hours", None, float(hours[0]))
    for layout in ("three", "us"):
        rules = TaxProblem(layout).rules
        hours = supply(rules.wages, np.array(rules.rates), rules.edges)[1]
        share = float((hours >= HOURS).mean())
        yield sheet.computed(f"{layout}, usual rates", "share_capped", None, share)
