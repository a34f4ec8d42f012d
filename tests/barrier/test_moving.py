"""Searching for barriers that move: near ones, learned followers, and runs that go on."""

import json

import numpy as np
import pytest

from scg_envs import make_scenario
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.policy import Memoryless
from scg_envs.core.pre_policy import Finite
from scg_envs.games.barrier.moving import MovingProblem
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.search import search
from scg_envs.train.search.proposers import find_meta

KINDS = ("patrol:3", "patrol:12", "rule:columns", "rule:compass", "network:2")


@pytest.mark.parametrize("kind", KINDS)
def test_a_near_one_is_one_of_the_space_and_mostly_another(kind):
    space = MovingProblem("gates", pre_policy=kind).pre_policies
    rng = np.random.default_rng(0)
    point = space.sample(1, rng)[0]
    near = space.near(point, 40, rng)
    assert len(near) == 40
    assert all(space.space.contains(one) for one in near)
    labels = {json.dumps(space.label(one)) for one in near}
    assert len(labels - {json.dumps(space.label(point))}) >= 5


@pytest.mark.parametrize("kind", ["patrol:5", "patrol:8"])
def test_local_search_finds_a_patrol_that_beats_every_post(kind):
    problem = MovingProblem("gates", pre_policy=kind)
    found = []
    for seed in range(3):
        proposer = find_meta("local")(problem.pre_policies, seed=seed)
        rng = np.random.default_rng(seed)
        for _ in range(100):
            points = proposer.ask(20, (), rng)
            proposer.tell(points, problem.solver.p(points))
        found.append(problem.solver.p(np.array([proposer.found]))[0])
    assert max(found) == 1
    assert BarrierProblem("gates").solver.optimum().value == 0


def test_a_search_over_patrols_is_reported_with_its_exact_numbers():
    result = search("barrier", layout="gates", pre_policy="patrol:5", meta="enumeration")
    assert (result.p_before, result.p_after_exact, result.p_best_exact) == (0, 1, 1)
    assert result.causal_effect_exact == 1
    assert result.pre_policy_point[0] == result.pre_policy_point[-1]
    posts = search("barrier", layout="gates", meta="enumeration")
    assert (posts.p_after_exact, posts.causal_effect_exact) == (0, 0)


@pytest.mark.parametrize("kind", ["rule:columns", "network:2"])
def test_a_search_over_rules_and_networks_recommends_what_it_says(kind):
    result = search("barrier", layout="contested", pre_policy=kind, evaluations=64, batch=16)
    problem = make_scenario("barrier", layout="contested", pre_policy=kind).problem()
    point = problem.pre_policies.point(json.loads(json.dumps(result.pre_policy_point)))
    assert problem.solver.p([point])[0] == result.p_after_exact
    assert result.p_before == BarrierProblem("contested").solver.before().p


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_a_batch_goes_on_where_it_was(kind, mode, tmp_path):
    problem = MovingProblem("gates", pre_policy=kind, horizon=9)
    rng = np.random.default_rng(0)
    points = problem.pre_policies.sample(5, rng)
    actions = rng.integers(5, size=(40, 16))
    one, other = (problem.learner_env(16, training=True, autoreset_mode=mode) for _ in range(2))
    one.reset(seed=3)
    one.set_pre_policies(points)
    for k in range(20):
        one.step(actions[k])
    one.set_pre_policies(points[:2])  # games under way keep what they were begun with
    write_state(tmp_path / "state.npz", one.state_dict())
    other.reset(seed=8)
    other.load_state_dict(read_state(tmp_path / "state.npz"))
    for k in range(20, 40):
        for left, right in zip(one.step(actions[k]), other.step(actions[k]), strict=True):
            if isinstance(left, dict):
                assert left.keys() == right.keys()
                continue
            np.testing.assert_array_equal(left, right)


def test_a_follower_of_ones_own_is_measured_against_the_exact_answer():
    def up(seen):
        return np.full(len(seen), 4)

    result = search(
        "barrier", layout="gates", pre_policy="patrol:2", responder=up, evaluations=32, batch=16
    )
    assert result.p_after == 0  # it walks into the wall
    assert result.follower_regret["blue"] > 0.8
    problem = MovingProblem("gates", pre_policy="patrol:2")
    point = problem.pre_policies.point(result.pre_policy_point)
    assert result.p_after_exact == problem.solver.p([point])[0]


def test_what_is_shown_without_intervention_stands_on_a_post():
    for kind in KINDS:
        problem = MovingProblem("contested", pre_policy=kind)
        free = problem.free_play(np.random.default_rng(1))
        walker = problem.pre_policies.walker(free.point)
        blue = np.arange(49)
        assert {walker.makes_for(walker.start, int(b)) for b in blue} == {walker.start}
        if isinstance(problem.pre_policies, Finite):
            weights = problem.base_weights()
            assert weights.sum() == pytest.approx(1)
            assert weights @ problem.solver.p(np.arange(len(weights))) == pytest.approx(
                problem.solver.before().p
            )


def test_where_exact_answers_are_too_many_p_is_estimated_and_regret_unknown(monkeypatch):
    exact = MovingProblem("contested", pre_policy="patrol:2")
    monkeypatch.setattr("scg_envs.games.barrier.walk_solver._SOLVED", 100)
    problem = MovingProblem("contested", pre_policy="patrol:2")
    assert problem.solver.before().p == exact.solver.before().p
    with pytest.raises(InvalidArgument, match="P is estimated by playing"):
        problem.solver.p([0])
    points = exact.pre_policies.sample(6, np.random.default_rng(0))

    def down(seen):
        return np.where(seen[:, 1] < 6, 2, 1)

    blue = {"blue": Memoryless(down)}
    true = exact.evaluate(blue, points)
    for split, episodes in (("search", 64), ("report", 400)):
        found = problem.evaluate(blue, points, split=split)
        assert found.episodes == episodes
        assert np.isnan(found.regret_max).all()
        assert np.abs(found.p - true.p).max() < 4 * 0.5 / np.sqrt(episodes)

    result = search(
        "barrier",
        layout="contested",
        pre_policy="patrol:2",
        responder=down,
        evaluations=32,
        batch=16,
    )
    assert result.p_after_exact is None
    assert result.p_after_interval is not None
    assert result.trust == "unknown"
