"""Common-interest games and a leader's 2x2 game: exact, found by a search, and learned.

The payoffs are the published numbers, put in. What is best of them is one of them, so the rows that
say so are derived. `found` is what the categorical meta pre-policy recommends against exact
followers, `learned` the committed agent's payoff against followers that learn a table for the
found pre-policy; `alone` the share of pairs of independent Q-learners, both free, that end at the
desirable outcome, over 200 pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import NormalForm, equilibria
from ...core.pre_policy import Finite
from ...games.matrix.problem import MatrixProblem
from ..search import search
from .rows import Published, Row, Sheet

PENALTIES = (0.0, -10.0, -100.0)
POMDP = ((3, 6), (4, 2)), ((3, 4), (6, 2))
PAIRS = 200
_TRIALS, _RATE = 500, 0.1  # of independent learners
_TEMPERATURE, _COOLING = 16.0, 0.985


def reproduce_climbing(seed: int = 0) -> list[Row]:
    """All rows; a second."""
    sheet = Sheet("climbing", seed)
    return list(_game(sheet, "climbing", {}, "climbing"))


def reproduce_penalty(seed: int = 0) -> list[Row]:
    """All rows; a second."""
    sheet = Sheet("penalty", seed)
    return [row for k in PENALTIES for row in _game(sheet, "penalty", {"k": k}, f"penalty {k:g}")]


def reproduce_stackelberg_pomdp(seed: int = 0) -> list[Row]:
    """All rows; a second."""
    sheet = Sheet("stackelberg-pomdp", seed)
    return list(_game(sheet, POMDP, {"desirable": "1,2"}, "2x2"))


def _game(sheet: Sheet, game: Any, options: dict[str, Any], name: str) -> Iterator[Row]:
    """The payoffs, their equilibria, the best commitment, and what is found and learned."""
    problem = MatrixProblem(game, **options)
    form, leader = problem.env.game.form, problem.env.game.agent(problem.committed)
    table = form.payoffs[leader]
    cells = {}
    for joint in np.ndindex(*form.shape):
        where = ",".join(form.actions[k][a] for k, a in enumerate(joint))
        source = Published(float(table[joint]), f"{name}: {where}")
        cells[joint] = sheet.given(f"{name}: {where}", "payoff", source)
        yield cells[joint]
    for one in equilibria(form, "pure"):
        joint = tuple(int(np.argmax(chances)) for chances in one.profile)
        where = ",".join(form.actions[k][a] for k, a in enumerate(joint))
        worth = Published(float(table[joint]), f"{name}: {where}")
        paid = float(one.payoffs[leader])
        at = f"{name}: equilibrium {where}"
        yield sheet.derived(at, "payoff", worth, [(1.0, cells[joint])], solved=paid)
    best = problem.solver.optimum("utility")
    assert best is not None
    joint = next(one for one in cells if table[one] == best.value)
    source = Published(best.value, cells[joint].condition)
    where = f"{name}: best commitment"
    yield sheet.derived(where, "leader", source, [(1.0, cells[joint])], solved=best.value)
    if isinstance(game, str):
        found = search(game, objective="utility", seed=sheet.seed, **options)
        yield sheet.computed(where, "found", None, found.utility_after)
    assert isinstance(problem.pre_policies, Finite)
    point = int(np.argmax(problem.solver.respond(np.arange(problem.pre_policies.size)).utility))
    learned = problem.solver.respond(np.array([point]), "q-learning", seed=sheet.seed)
    yield sheet.computed(where, "learned", None, float(learned.utility[0]))
    desirable = problem.env.game.desirable_table
    ends = alone(form, np.random.default_rng(sheet.seed))
    share = float(np.mean([desirable[tuple(end)] for end in ends]))
    sd = float(np.sqrt(share * (1 - share)))
    yield sheet.computed(f"{name}: alone", "desirable", None, share, sd=sd, n=PAIRS)
    before = problem.solver.before()
    yield sheet.computed(f"{name}: alone", "p_before", None, before.p)


def alone(form: NormalForm, np_random: np.random.Generator) -> NDArray[np.int64]:
    """(PAIRS, 2) where pairs of independent learners end: Boltzmann exploration that cools down.

    As Claus and Boutilier's independent learners: each keeps the mean of what its own actions
    paid, Q += .1 (paid - Q), and draws them with chances proportional to exp(Q / temperature).
    """
    tables = [np.zeros((PAIRS, size)) for size in form.shape]
    temperature, rows = _TEMPERATURE, np.arange(PAIRS)
    for _ in range(_TRIALS):
        actions = []
        for table in tables:
            scaled = table / temperature
            chances = np.exp(scaled - scaled.max(axis=1, keepdims=True))
            sums = np.cumsum(chances, axis=1)
            drawn = np_random.random((PAIRS, 1)) * sums[:, -1:]
            actions.append((drawn > sums).sum(axis=1))
        for player, table in enumerate(tables):
            paid = form.payoffs[player][tuple(actions)]
            own = rows, actions[player]
            table[own] += _RATE * (paid - table[own])
        temperature = max(temperature * _COOLING, 0.1)
    return np.stack([table.argmax(axis=1) for table in tables], axis=1)
