"""The commons of GovSim: what can be taken of it, and what a pact makes of one who is free.

The stock and the quota that keeps it are published and put in. All other totals are linear in these
two: each is played or solved beside its closed form. What language models took, and how often their
commons survived, is theirs and is not looked at here.
"""

from __future__ import annotations

from ...games.commons.game import PACT, CommonsGame, CommonsRules
from ...games.commons.problem import CommonsProblem
from ...games.commons.solver import planned
from ..search import search
from .rows import Published, Row, Sheet

STOCK, QUOTA = 100.0, 10.0
CHANCES = (0.13, 0.14, 0.15, 0.5)
"""Credibilities on both sides of the one from which on the quota is kept, .141."""


def reproduce_commons(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    sheet = Sheet("commons", seed)
    stock = sheet.given("rules", "payoff", Published(STOCK, "GovSim: stock"))
    quota = sheet.given("rules: quota", "payoff", Published(QUOTA, "GovSim: quota"))
    rows = [stock, quota]

    def closed(where: str, terms: list[tuple[float, Row]], solved: float) -> None:
        rows.append(sheet.derived(where, "payoff", None, terms, solved=solved))

    problem = CommonsProblem()
    rules, grim = problem.rules, problem.pre_policies.point("grim:10")
    closed("all keep the quota", [(60.0, quota)], _taken(rules, int(QUOTA)))
    closed("all ask for everything", [(1.0, stock)], _taken(rules, rules.stock))
    closed("social optimum", [(6.5, stock)], planned(rules))
    best = float(problem.solver.answer(grim).values.max()) * rules.unit
    closed("grim:10, the one who is free", [(7.0, quota), (1.0, stock)], best)
    random = CommonsProblem(served="random").solver.answer(grim)
    gambled = float(random.values.max()) * rules.unit
    closed("grim:10, the one who is free, served at random", [(9.0, quota), (1.0, stock)], gambled)
    earned = float(problem.solver.respond([grim]).utility[0])
    closed("grim:10, each of four signatories", [(12.0, quota)], earned)
    found = search("commons", seed=seed)
    rows.append(sheet.computed("found by search", "p_after", None, found.p_after))
    rows.append(sheet.computed("found by search", "utility", None, found.utility_after))
    for signatories in range(1, rules.players):
        tens = CommonsProblem(signatories=signatories, ties="optimistic", unit=10)
        most = tens.solver.optimum()
        assert most is not None
        where = f"{signatories} of {rules.players} sign, best norm of tens"
        rows.append(sheet.computed(where, "p_after", None, most.value))
    for chance in CHANCES:
        doubted = CommonsProblem(credibility=chance)
        p = float(doubted.solver.p([grim])[0])
        rows.append(sheet.computed(f"grim:10 binds with chance {chance:g}", "p_after", None, p))
    return rows


def _taken(rules: CommonsRules, ask: int) -> float:
    """What all take together who always ask for so much."""
    game = CommonsGame(rules)
    game.reset(seed=0)
    total = 0.0
    while game.agents:
        _, rewards, *_ = game.step(dict.fromkeys(game.possible_agents, ask // rules.unit))
        each = rules.signatories  # the pact's reward is that of one of them
        total += sum(r * (each if agent == PACT else 1) for agent, r in rewards.items())
    return total
