"""The donor game: totals if all give alike, how many have to sign a norm, and what spreads.

The endowment and the factor are published and put in. Totals are the closed form of two kinds of
players who take turns, each beside a tournament that was played. What language models gave over the
generations is theirs and is not looked at here.
"""

from __future__ import annotations

import numpy as np

from ...games.donor.evolution import Population
from ...games.donor.game import DonorGame
from ...games.donor.problem import DonorProblem
from ...games.donor.rules import DONOR, DonorRules
from ...games.donor.tournament import ENDOWMENT, FACTOR
from ..search import search
from .rows import Published, Row, Sheet

TYPES = ("refuse:0.5:1", "punish:0.5:1")
MUTATION = 0.02


def reproduce_donor(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    sheet = Sheet("donor", seed)
    endowment = sheet.given("rules", "payoff", Published(ENDOWMENT, "Vallinder: endowment"))
    rows = [endowment]
    for rounds in (6, 12):
        for level in range(5):
            weight, solved = _closed(level / 4, rounds), _played(level, rounds)
            where = f"all give {level / 4:g}, {rounds} rounds"
            rows.append(sheet.derived(where, "payoff", None, [(weight, endowment)], solved=solved))
    for signatories in range(1, 12):
        problem = DonorProblem(signatories=signatories)
        labels = problem.pre_policies.labels
        p = problem.solver.bounds(np.arange(len(labels)))[:, 0]
        sure = [float(labels[k].split(":")[1]) for k in np.flatnonzero(p == 1).tolist()]
        where, least = f"{signatories} of 12 sign", min(sure, default=None)
        rows.append(sheet.computed(where, "least_fraction", None, least))
    found = search("donor", seed=seed)
    rows.append(sheet.computed("found by search", "p_after", None, found.p_after))
    for norm in TYPES:
        types = (norm, "refuse:0.5:0", "none")
        for committed in range(5):
            many = Population(DonorRules(), types, committed=committed, mutation=MUTATION)
            where = f"{committed} of 12 committed to {norm}, long run"
            share = float(many.cooperation()[0])
            rows.append(sheet.computed(where, "share_of_gifts", None, share))
    return rows


def _closed(fraction: float, rounds: int) -> float:
    """What each has in units of the endowment if all give a fraction: donors, then recipients."""
    turn = np.array([[FACTOR * fraction, 1.0], [1 - fraction, 0.0]])  # and they change places
    return float((np.linalg.matrix_power(turn, rounds) @ np.ones(2)).mean())


def _played(level: int, rounds: int) -> float:
    """What each has, of a tournament in which all give so many quarters."""
    game = DonorGame(signatories=11, rounds=rounds)
    game.reset(seed=0, options={"norm": f"refuse:{level / 4:g}:0" if level else "none"})
    infos: dict[str, dict[str, float]] = {}
    while game.agents:
        *_, infos = game.step({DONOR: 1 + level})
    return infos[DONOR]["mean_wealth"]
