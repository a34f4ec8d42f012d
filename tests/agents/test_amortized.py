"""Learned responders: that they learn, that seeds decide, that saving loses nothing."""

from pathlib import Path

import numpy as np
import pytest

from scg_envs.agents import make_responder
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.errors import MissingExtra, UnknownName
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.games.matrix.problem import MatrixProblem

LEARNED = ["ppo", "dqn"]
CORRIDORS = str(Path(__file__).parents[1] / "data" / "two_corridors.txt")


def train(responder, rounds):
    size = responder.problem.pre_policies.size
    for _ in range(rounds):
        responder.train(np.arange(size), 8_192)


def parameters(responder):
    return np.concatenate(
        [p.detach().numpy().ravel() for p in responder.models["blue"].policy.parameters()]
    )


def test_the_exact_responder_answers_the_exact_map():
    problem = BarrierProblem("contested")
    answer = make_responder("exact", problem).respond([0, 4, 4])
    np.testing.assert_array_equal(answer.p, problem.solver.p([0, 4, 4]))
    assert answer.regret["blue"].tolist() == [0, 0, 0]
    assert answer.env_steps == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_ppo_learns_the_best_response_to_every_post(seed):
    problem = BarrierProblem(CORRIDORS)
    responder = make_responder("ppo", problem, seed=seed, steps=100_000)
    points = np.arange(problem.pre_policies.size)
    assert problem.solver.p(points).tolist() == [0, 0, 1, 1]
    while responder.train_steps < responder.train_budget:
        train(responder, 1)
    answer = responder.respond(points)
    assert answer.regret["blue"].mean() <= 0.001
    assert answer.optimal_share.mean() >= 0.99
    np.testing.assert_allclose(answer.p, problem.solver.p(points), atol=0.01)


def test_dqn_learns_the_best_response_to_every_post():
    problem = BarrierProblem(CORRIDORS)
    responder = make_responder("dqn", problem, seed=0, steps=80_000)
    while responder.train_steps < responder.train_budget:
        train(responder, 1)
    answer = responder.respond(np.arange(problem.pre_policies.size))
    assert answer.regret["blue"].mean() <= 0.005


def test_an_untrained_responder_has_regret():
    problem = BarrierProblem("figure3")
    answer = make_responder("ppo", problem, seed=0).respond(np.arange(9))
    assert answer.regret["blue"].mean() > 0.3
    assert answer.regret_max.max() <= 1
    assert answer.env_steps > 0


@pytest.mark.parametrize("name", LEARNED)
def test_the_same_seed_learns_the_same(name):
    runs = []
    for seed in (3, 3, 4):
        responder = make_responder(name, BarrierProblem("figure3"), seed=seed, steps=16_384)
        train(responder, 2)
        runs.append(parameters(responder))
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


@pytest.mark.parametrize("name", LEARNED)
def test_saved_and_loaded_goes_on_as_if_nothing_had_happened(name, tmp_path):
    whole = make_responder(name, BarrierProblem("contested"), seed=1, steps=40_960)
    train(whole, 5)
    first = make_responder(name, BarrierProblem("contested"), seed=1, steps=40_960)
    train(first, 2)
    write_state(tmp_path / "kept.npz", first.state_dict())
    second = make_responder(name, BarrierProblem("contested"), seed=1, steps=40_960)
    second.load_state_dict(read_state(tmp_path / "kept.npz"))
    assert second.train_steps == first.train_steps
    train(second, 3)
    np.testing.assert_array_equal(parameters(whole), parameters(second))


def test_repeated_points_are_answered_alike():
    responder = make_responder("ppo", BarrierProblem("contested"), seed=0)
    one, many = responder.respond([2]), responder.respond([2, 0, 2])
    assert many.p[0] == many.p[2] == one.p[0]


def test_mistakes_are_said(monkeypatch):
    problem = BarrierProblem("figure3")
    with pytest.raises(UnknownName, match=r"responder 'pp0'.*Did you mean 'ppo'"):
        make_responder("pp0", problem)
    monkeypatch.setattr("scg_envs.core.extras.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"constraints.txt '\.\[train\]'"):
        make_responder("ppo", problem)


@pytest.mark.parametrize("name", LEARNED)
def test_what_is_said_of_training_grows_with_rollouts_and_not_with_episodes(name):
    problem = MatrixProblem("household")  # whose episodes are a step each
    responder = make_responder(name, problem, steps=20_000)
    heard = []
    responder.listen = lambda *scalar: heard.append(scalar)
    responder.train(np.arange(problem.pre_policies.size), 20_000)
    names = {scalar for scalar, _, _ in heard}
    assert {"rollout/ep_rew_mean", "train/loss"} <= names
    assert len(heard) < 20 * len(names)
