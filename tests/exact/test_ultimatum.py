"""The ultimatum game with two amounts in place of 91, against every way an epoch can go.

What users offered each other before decides nothing of P, and is not gone through.
"""

import numpy as np
import pytest

from scg_envs.games.ultimatum import game, problem, solver
from scg_envs.games.ultimatum.norms import Group

from .enumeration import every_way
from .rational import best_of, weighted

CASES = [
    ((0.5, 0.0, 0.5), 1, "share", (0, 5)),
    ((0.0, 1.0, 0.0), 2, "share", (5,)),
    ((0.2, 0.8, 0.0), 1, "full", (0, 130, 299)),
]


@pytest.mark.parametrize(("weights", "meetings", "kind", "points"), CASES)
def test_exact_answers_are_those_of_going_through_every_way(
    weights, meetings, kind, points, monkeypatch
):
    for module in (game, solver, problem):
        monkeypatch.setattr(module, "AMOUNTS", np.array([2, 3]))
    monkeypatch.setattr(game, "AMONG_USERS", 1)

    def made(credibility):
        return problem.UltimatumProblem(
            Group("drawn", weights),
            pre_policy=kind,
            interactions=meetings,
            credibility=credibility,
            desirable="apart" if kind == "full" else "aligned",
        )

    doubted = kind == "share"  # 300 principles in place of one that does not bind are too many
    asked = made(0.5) if doubted else made(1.0)
    for point in points:
        ways = every_way(asked, point, idle=True)
        assert len(ways) > 20
        played = every_way(asked, point, asked.solver.best_responses(), idle=True)
        for credibility in (1.0, 0.6, 0.0) if doubted else (1.0,):
            own = made(credibility)
            found = own.solver.respond([point])

            def likely(some, credibility=credibility):
                if doubted:
                    return weighted(some, credibility)
                return [(way, way.chance) for way in some]

            true = best_of([(way, x, x) for way, x in likely(ways)], "user")
            assert true.low == pytest.approx(true.high)  # users decide nothing of it
            assert (found.p[0], *own.solver.bounds([point])[0]) == pytest.approx((true.low,) * 3)
            best = own.solver.learner_value(np.array([point]), sees=True)[0, 0]
            assert best == pytest.approx(true.value)
            earned = sum(x * way.earned["user"] for way, x in likely(played))
            assert found.regret["user"][0] == pytest.approx(best - earned, abs=1e-9)
            utility = sum(x * way.earned["assistant"] for way, x in likely(played))
            assert found.utility[0] == pytest.approx(utility)
            judged = own.evaluate(own.solver.best_responses(), np.array([point]))
            assert (judged.p[0], judged.regret["user"][0]) == pytest.approx(
                (true.low, best - earned), abs=1e-9
            )
