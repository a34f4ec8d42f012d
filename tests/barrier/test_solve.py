"""The exact map against a plain breadth-first search, and the numbers of the shipped layouts."""

import re
from importlib import resources
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import UnknownName
from scg_envs.core.ties import TIES
from scg_envs.games.barrier.layouts import load_layout, parse_layout, shipped_layouts
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.games.barrier.shortest_paths import solve
from scg_envs.games.barrier.tables import tables_of

from .reference import goal_distances, probability
from .strategies import layouts


def check_map(layout, committed, horizon):
    """Every number of the map, from a list of all ways to post the barriers."""
    solved = solve(layout, committed, horizon)
    wanted = next(digit for digit, name in layout.goal_names.items() if name == layout.desirable)
    ways = [
        dict(zip(layout.barriers, cells, strict=True))
        for cells in product(*layout.posts.values())
        if len(set(cells)) == len(cells)
    ]
    xy = tables_of(layout).xy
    points = [tuple(tuple(xy[cell].tolist()) for cell in row) for row in solved.cells]
    assert len(set(points)) == len(points)
    for ties in TIES:
        p = solved.probability(layout.desirable, ties)
        answers = [
            probability(layout.rows, layout.start, way.values(), wanted, solved.horizon, ties)
            for way in ways
        ]
        after = {}
        for way, answer in zip(ways, answers, strict=True):
            after.setdefault(tuple(way[agent] for agent in committed), []).append(answer)
        assert set(after) == set(points)
        for point, own in zip(points, p, strict=True):
            assert own == pytest.approx(np.mean(after[point]), abs=1e-12)
        before = solved.probability_before(layout.desirable, ties)
        assert before == pytest.approx(np.mean(answers), abs=1e-12)
        weights = [len(after[point]) / len(ways) for point in points]
        np.testing.assert_allclose(solved.base_weights, weights)


@settings(max_examples=60)
@given(
    layout=layouts(max_side=5, barriers=(1, 3)),
    horizon=st.none() | st.integers(1, 8),
    data=st.data(),
)
def test_the_map_is_that_of_a_plain_search_on_random_boards(layout, horizon, data):
    assume(np.prod([len(posts) for posts in layout.posts.values()]) <= 1500)
    order = data.draw(st.permutations(layout.barriers))
    check_map(layout, order[: data.draw(st.integers(1, len(order)))], horizon)


def test_the_map_of_four_barriers_is_that_of_a_plain_search():
    text = "1: one\n2: two\nG: green\nT: gate\ndesirable: two\n\n1rR.B\nxxxY#\ngG#Tt\n..y.2\n"
    for committed in (["green"], ["red", "gate"], ["gate", "yellow", "red", "green"]):
        check_map(parse_layout(text, "four"), committed, None)


@pytest.mark.parametrize("committed", ["red", "yellow"])
@pytest.mark.parametrize("name", ["figure3", "contested", "open"])
def test_the_map_is_that_of_a_plain_search_on_shipped_boards(name, committed):
    check_map(load_layout(name), [committed], None)


def test_distances_in_the_maze_are_those_of_a_plain_search():
    layout = load_layout("maze")
    solved = solve(layout)
    rng = np.random.default_rng(0)
    for i, j in rng.integers(len(layout.posts["red"]), size=(500, 2)):
        red, yellow = layout.posts["red"][i], layout.posts["yellow"][j]
        if red != yellow:
            found = goal_distances(layout.rows, layout.start, {red, yellow})
            assert solved.distance[i, j] == min(found.values(), default=-1)


@pytest.mark.parametrize("committed", ["red", "yellow"])
@pytest.mark.parametrize("name", shipped_layouts())
def test_the_optimal_policy_attains_the_exact_value_everywhere(name, committed):
    problem = BarrierProblem(name, committed=committed, ties="optimistic")
    size = problem.pre_policies.size
    points = np.arange(size)[:: 1 if size <= 120 else size // 40]  # but for the greatest boards all
    answers = problem.evaluate(problem.solver.best_responses(), points)
    np.testing.assert_array_equal(answers.p, problem.solver.p(points))
    assert answers.regret_max.max() == 0
    assert answers.optimal_share.min() == 1
    assert np.nanmax(answers.excess_steps) == 0


def golden(name):
    """The numbers that the layout's own comments state."""
    text = resources.files("scg_envs.games.barrier").joinpath("layouts", f"{name}.txt").read_text()
    found = re.findall(r"^# (\w+) ties: before (\S+), best (\S+) at (.+), worst (\S+)$", text, re.M)
    assert len(found) == len(TIES)
    return {
        ties: (float(before), float(best), {tuple(map(int, at)) for at in _cells(posts)}, float(w))
        for ties, before, best, posts, w in found
    }


def _cells(text):
    return re.findall(r"\((\d+), (\d+)\)", text)


@pytest.mark.parametrize("name", shipped_layouts())
def test_each_layouts_numbers_are_those_in_its_file(name):
    layout = load_layout(name)
    solved = solve(layout)
    for ties, (before, best, posts, worst) in golden(name).items():
        p = solved.probability(layout.desirable, ties)
        assert solved.probability_before(layout.desirable, ties) == pytest.approx(before, abs=5e-7)
        assert p.max() == pytest.approx(best, abs=5e-7)
        assert p.min() == pytest.approx(worst, abs=5e-7)
        at_best = {solved.posts[i] for i in np.flatnonzero(p > p.max() - 1e-9)}
        assert posts <= at_best
        assert len(at_best) == len(posts) or len(at_best) > 6


@pytest.mark.parametrize("name", ["figure3", "contested", "maze"])
def test_goals_never_tie_where_their_distances_differ_in_parity(name):
    layout = load_layout(name)
    solved = solve(layout)
    assert solved.nearest.sum(axis=2).max() == 1
    parities = {sum(goal) % 2 for goal in layout.goals}
    assert len(parities) == len(layout.goals) == 2


def test_figure3_is_decided_by_reds_corridor_alone():
    layout = load_layout("figure3")
    p = solve(layout).probability("top_right", "uniform")
    for (_, y), chance in zip(layout.posts["red"], p, strict=True):
        assert chance == float(y > layout.start[1])  # red below: blue goes up, and the reverse
    before = solve(layout).probability_before("top_right", "uniform")
    assert before == pytest.approx(p.mean())
    assert 0.4 < before < 0.5
    yellow = solve(layout, "yellow")
    assert np.ptp(yellow.probability("top_right", "uniform")) == 0  # yellow's posts are harmless


def test_in_contested_yellow_can_spoil():
    layout = load_layout("contested")
    p, before = (
        solve(layout).probability("top_right", "uniform"),
        solve(layout).probability_before("top_right", "uniform"),
    )
    assert before + 0.3 < p.max() < 1


def test_in_open_a_commitment_hardly_matters_and_every_post_ties():
    solved = solve(load_layout("open"))
    for ties in TIES:
        effects = solved.probability("top_right", ties) - solved.probability_before(
            "top_right", ties
        )
        assert np.abs(effects).max() < 0.02
    assert (
        solved.probability("top_right", "pessimistic")
        < solved.probability("top_right", "optimistic")
    ).all()


def test_at_the_doors_each_barrier_that_commits_makes_the_others_worth_more():
    layout, best = load_layout("doors"), []
    for committed in (["red"], ["red", "green"], ["green", "yellow", "red"]):
        for ties in TIES:
            best.append(solve(layout, committed).probability("top_right", ties).max())
    assert best == pytest.approx([2 / 7] * 3 + [1 / 2] * 3 + [1] * 3)


def test_unknown_names_are_said():
    layout = load_layout("figure3")
    with pytest.raises(UnknownName, match="tie rule 'fair'"):
        solve(layout).probability("top_right", "fair")
    with pytest.raises(UnknownName, match="desirable outcome 'top_left'"):
        solve(layout).probability("top_left", "uniform")
    with pytest.raises(UnknownName, match="committed agent 'blue'"):
        solve(layout, "blue")
