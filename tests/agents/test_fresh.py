"""A new model for each pre-policy, and several learners at once."""

from dataclasses import replace

import numpy as np
import pytest

from scg_envs.agents import make_responder
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.policy import first_actions
from scg_envs.core.scenario import make_scenario
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.cli import main
from scg_envs.train.play.invite import invite
from scg_envs.train.report import rebuild
from scg_envs.train.search import search
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.findings import ask
from scg_envs.train.search.make_result import make_result

from ..extended import extended_package, run

FRESH_DQN = """
summary: a new DQN model for each pre-policy
fresh: true
like: dqn
defaults:
  learning_starts: 256
games:
  matrix: {steps: 768}
"""
TRAINS_DQN = """
from stable_baselines3 import DQN
from scg_envs.agents import make_judge, make_responder
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search import search

problem = MatrixProblem("stag_hunt")
responder = make_responder("fresh-dqn", problem)
judge = make_judge("fresh-dqn", problem)
for one in (responder, judge):
    answer = one.respond([0, 1, 1])
    (zero, other) = (one._model(point).models["two"] for point in (0, 1))
    assert type(zero) is type(other) is DQN and zero is not other
    assert zero.num_timesteps == other.num_timesteps == 768, zero.num_timesteps
    assert zero._n_updates > 0 and zero.learning_starts == 256
found = search("stag_hunt", responder="fresh-dqn", pre_policy="mixed", evaluations=2, batch=2)
print(found.responder)
"""


@pytest.mark.parametrize("seed", range(3))
def test_a_fresh_model_answers_its_pre_policy(seed):
    problem = MatrixProblem("household")
    responder = make_responder("fresh-ppo", problem, seed=seed, steps=24_576)
    answer = responder.respond([1, 0, 1])
    assert answer.p.tolist() == [1, 0, 1]
    assert answer.worst_regret.max() == 0
    assert responder.train_steps >= 2 * 24_576  # one model for each different pre-policy
    again = responder.train_steps
    responder.respond([0])
    assert responder.train_steps == again


def test_a_fresh_model_walks_to_the_goal():
    problem = BarrierProblem("figure3")
    responder = make_responder("fresh-ppo", problem, seed=0, steps=120_000)
    answer = responder.respond([8])
    assert answer.p[0] == problem.solver.p([8])[0]
    assert answer.regret["blue"][0] <= 0.01


def test_saved_fresh_models_are_not_trained_again(tmp_path):
    problem = MatrixProblem("stag_hunt", pre_policy="mixed")
    points = np.array([[0.9, 0.1], [0.2, 0.8]])
    first = make_responder("fresh-ppo", problem, seed=0, steps=8_192)
    answer = first.respond(points)
    write_state(tmp_path / "kept.npz", first.state_dict())
    second = make_responder("fresh-ppo", problem, seed=0, steps=8_192)
    state = read_state(tmp_path / "kept.npz")
    for _ in range(2):  # a state that was loaded is as it was
        second.load_state_dict(state)
    assert second.train_steps == first.train_steps
    np.testing.assert_array_equal(second.respond(points).p, answer.p)
    assert second.train_steps == first.train_steps
    env = problem.learner_env(4, learner="two")
    for point in points:
        env.set_pre_policies(point[None])
        seen, _ = env.reset(seed=0)
        policies = [responder.policies(point)["two"] for responder in (first, second)]
        one, other = (first_actions(policy, seen, 4).tolist() for policy in policies)
        assert one == other


def test_a_page_says_what_is_trained_anew(tmp_path):
    """Whatever is fresh is found by being there, and is what its page is like."""
    site = extended_package(tmp_path, {"agents/responders/defaults/fresh-dqn.yml": FRESH_DQN})
    done = run(site, "-c", TRAINS_DQN)
    assert (done.returncode, done.stdout) == (0, "fresh-dqn\n"), done.stderr


def test_what_trains_for_the_report_needs_no_open_log(tmp_path):
    """Over a continuum what was found, theta's mode, need not have been asked about."""
    settings = {"pre_policy": "mixed", "evaluations": 2, "batch": 2, "steps": 512}
    found = search("stag_hunt", responder="fresh-ppo", out=tmp_path / "run", **settings)
    assert found.evaluations == 2
    assert found.p_after_search is not None


def test_models_train_for_nothing_but_what_was_asked_about(tmp_path, capsys):
    out, rollout = tmp_path / "run", 8192
    few = {"meta": "random", "evaluations": 3, "batch": 3, "steps": rollout}
    found = search("barrier", layout="figure3", responder="fresh-ppo", out=out, **few)
    asked = read_state(out / "findings.npz")["asked"]
    assert 1 <= len(asked) <= 3 < BarrierProblem("figure3").pre_policies.size
    # Theirs, and as much again for those that judge finalists, played out a few times.
    assert found.env_steps <= 2 * len(asked) * rollout + 10_000
    assert set(found.baselines) == {"no_intervention"}  # others would train more
    assert [one.name for one in (out / "models").iterdir() if one.is_dir()] == ["0"]
    pictures = {one.name: one.read_bytes() for one in out.glob("*.png")}
    films = {one.name: one.read_bytes() for one in out.glob("*.gif")}
    assert pictures
    assert films
    assert rebuild(out) == found
    (other, *_) = {*range(9)} - {*asked.tolist()}
    label = ",".join(map(str, BarrierProblem("figure3").pre_policies.label(other)))
    capsys.readouterr()
    words = ["video", "barrier", "--run", str(out), "--out", str(tmp_path / "films.gif")]
    assert main([*words, "--pre-policy", label]) != 0  # and trains none
    assert "keeps the model of what it recommends alone" in capsys.readouterr().err
    assert main([*words, "--episodes", "1"]) == 0
    for name, content in (pictures | films).items():
        assert (out / name).read_bytes() == content, name


def test_no_model_is_trained_to_see_whether_theta_has_settled_on_others():
    few = {"evaluations": 4, "batch": 2, "steps": 128}  # of which all reach nothing
    going = Search(SearchConfig.of("barrier", layout="maze", responder="fresh-ppo", **few))
    going.run()
    assert {*map(int, going.responder.state_dict()["points"])} == {*going.sampled}
    found = ask(going)[0]
    assert found.p_meta is None  # of what nobody was asked about
    assert found.p_meta_exact == pytest.approx(found.history[-1]["p_meta_exact"])


def test_a_run_with_a_model_each_plays_for_what_it_recommends_alone(tmp_path):
    """Whoever may commit to anything needs one model for all."""
    few = {"meta": "random", "evaluations": 2, "batch": 2, "steps": 128}
    search("barrier", responder="fresh-ppo", out=tmp_path, **few)
    with pytest.raises(InvalidArgument, match="a model for each pre-policy"):
        invite(make_scenario("barrier"), seat="red", against=str(tmp_path))


def test_an_effect_is_claimed_against_what_no_ties_decide():
    """Of followers who were not asked about all that chance may show, nobody knows P before."""
    few = {"meta": "random", "evaluations": 2, "batch": 2, "steps": 100_000}
    made = Search(SearchConfig.of("barrier", responder="fresh-ppo", seed=0, **few))
    made.run()
    asked, _ = ask(made)
    assert asked.weights is None
    result = make_result(made.config, made.problem, asked)
    assert (result.trust, result.p_after) == ("learned", 1)
    assert result.causal_effect == pytest.approx(1 - result.p_before)
    unsure = replace(asked, before=replace(asked.before, low=0.1))
    assert make_result(made.config, made.problem, unsure).causal_effect is None


def test_where_every_pre_policy_was_asked_about_enumeration_is_told(tmp_path):
    few = {"meta": "enumeration", "evaluations": 2, "batch": 2, "steps": 24_576}
    found = search("household", responder="fresh-ppo", **few)
    assert set(found.baselines) == {"no_intervention", "random_search", "enumeration"}
    assert found.baselines["enumeration"]["evaluations_to_best"] == found.evaluations_to_best


@pytest.mark.parametrize("seed", range(2))
def test_several_learners_settle_in_an_equilibrium(seed):
    problem = MatrixProblem("volunteers_dilemma")
    responder = make_responder("ppo", problem, seed=seed, steps=160_000)
    assert set(responder.models) == {"two", "three"}
    while responder.train_steps < responder.train_budget:
        responder.train(np.arange(2), 16_384)
    answer = responder.respond([0, 1])
    assert answer.worst_regret.max() == 0
    assert answer.nash_conv.max() == 0
    np.testing.assert_array_equal(answer.p, problem.solver.p([0, 1]))


def test_a_learner_answers_mixtures():
    problem = MatrixProblem("household", pre_policy="mixed")
    responder = make_responder("ppo", problem, seed=0, steps=60_000)
    while responder.train_steps < responder.train_budget:
        responder.train(problem.pre_policies.sample(256, np.random.default_rng(0)), 16_384)
    helps = np.linspace(0, 1, 20)
    answer = responder.respond(np.stack([1 - helps, helps], axis=1))
    np.testing.assert_allclose(answer.p, np.where(helps > 0.5, helps, 0), atol=0.06)
    assert answer.worst_regret.max() < 0.12


@pytest.mark.parametrize("responder", ["ppo", "dqn"])
def test_a_learner_answers_rules_of_the_past(responder):
    problem = MatrixProblem("prisoners_dilemma", rounds=20, pre_policy="finite-state")
    space = problem.pre_policies
    rules = [space.point(name) for name in ("tit_for_tat", "always_first", "always_second")]
    learner = make_responder(responder, problem, seed=0, steps=60_000)
    while learner.train_steps < learner.train_budget:
        learner.learn(np.array(rules), 16_384)
    answer = learner.respond(rules)
    np.testing.assert_allclose(answer.p, [1, 0, 0], atol=0.01)
    assert answer.worst_regret.max() < 0.05
