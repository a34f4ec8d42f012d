"""Followers that learn walks optimistically certify themselves: no solver is asked."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.agents import make_responder
from scg_envs.agents.responders.optimistic import learn_costs, learn_walks
from scg_envs.core.errors import UnknownName
from scg_envs.core.registry import find_game
from scg_envs.core.solver import Unsolved
from scg_envs.games.barrier.layouts import shipped_layouts
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.search import search
from scg_envs.train.search.trust import sound

SMALL = sorted(set(shipped_layouts()) - {"maze25"})


def unsolved(problem):
    """The same problem, whose solver knows nothing."""
    problem.solver = Unsolved("barrier", problem.pre_policies, "nobody is to be asked")
    return problem


@pytest.mark.parametrize("layout", SMALL)
def test_every_post_is_right_and_certified_and_nobody_is_asked(layout):
    truth, problem = BarrierProblem(layout), unsolved(BarrierProblem(layout))
    points = np.arange(problem.pre_policies.size)
    answers = make_responder("tabular", problem).respond(points)
    assert answers.regret_max.max() == 0
    assert answers.optimal_share.min() == 1
    low, high = truth.solver.bounds(points).T
    assert (low - 1e-12 <= answers.p).all()
    assert (answers.p <= high + 1e-12).all()
    assert sound(answers, None, problem.stakes).all()


def test_a_big_board_is_learned_as_well():
    problem = BarrierProblem("maze25")
    points = np.arange(problem.pre_policies.size)[::7]
    answers = make_responder("tabular", problem, seed=3).respond(points)
    low, high = problem.solver.bounds(points).T
    assert (low - 1e-12 <= answers.p).all()
    assert (answers.p <= high + 1e-12).all()
    assert answers.regret_max.max() == 0


def shortest(leads, ends, start, closed):
    """Steps of a shortest walk, by breadth first; None where nobody arrives."""
    distance, waiting = {start: 0}, deque([start])
    while waiting:
        cell = waiting.popleft()
        for target in leads[cell].tolist():
            if target not in distance and target not in closed:
                distance[target] = distance[cell] + 1
                waiting.append(target)
                if ends[target]:
                    return distance[target]
    return None


@st.composite
def boards(draw):
    """Random graphs, not only boards: any action may lead anywhere."""
    cells, actions = draw(st.integers(3, 12)), draw(st.integers(1, 4))
    leads = draw(
        st.lists(st.integers(0, cells - 1), min_size=cells * actions, max_size=cells * actions)
    )
    ends = np.zeros(cells, dtype=np.bool_)
    ends[draw(st.lists(st.integers(1, cells - 1), max_size=2))] = True
    closed = draw(st.lists(st.integers(1, cells - 1), max_size=2))
    return np.array(leads, dtype=np.uint16).reshape(cells, actions), ends, closed


@settings(max_examples=150)
@given(boards(), st.integers(2, 30), st.integers(0, 2**32), st.integers(1, 3_000))
def test_costs_never_exceed_the_truth_and_settle_at_it(board, horizon, key, budget):
    leads, ends, closed = board
    true = shortest(leads, ends, 0, closed)
    cases = np.array([closed], dtype=np.int32).reshape(1, -1)
    keys = np.array([key], dtype=np.uint64)

    def learned(most):
        found = learn_walks(leads, ends, 0, cases, horizon, keys, most)
        return int(found.least[0]), int(found.length[0])

    within = true is not None and true <= horizon
    least, length = learned(budget)  # whenever it stops, the truth lies between
    assert least <= (true if within else horizon + 1)
    assert length == 0 or length >= true
    least, length = learned(10**6)
    assert (least, length) == ((true, true) if within else (horizon + 1, 0))


@settings(max_examples=150)
@given(boards(), st.integers(2, 30), st.integers(0, 2**32), st.integers(1, 3_000), st.data())
def test_what_was_learned_with_fewer_cells_closed_is_a_beginning_with_more(
    board, horizon, key, budget, data
):
    leads, ends, closed = board
    fewer = data.draw(st.lists(st.sampled_from(closed), unique=True)) if closed else []
    first, _ = learn_costs(leads, ends, 0, np.array(fewer, dtype=np.int32), horizon, key, budget)
    known, _ = learn_costs(
        leads, ends, 0, np.array(closed, dtype=np.int32), horizon, key, budget, first
    )
    for costs, shut in ((first, fewer), (known, closed)):
        for cell in np.flatnonzero(~ends).tolist():
            for action, target in enumerate(leads[cell].tolist()):
                target = cell if target in shut else target
                after = 0 if ends[target] else shortest(leads, ends, target, shut)
                true = horizon + 1 if after is None else min(1 + after, horizon + 1)
                assert costs[cell, action] <= true
    true = shortest(leads, ends, 0, closed)
    found = learn_walks(
        leads, ends, 0, np.array([closed], dtype=np.int32).reshape(1, -1), horizon,
        np.array([key], dtype=np.uint64), 10**6, first,
    )  # fmt: skip
    within = true is not None and true <= horizon
    right = (true, true) if within else (horizon + 1, 0)
    assert (int(found.least[0]), int(found.length[0])) == right


def test_tables_are_learned_once_for_whoever_plays_by_them(monkeypatch):
    problem = BarrierProblem("contested")
    responder = make_responder("tabular", problem)
    played = problem.evaluate(responder.policies(None), np.arange(5))
    monkeypatch.setattr(type(responder), "_learn", None)
    again = problem.evaluate(responder.policies(None), np.arange(5))
    assert again.p.tolist() == played.p.tolist()


def test_what_it_has_no_time_to_learn_is_not_certified():
    problem = BarrierProblem("maze")
    points = np.arange(20)
    answers = make_responder("tabular", problem, steps=150).respond(points)
    assert not sound(answers, None, problem.stakes).any()
    policies = make_responder("tabular", problem, steps=150).policies(None)
    true = problem.evaluate(policies, points)
    assert (answers.regret["blue"] >= true.regret["blue"] - 1e-12).all()
    assert (answers.regret_max >= true.regret_max - 1e-12).all()


@pytest.mark.parametrize("chances", [{}, {"credibility": 0.6, "observability": 0.5}])
@pytest.mark.parametrize("committed", ["red,yellow", "yellow,red"])
def test_several_posts_are_right_whether_or_not_they_bind(committed, chances):
    problem = BarrierProblem("figure3", committed=committed, **chances)  # no goals tie in it
    points = np.arange(problem.pre_policies.size)
    answers = make_responder("tabular", problem).respond(points)
    np.testing.assert_allclose(answers.p, problem.solver.p(points), atol=1e-12)
    assert answers.regret_max.max() == 0
    assert sound(answers, None, problem.stakes).all()


@pytest.mark.parametrize("committed", ["red", "yellow", "red,yellow"])
@pytest.mark.parametrize("chances", [{}, {"credibility": 0.6, "observability": 0.5}])
def test_its_policies_play_as_it_answers(committed, chances):
    problem = BarrierProblem("contested", committed=committed, **chances)
    points = np.array([3, 0, 3])
    responder = make_responder("tabular", problem, seed=5)
    answers = responder.respond(points)
    played = problem.evaluate(responder.policies(None), points)
    np.testing.assert_allclose(played.p, answers.p, atol=1e-12)
    np.testing.assert_allclose(played.regret_max, answers.regret_max, atol=1e-12)


def test_answers_depend_on_the_seed_and_the_post_alone_and_are_kept():
    problem = BarrierProblem("open")
    one, other = (make_responder("tabular", problem, seed=2) for _ in range(2))
    forth, back = one.respond([1, 5, 9]), other.respond([9, 5, 1])
    assert forth.p.tolist() == back.p[::-1].tolist()
    kept = make_responder("tabular", problem, seed=2)
    state = one.state_dict()
    kept.load_state_dict(state)
    make_responder("tabular", problem, seed=2).load_state_dict(state)  # it is as it was
    assert kept.respond([1, 5, 9]).p.tolist() == forth.p.tolist()
    assert kept.train_steps == one.train_steps > 0


@pytest.mark.parametrize("layout", ["maze", "contested"])
def test_a_search_finds_and_certifies_the_best_post(layout, tmp_path):
    out = tmp_path / "run" if layout == "contested" else None  # pictures and videos
    result = search("barrier", layout=layout, responder="tabular", out=out)
    assert result.p_after_exact == result.p_best_exact
    assert result.certified
    assert result.trust == "learned"
    assert result.regret_max == 0
    assert out is None or (out / "after.mp4").exists()


@pytest.mark.parametrize(
    ("game", "options"), [("household", {}), ("barrier", {"observation": "grid"})]
)
def test_games_in_which_nobody_walks_by_what_they_see_do_not_have_it(game, options):
    with pytest.raises(UnknownName, match="responder"):
        make_responder("tabular", find_game(game).make_problem(**options))
