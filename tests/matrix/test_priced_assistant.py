"""A price on what an assistant does: thresholds in closed form, against all pure profiles."""

import math
from itertools import product

import numpy as np
import pytest

from scg_envs import matrix_v0
from scg_envs.core.errors import InvalidArgument
from scg_envs.games.matrix.priced_assistant import (
    ASSISTANT,
    PROMPTS,
    REPLIES,
    USER,
    price_interval,
    priced_assistant,
    priced_game,
)
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.games.matrix.vector import MatrixVectorEnv
from scg_envs.train.search import search

FEES = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0)


def equilibria(user, assistant, priced, fee):
    """All pure profiles from which nobody gains by leaving, one by one."""
    found = set()
    pays = [fee if reply == priced else 0.0 for reply in REPLIES]
    for i, j in product(range(2), range(3)):
        for_user = all(user[i][j] >= user[k][j] for k in range(2))
        own = assistant[i][j] - pays[j]
        if for_user and all(own >= assistant[i][k] - pays[k] for k in range(3)):
            found.add((PROMPTS[i], REPLIES[j]))
    return found


def test_thresholds_are_those_of_the_plain_statement_and_of_the_solver():
    """200 tables in quarters, so that edges are met; every outcome, move and price."""
    rng = np.random.default_rng(0)
    edges = some = 0
    for table in range(200):
        user, assistant = rng.integers(0, 9, (2, 2, 3)) / 4
        alone = rng.integers(3)
        for priced in REPLIES[:2]:
            intervals = {
                cell: price_interval(user, assistant, priced, *cell)
                for cell in product(PROMPTS, REPLIES)
            }
            for fee in (0.0, *FEES):
                plain = equilibria(user, assistant, priced, fee)
                inside = {c for c, ends in intervals.items() if ends and ends[0] <= fee <= ends[1]}
                assert inside == plain
                edges += any(ends and fee in ends for ends in intervals.values())
        if table % 4 == alone:  # the solver, at every price at once
            wanted = ",".join((PROMPTS[rng.integers(2)], REPLIES[rng.integers(3)]))
            made = priced_game(user, assistant, FEES, wanted)
            problem = MatrixProblem(made)
            labels = [("answer", 0.0), *((m, fee) for m in REPLIES[:2] for fee in FEES)]
            for point, (priced, fee) in enumerate(labels):
                plain = {",".join(c) for c in equilibria(user, assistant, priced, fee)}
                p = problem.solver.p([point])[0]
                expected = (wanted in plain) / len(plain) if plain else math.nan
                assert p == pytest.approx(expected, nan_ok=True)
                some += 0 < p < 1
    assert edges > 200
    assert some > 50


def test_the_page():
    assert price_interval(USER, ASSISTANT, "answer", "concise", "clarify") == (0.0, math.inf)
    assert price_interval(USER, ASSISTANT, "answer", "verbose", "answer") == (0.0, 1.0)
    assert price_interval(USER, ASSISTANT, "clarify", "concise", "clarify") == (0.0, 1.0)
    assert price_interval(USER, ASSISTANT, "clarify", "concise", "both") == (1.0, math.inf)
    assert price_interval(USER, ASSISTANT, "answer", "verbose", "both") is None
    problem = MatrixProblem("priced_assistant")
    p = dict(zip(problem.pre_policies.labels, problem.solver.p(range(9)), strict=True))
    assert (p["free"], p["answer 1"], p["answer 1.5"]) == (0.5, 0.5, 1.0)
    assert (p["clarify 0.5"], p["clarify 1"], p["clarify 1.5"]) == (0.5, pytest.approx(1 / 3), 0.0)
    assert problem.solver.before().p == 0.5


@pytest.mark.parametrize("ties", ["optimistic", "pessimistic", "uniform"])
def test_doing_nothing_does_nothing(ties):
    problem = MatrixProblem("priced_assistant", ties=ties)
    assert problem.solver.p([0])[0] == problem.solver.before().p


def test_prices_are_paid_to_the_platform():
    env = matrix_v0.parallel_env("priced_assistant")
    env.reset(seed=0)
    game = env.unwrapped.game
    actions = {"platform": "answer 1.5", "user": "verbose", "assistant": "answer"}
    _, rewards, _, _, infos = env.step({a: game.action(a, move) for a, move in actions.items()})
    assert rewards == {"platform": 1.5, "user": 2.0, "assistant": 1.5}
    assert infos["platform"]["outcome"] == "verbose,answer"


def test_searches_find_what_is_best():
    assert search("priced_assistant", ties="pessimistic", seed=0).p_after == 1.0
    paid = search("priced_assistant", ties="optimistic", objective="utility", seed=0)
    assert paid.utility_after == pytest.approx(1.0)  # of either move, at the edge


@pytest.mark.parametrize(
    ("fees", "match"),
    [
        ((), "0 fees"),
        ((-1.0,), "fee of -1.0; expected prices above 0"),
        ((0.0,), "fee of 0.0"),
        ((math.nan,), "fee of nan"),
        ((math.inf,), "fee of inf"),
        (("1",), "fee of '1'"),
        ((True,), "fee of True"),
        ((1.0, 1.0), "each price once"),
        (tuple(range(1, 200)), "199 fees"),
    ],
)
def test_prices_that_are_none(fees, match):
    with pytest.raises(InvalidArgument, match=match):
        priced_assistant(fees)


def test_tables_that_are_none():
    with pytest.raises(InvalidArgument, match="2x3"):
        priced_game([[1, 2], [3, 4]], ASSISTANT, (1.0,))
    with pytest.raises(InvalidArgument, match="2x3"):
        price_interval(USER, [[math.nan] * 3] * 2, "answer", "concise", "both")


def test_a_platform_that_is_not_bound_is_free():
    env = matrix_v0.parallel_env("priced_assistant", committed="platform", credibility=0.0)
    assert env.pre_policies.otherwise == "free"
    for seed in range(5):
        env.reset(seed=seed)
        env.step({"platform": 3})
        assert env.bound == {"platform": 0}
    batch = MatrixVectorEnv(64, "priced_assistant", learner="assistant", credibility=0.0)
    batch.set_pre_policies([batch.pre_policies.point("clarify 2")])
    batch.reset(seed=0)
    _, earned, *_ = batch.step(np.zeros(64, dtype=np.int64))  # clarifies
    assert (np.isin(earned, [1.0, 2.0])).all()  # and pays nothing for it
    for kind in ("pure", "mixed"):
        problem = MatrixProblem("priced_assistant", pre_policy=kind, credibility=0.25)
        assert problem.solver.p(np.array([problem.pre_policies.point("free")]))[0] == 0.5
