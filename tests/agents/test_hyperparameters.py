"""Learners by name or of one's own, and their hyper-parameters: given, refused, kept, handed on."""

import json
import sys

import numpy as np
import pytest
import yaml
from stable_baselines3 import A2C

from scg_envs.agents import make_judge, make_responder
from scg_envs.agents.responders.hyperparameters import RANGES, check_hyperparameters, known
from scg_envs.agents.responders.names import (
    LEARNED,
    RESPONDERS,
    ResponderInfo,
    answering,
    responders_of,
)
from scg_envs.agents.responders.settings import algorithms, is_fresh, merged, settings_of
from scg_envs.core.errors import InvalidArgument, ScgError, UnknownName
from scg_envs.core.registry import find_game
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.cli import main
from scg_envs.train.cli.hyperparameters import read_hyperparameters
from scg_envs.train.search import search
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.sweep.plan import sweep_of

SHARED = [name for name in LEARNED if settings_of(name).algorithm and not settings_of(name).fresh]
FEW = {"evaluations": 4, "batch": 4, "steps": 300}
OWN_MODEL = """
from stable_baselines3 import PPO

def make_model(env, *, seed, learning_rate, width=8):
    return PPO(
        "MlpPolicy", env, seed=seed, learning_rate=learning_rate, n_steps=8, batch_size=64,
        device="cpu", policy_kwargs={"net_arch": [width]},
    )

def make_nothing(env, *, seed, learning_rate):
    return 3
"""


@pytest.fixture
def own_module(tmp_path, monkeypatch):
    (tmp_path / "my_models.py").write_text(OWN_MODEL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield "my_models"
    sys.modules.pop("my_models", None)


def test_every_algorithm_for_such_actions_has_a_page():
    assert set(SHARED) == {
        "a2c", "dqn", "maskable-ppo", "ppo", "qrdqn", "recurrent-ppo", "trpo",
    }  # fmt: skip
    assert {f"fresh-{name}" for name in SHARED} <= set(algorithms())


@pytest.mark.parametrize("name", SHARED)
def test_every_algorithm_answers_a_search(name):
    result = search("stag_hunt", responder=name, hyperparameters={"num_envs": 8}, **FEW)
    assert result.responder == name
    assert result.env_steps >= 300
    assert 0 <= result.p_after <= 1


@pytest.mark.parametrize("name", SHARED)
def test_a_model_anew_has_a_share_of_the_steps(name):
    problem = find_game("household").make_problem()
    shared, anew = settings_of(name, problem), settings_of(f"fresh-{name}", problem)
    assert is_fresh(f"fresh-{name}")
    assert ResponderInfo.of(f"fresh-{name}").per_point
    assert 0 < anew.steps < shared.steps
    assert anew.model == shared.model


@pytest.mark.parametrize("name", ["sac", "td3", "ddpg", "tqc", "crossq", "fresh-sac"])
def test_what_cannot_take_the_actions_names_those_that_can(name):
    with pytest.raises(InvalidArgument, match=r"cannot choose one of finitely many.*a2c, dqn"):
        SearchConfig.of("household", responder=name)
    with pytest.raises(InvalidArgument, match=r"those that can: .*ppo.*trpo"):
        make_responder(name, find_game("household").make_problem())


def test_a_class_that_cannot_take_the_actions_is_refused_alike():
    with pytest.raises(InvalidArgument, match=r"stable_baselines3:SAC.*those that can: a2c"):
        search("household", responder="stable_baselines3:SAC", **FEW)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"gama": 0.9}, r"unknown hyper-parameter of ppo 'gama'.*Did you mean 'gamma'"),
        ({"n_steps": 8}, r"ppo has no n_steps here; give rollout, the environment steps"),
        ({"gamma": 3}, r"gamma is 3; expected a number above 0 and at most 1"),
        ({"gae_lambda": 2}, r"gae_lambda is 2; expected a number from 0 to 1"),
        ({"n_epochs": 0}, r"n_epochs is 0; expected a whole number from 1 on"),
        ({"n_epochs": 1.5}, r"n_epochs is 1.5; expected a whole number from 1 on"),
        ({"ent_coef": float("nan")}, r"ent_coef is nan; expected a number from 0 on"),
        ({"target_kl": -1}, r"target_kl is -1; expected a number above 0"),
        ({"batch_size": 1000}, r"batch_size is 1000; expected a divisor of the 8192"),
        ({"rollout": 96, "num_envs": 8, "batch_size": 64}, r"divisor of the 96 environment steps"),
        ({"policy_kwargs": {"net_arch": [64, 0]}}, r"net_arch is \[64, 0\]; expected the number"),
        ({"policy_kwargs": 3}, r"policy_kwargs is 3; expected arguments of the policy by name"),
        ({"steps": 8}, r"unknown hyper-parameter of ppo 'steps'"),
        ({"learning_rate": 0}, r"learning_rate is 0; expected a number above 0"),
        ({"num_envs": 0}, r"num_envs is 0"),
        ({"policy_kwargs": {"nett": 3}}, r"does not take its hyper-parameters.*nett"),
        ({"activation": "Relu"}, r"unknown activation 'Relu'.*Did you mean 'ReLU'"),
        ({"gamma": "much"}, r"gamma is 'much'; expected a number"),
        ({"normalize_advantage": 1}, r"normalize_advantage is 1; expected true or false"),
        ({"board": {"dimm": 3}}, r"dimm"),
    ],
)
def test_mistakes_are_one_line(given, message):
    problem = BarrierProblem("maze" if "board" in given else "figure3")
    with pytest.raises(ScgError, match=message) as raised:
        make_responder("ppo", problem, hyperparameters=given)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["exact", "tabular"])
def test_who_trains_no_model_takes_none(name):
    with pytest.raises(InvalidArgument, match=r"gamma.*train no model"):
        make_responder(name, BarrierProblem("figure3"), hyperparameters={"gamma": 0.9})


def test_hyperparameters_reach_the_model_and_its_judge():
    problem = find_game("household").make_problem()
    given = {"gamma": 0.5, "num_envs": 4, "rollout": 32, "policy_kwargs": {"net_arch": [5]}}
    (follower,) = problem.learners
    shared = make_responder("ppo", problem, steps=100, hyperparameters=given)
    judge = make_judge("ppo", problem, steps=100, hyperparameters=given)
    judge.respond([0])
    for responder in (shared, judge._model(0)):
        model = responder.models[follower]
        assert (model.gamma, model.n_envs, model.n_steps) == (0.5, 4, 8)
        assert model.policy.net_arch == [5]


def test_a_model_of_ones_own_learns_and_is_judged(own_module):
    name = f"{own_module}:make_model"
    result = search("household", responder=name, hyperparameters={"width": 4}, **FEW)
    assert result.responder == name
    judge = make_judge(name, find_game("household").make_problem(), steps=100)
    assert judge.respond([0]).p.shape == (1,)
    with pytest.raises(UnknownName, match=r"'widht'.*Did you mean 'width'"):
        search("household", responder=name, hyperparameters={"widht": 4}, **FEW)
    with pytest.raises(InvalidArgument, match=r"made 3; expected a model"):
        search("household", responder=f"{own_module}:make_nothing", **FEW)
    with pytest.raises(InvalidArgument, match="there is no module nobody"):
        search("household", responder="nobody:make_model", **FEW)


def test_a_class_by_its_module_is_a_model():
    problem = find_game("household").make_problem()
    responder = make_responder(
        "stable_baselines3:A2C", problem, steps=100, hyperparameters={"n_steps": 3}
    )
    (model,) = responder.models.values()
    assert isinstance(model, A2C)
    assert model.n_steps == 3


def test_files_and_single_ones_are_read(tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text("gamma: 0.9\npolicy_kwargs: {net_arch: [8], ortho_init: false}\n")
    single = ["learning_rate=1e-3", "policy_kwargs.net_arch=[4, 4]", "board=null"]
    assert read_hyperparameters(file, single) == {
        "gamma": 0.9,
        "learning_rate": 0.001,
        "policy_kwargs": {"net_arch": [4, 4], "ortho_init": False},
        "board": None,
    }
    assert read_hyperparameters(None, []) == {}
    for text in ("gamma", "=3", "gamma=", "a..b=3", "gamma=[3"):
        with pytest.raises(InvalidArgument, match="a hyper-parameter is"):
            read_hyperparameters(None, [text])
    for content in ("- 1\n", "3: 4\n", "a: [\n"):
        file.write_text(content)
        with pytest.raises(InvalidArgument, match="holds no hyper-parameters"):
            read_hyperparameters(file, [])
    with pytest.raises(InvalidArgument, match="there is no file"):
        read_hyperparameters(tmp_path / "none.yml", [])


def test_the_command_keeps_them_in_its_settings(tmp_path, capsys):
    file = tmp_path / "mine.yml"
    file.write_text("gamma: 0.9\n")
    line = ["search", "household", "--responder", "ppo", "--steps", "600", "--evaluations", "8"]
    line += ["--batch", "8", "--hyperparameters", str(file), "--set", "num_envs=8", "--json"]
    assert main([*line, "--set", "rollout=64", "--out", str(tmp_path / "run")]) == 0
    first = json.loads(capsys.readouterr().out)
    kept = yaml.safe_load((tmp_path / "run" / "config.yaml").read_text())
    assert kept["hyperparameters"] == {"gamma": 0.9, "num_envs": 8, "rollout": 64}
    again = ["search", "--config", str(tmp_path / "run" / "config.yaml"), "--json"]
    assert main(again) == 0
    second = json.loads(capsys.readouterr().out)
    assert {**first, "wall_seconds": 0} == {**second, "wall_seconds": 0}


def test_settings_are_merged_at_every_depth():
    rng = np.random.default_rng(0)
    below = {"a": int(rng.integers(9)), "b": {"c": 1, "d": {"e": 2}}}
    assert merged(below, {"b": {"d": {"f": 3}}}) == {**below, "b": {"c": 1, "d": {"e": 2, "f": 3}}}
    assert merged(below, {"b": None})["b"] is None


@pytest.mark.parametrize("name", SHARED)
def test_every_number_that_an_algorithm_takes_has_a_range(name):
    """Its page's own numbers lie within; one far below does not."""
    for game in ("barrier", "household"):
        page = settings_of(name, find_game(game).make_problem())
        own = dict(page.model) | {"num_envs": page.num_envs, "learning_rate": page.learning_rate}
        check_hyperparameters(name, {k: v for k, v in own.items() if k != "batch_size"})
    for parameter, default in known(name).items():
        if isinstance(default, int | float) and not isinstance(default, bool):
            assert parameter in RANGES
            with pytest.raises(InvalidArgument, match=rf"{parameter} is -1e\+300; expected"):
                check_hyperparameters(name, {parameter: -1e300})


def test_a_sweep_takes_whom_a_search_takes():
    responders = ["stable_baselines3:A2C", {"responder": "ppo", "hyperparameters": {"gamma": 2}}]
    sweep = sweep_of({"scenarios": ["household"], "responders": responders[:1], "seeds": 1})
    assert sweep.runs[0].config.responder == responders[0]
    with pytest.raises(InvalidArgument, match="gamma is 2; expected"):
        sweep_of({"scenarios": ["household"], "responders": responders, "seeds": 1})
    with pytest.raises(InvalidArgument, match="there is no module nobody"):
        sweep_of({"scenarios": ["household"], "responders": ["nobody:Class"], "seeds": 1})


@pytest.mark.parametrize("game", ["barrier", "household"])
def test_help_lists_who_answers_in_the_game(game, capsys):
    with pytest.raises(SystemExit):
        main(["search", game, "--help"])
    shown = "".join(capsys.readouterr().out.split())  # lines break at hyphens, too
    problem = find_game(game).make_problem()
    for name in responders_of(problem):
        assert f"{name}:{RESPONDERS[name]}".replace(" ", "") in shown
    others = [name for name in RESPONDERS if name not in answering(problem)]
    assert others
    assert not [name for name in others if f";{name}:" in shown]
