"""Facilities on a line: how many rules keep all from lying, and how good the best of them are.

`published` are Moulin's theorem (1980), by which there are C(m + n, n + 1) rules of n residents and
m places, and what the best strategyproof rule costs in the worst case relative to the least cost:
1 for the total distance and 2 for the greatest (Procaccia and Tennenholtz 2009), 2 for the squared
distances of two residents (Feldman and Wilf 2013). Ours are by brute force over all anonymous
rules, and over all medians.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from math import comb

import numpy as np

from ...games.facility.phantoms import medians, phantom_vectors, profiles
from ...games.facility.problem import FacilityProblem
from ...games.facility.rules import Cost, FacilityRules
from ..search import search
from .rows import Published, Row, Sheet

SIZES = ((2, 3), (2, 4), (3, 3))
RATIOS: tuple[tuple[Cost, int, float], ...] = (
    ("total", 3, 1.0),
    ("greatest", 3, 2.0),
    ("square", 2, 2.0),
)


def reproduce_facility(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    return list(_rows(Sheet("facility", seed)))


def strategyproof_rules(residents: int, places: int) -> list[tuple[int, ...]]:
    """All anonymous rules from which nobody gains by lying, by brute force.

    A rule says a place for every crowd of reports. A lie of somebody who lives at p, that moves the
    facility from x to y, gains under no single-peaked preference if and only if x is between p and
    y. Crowds are given places one after the other, as long as no lie gains.

    Args:
        residents: n.
        places: m.

    Returns:
        Of each rule the places of `combinations_with_replacement(range(m), n)`.
    """
    crowds = list(combinations_with_replacement(range(places), residents))
    lies: list[list[tuple[int, int, int]]] = [[] for _ in crowds]  # earlier crowd, both reports
    for late, crowd in enumerate(crowds):
        for early, other in enumerate(crowds[:late]):
            for own in set(crowd):
                rest = list(crowd)
                rest.remove(own)
                lies[late] += [
                    (early, own, lie)
                    for lie in set(other)
                    if sorted([*rest, lie]) == sorted(other) and lie != own
                ]
    found, rule = [], [0] * len(crowds)

    def safe(peak: int, true: int, lied: int) -> bool:
        return min(peak, lied) <= true <= max(peak, lied)

    def extend(at: int) -> None:
        if at == len(crowds):
            found.append(tuple(rule))
            return
        for place in range(places):
            if all(
                safe(own, place, rule[early]) and safe(lie, rule[early], place)
                for early, own, lie in lies[at]
            ):
                rule[at] = place
                extend(at + 1)

    extend(0)
    return found


def worst_ratio(residents: int, places: int, cost: Cost) -> float:
    """The least, over all medians, of the greatest ratio of the cost to the least possible one."""
    reports = profiles(residents, places)
    sites = medians(np.array(phantom_vectors(residents, places)), reports) * residents
    losses = FacilityRules(residents, places, cost=cost).losses
    # The best place is a site, the mean and the medians being so, but for the middle of two.
    least = np.ptp(reports, axis=1) / 2 if cost == "greatest" else losses.min(axis=1)
    own = losses[np.arange(len(reports)), sites]
    apart = least > 0
    ratios = (own[:, apart] / least[apart]).max(axis=1)
    ratios[(own[:, ~apart] > 0).any(axis=1)] = np.inf
    return float(ratios.min())


def _rows(sheet: Sheet) -> Iterator[Row]:
    for n, m in SIZES:
        where = f"{n} residents, {m} places"
        source = Published(comb(m + n, n + 1), "Moulin's theorem")
        yield sheet.computed(where, "rules", source, len(strategyproof_rules(n, m)))
    for cost, n, ratio in RATIOS:
        source = Published(ratio, "worst cases in the literature")
        yield sheet.computed(f"{n} residents: {cost}", "ratio", source, worst_ratio(n, 7, cost))
    problem = FacilityProblem(mean=True)
    before = problem.solver.before().p
    yield sheet.computed("no commitment", "p_before", None, before)
    for label in ("0/2/4/6", "mean"):
        p = problem.solver.respond([problem.pre_policies.point(label)]).p
        yield sheet.computed(label, "p_after", None, float(p[0]))
    found = search("facility", meta="enumeration", seed=sheet.seed)
    yield sheet.computed("search", "found", None, found.p_after)
