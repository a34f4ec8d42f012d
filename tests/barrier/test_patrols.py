"""Patrols: how they are said, how they walk, and blue's shortest paths in space and time."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs import barrier_v0, make_scenario
from scg_envs.core.errors import InvalidArgument, InvalidCommitment, ScgError
from scg_envs.core.ties import TIES
from scg_envs.games.barrier.families import ManyWalks
from scg_envs.games.barrier.game import BarrierGame
from scg_envs.games.barrier.layouts import load_layout, parse_layout
from scg_envs.games.barrier.moving import MovingProblem
from scg_envs.games.barrier.patrols import patrols
from scg_envs.games.barrier.shortest_paths import solve

from . import reference
from .strategies import layouts

STEPS = {move: action for action, move in reference.MOVES.items()}


def towards(one, other):
    return STEPS[other[0] - one[0], other[1] - one[1]]


def nearest_goals(layout, committed, route, post, horizon):
    """The digits of the goals that blue can reach first, and when: every joint play tried out.

    The patrol is at a cell of its route and steps to the next one; where that is taken it is still
    at the same one, and tries again.
    """
    other = layout.other_barrier(committed)
    frontier = {(layout.start, 0)}
    for t in range(1, horizon + 1):
        reached, following = set(), set()
        for blue, phase in frontier:
            after = (phase + 1) % len(route)
            for action in reference.MOVES:
                positions = {"blue": blue, committed: route[phase], other: post}
                actions = {
                    "blue": action,
                    committed: towards(route[phase], route[after]),
                    other: 0,
                }
                moved = reference.joint_step(layout.rows, positions, actions)
                drawn = reference.at(layout.rows, moved["blue"])
                if drawn.isdigit():
                    reached.add(drawn)
                now = after if moved[committed] == route[after] else phase
                following.add((moved["blue"], now))
        if reached:
            return reached, t
        frontier = following
    return set(), -1


def chance(layout, reached, ties):
    """Of the desirable goal among those that are reached first."""
    wanted = next(d for d, name in layout.goal_names.items() if name == layout.desirable)
    if wanted not in reached:
        return 0.0
    if ties == "uniform":
        return 1 / len(reached)
    return float(ties == "optimistic" or len(reached) == 1)


@st.composite
def routes(draw):
    """A small layout, a barrier, and one of its routes of up to 6 steps."""
    layout, committed = draw(layouts(max_side=4)), draw(st.sampled_from(["red", "yellow"]))
    space = patrols(BarrierGame(layout), committed, draw(st.integers(1, 6)))
    cube = st.lists(st.floats(0, 1), min_size=7, max_size=7)
    return layout, committed, space.family.at(np.array(draw(cube)))


@settings(max_examples=60)
@given(case=routes(), horizon=st.integers(1, 14))
def test_answers_to_patrols_are_those_of_every_joint_play(case, horizon):
    layout, committed, route = case
    problem = MovingProblem(
        layout, pre_policy=f"patrol:{len(route)}", committed=committed, horizon=horizon
    )
    point = problem.pre_policies.point(problem.pre_policies.family.label(route))
    solved = problem.solver.arrivals([point])
    answers = {ties: [] for ties in TIES}
    for k, post in enumerate(layout.posts[layout.other_barrier(committed)]):
        if post == route[0]:
            assert not solved.possible[0, k]
            continue
        reached, t = nearest_goals(layout, committed, route, post, horizon)
        assert solved.distance[0, k] == t
        for ties, found in answers.items():
            found.append(chance(layout, reached, ties))
    for ties, found in answers.items():
        p = solved.probability(layout.desirable, ties)
        assert p[0] == pytest.approx(np.mean(found), abs=1e-12)


@settings(max_examples=8)
@given(
    layout=layouts(max_side=5),
    committed=st.sampled_from(["red", "yellow"]),
    ties=st.sampled_from(TIES),
)
def test_a_post_is_a_patrol_of_no_steps(layout, committed, ties):
    problem = MovingProblem(layout, pre_policy="patrol:1", committed=committed, ties=ties)
    posts = [problem.pre_policies.standing(post) for post in layout.posts[committed]]
    solved = solve(layout, committed)
    np.testing.assert_allclose(
        problem.solver.p(posts), solved.probability(layout.desirable, ties), atol=1e-12
    )
    assert problem.solver.before().p == pytest.approx(
        solved.probability_before(layout.desirable, ties)
    )
    assert problem.base_weights() == pytest.approx(solved.base_weights)


@settings(max_examples=12)
@given(case=routes(), ties=st.sampled_from(["optimistic", "pessimistic"]))
def test_the_best_response_attains_the_exact_answer(case, ties):
    layout, committed, route = case
    problem = MovingProblem(
        layout, pre_policy=f"patrol:{len(route)}", committed=committed, ties=ties
    )
    points = np.array([problem.pre_policies.point(problem.pre_policies.family.label(route))])
    answers = problem.evaluate(problem.solver.best_responses(), points)
    np.testing.assert_array_equal(answers.p, problem.solver.p(points))
    assert answers.regret_max.max() == 0


@settings(max_examples=15)
@given(case=routes(), seed=st.integers(0, 2**31 - 1))
def test_the_game_walks_as_its_batched_view_and_as_the_plain_rules_do(case, seed):
    layout, committed, route = case
    kind, other = f"patrol:{len(route) + 2}", layout.other_barrier(committed)
    env = barrier_v0.parallel_env(
        layout, committed={"commitments": [{"agent": committed, "space": kind}]}, horizon=30
    )
    point = env.pre_policies.point(env.pre_policies.family.label(route))
    post = next(post for post in layout.posts[other] if post != route[0])
    problem = MovingProblem(layout, pre_policy=kind, committed=committed, horizon=30)
    batch = problem.learner_env(1)
    label = env.pre_policies.label(point)
    seen, _ = batch.reset(seed=seed, options={"pre_policy": label, "posts": {other: post}})
    env.reset(seed=seed, options={"posts": {other: post}})
    observations, *_ = env.step({committed: point, "blue": 0, other: 0})
    positions, phase = {"blue": layout.start, committed: route[0], other: post}, 0
    rng = np.random.default_rng(seed)
    while env.agents:
        own = observations["blue"]
        flat = [*own["observation"], *own["commitment"], own["phase"]]
        assert seen[0].tolist() == flat
        assert own["observation"].tolist() == reference.vector(positions)
        shown = own["commitment"].reshape(-1, 2).tolist()
        rest = [list(cell) for cell in route[phase:] + route[:phase]]
        assert shown[: len(route)] == rest
        assert all(cell == [layout.width, layout.height] for cell in shown[len(route) :])
        action, after = int(rng.integers(5)), (phase + 1) % len(route)
        moves = {"blue": action, committed: towards(route[phase], route[after]), other: 0}
        positions = reference.joint_step(layout.rows, positions, moves)
        phase = after if positions[committed] == route[after] else phase
        seen, rewards, terminated, truncated, _ = batch.step(np.array([action]))
        observations, paid, ended, cut, _ = env.step({"blue": action, committed: point, other: 0})
        assert (rewards[0], terminated[0], truncated[0]) == (
            paid["blue"],
            ended["blue"],
            cut["blue"],
        )


def closed_ways(layout, agent, longest):
    """Every closed way of a barrier as text would have it, by trying all sequences of moves."""
    found = set()
    for post in layout.posts[agent]:
        ways = [(post,)]
        for _ in range(longest):
            further = []
            for way in ways:
                for dx, dy in reference.MOVES.values():
                    cell = (way[-1][0] + dx, way[-1][1] + dy)
                    drawn = reference.at(layout.rows, cell)
                    if drawn != "#" and not drawn.isdigit():
                        further.append((*way, cell))
            ways = further
            found |= {way[:-1] for way in ways if way[0] == way[-1]}
    return {
        way
        for way in found
        if not any(way == way[:n] * (len(way) // n) for n in range(1, len(way)))
    }


@settings(max_examples=25)
@given(layout=layouts(max_side=4), committed=st.sampled_from(["red", "yellow"]))
def test_a_finite_space_has_every_closed_route_once(layout, committed):
    space = patrols(BarrierGame(layout), committed, 4)
    assert len(set(space.members)) == len(space.members)
    assert set(space.members) == closed_ways(layout, committed, 4)
    for point in range(space.size):
        label = space.label(point)
        said = " ".join(f"({x},{y})" for x, y in label)
        assert space.point(label) == space.parse(said) == point


def test_many_patrols_are_a_continuum_that_reaches_every_route_and_comes_back(monkeypatch):
    monkeypatch.setattr("scg_envs.games.barrier.families.MOST", 0)
    space = patrols(BarrierGame("contested"), "red", 5)
    assert isinstance(space, ManyWalks)
    rng = np.random.default_rng(0)
    drawn = space.sample(1500, rng)
    members = [space.member(point) for point in drawn]
    assert set(members) >= closed_ways(load_layout("contested"), "red", 2)
    for point in drawn[:200]:
        assert space.space.contains(point)
        np.testing.assert_array_equal(space.point(space.label(point)), point)
        np.testing.assert_array_equal(space.normal(point), point)
    # Among routes of as many steps all are as likely: those of two steps, which are no posts.
    pairs = [member for member in members if len(member) == 2]
    counts = np.array([pairs.count(one) for one in set(pairs)])
    assert counts.std() < 4 * np.sqrt(counts.mean())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(0,6) (0,5) (0,4) (0,5) (0,6)", "cannot be posted at (0, 6)"),
        ("(6,3) (6,2) (6,3)", "goes from (6,3) to (6,2), which is a wall"),
        ("(6,0) (7,0) (6,0)", "goes from (6,0) to (7,0), which is a goal"),
        ("(6,0) (6,-1) (6,0)", "goes to (6,-1), which is not on the board"),
        ("(1,0) (3,0) (1,0)", "goes from (1,0) to (3,0), which are not next to each other"),
        ("(1,0) (2,0)", "begins at (1,0) and ends at (2,0)"),
        ("(1,0) (2,0) (3,0) (4,0) (3,0) (2,0) (1,0)", "take the pre-policies 'patrol:6'"),
        ("left and right", "expected cells (column,row) next to each other"),
        ("", "expected cells"),
    ],
)
def test_a_patrol_that_cannot_be_is_refused_in_one_line(text, words):
    space = patrols(BarrierGame("contested"), "red", 4)
    with pytest.raises(InvalidCommitment, match=re.escape(words)) as refused:
        space.parse(text)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"pre_policy": "patrol:0"}, "expected a whole number from 1 to 64"),
        ({"pre_policy": "patrol:many"}, "expected a whole number after the colon"),
        ({"pre_policy": "patrols"}, "Did you mean 'patrol'"),
        ({"pre_policy": "patrol", "credibility": 0.5}, "expected credibility 1"),
        ({"pre_policy": "patrol", "observability": 0.5}, "expected 1"),
        ({"pre_policy": "patrol", "observation": "view"}, "observation is 'view'"),
        ({"pre_policy": "patrol", "committed": "red,yellow"}, "each holds a post"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, words):
    with pytest.raises(ScgError, match=re.escape(words)):
        make_scenario("barrier", layout="contested", **settings).problem()


def test_a_commitment_that_may_not_bind_is_refused_in_the_game_too():
    scheme = {"commitments": [{"agent": "red", "space": "patrol", "credibility": 0.5}]}
    with pytest.raises(InvalidArgument, match="expected credibility 1"):
        barrier_v0.parallel_env("contested", committed=scheme)


def test_a_route_walked_twice_is_the_route():
    space = patrols(BarrierGame("contested"), "red", 6)
    once = space.parse("(1,0) (2,0) (1,0)")
    assert space.parse("(1,0) (2,0) (1,0) (2,0) (1,0)") == once
    assert space.parse("(1,0) (1,0)") == space.parse("(1,0)")
    assert space.describe(once) == "walks (1,0) (2,0) (1,0) again and again"


def test_blue_and_a_patrol_that_meet_head_on_wait_for_each_other():
    layout = parse_layout("1: one\ndesirable: one\n\nB...R1\n#Y####\n", "lane")
    problem = MovingProblem(layout, pre_policy="patrol:8")
    point = problem.pre_policies.parse("(4,0) (3,0) (2,0) (1,0) (2,0) (3,0) (4,0)")
    # Nobody passes red in the lane: blue never arrives.
    assert problem.solver.p([point])[0] == 0


def test_in_gates_a_patrol_attains_what_no_post_does():
    """Every joint play tried out: each post of red, and one patrol; under every tie rule."""
    layout = load_layout("gates")
    patrol = ((2, 4), (2, 4), (2, 3), (2, 3), (2, 4))
    for ties in TIES:
        p = {}
        for route in [*((post,) for post in layout.posts["red"]), patrol]:
            answers = [
                chance(layout, nearest_goals(layout, "red", route, post, 30)[0], ties)
                for post in layout.posts["yellow"]
            ]
            p[route] = np.mean(answers)
        assert p.pop(patrol) == 1
        assert max(p.values()) == 0
        problem = MovingProblem("gates", pre_policy="patrol:5", ties=ties)
        assert problem.solver.p([problem.pre_policies.point([*patrol, patrol[0]])])[0] == 1
        assert problem.solver.optimum().value == 1
        assert MovingProblem("gates", pre_policy="patrol:1", ties=ties).solver.optimum().value == 0
