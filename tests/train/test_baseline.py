"""Independent learners without intervention, and what a search says of them."""

import json

import numpy as np
import pytest
from stable_baselines3 import PPO

from scg_envs.core.files import read_sealed_json
from scg_envs.core.registry import find_game
from scg_envs.core.scenario import make_scenario
from scg_envs.train.baseline import train_baseline
from scg_envs.train.baseline.ippo import IndependentPPO
from scg_envs.train.cli import main

SEEDS, STEPS = 2, 8192
EQUILIBRIA = {  # payoffs, in the order of the agents
    "stag_hunt": {(4, 4), (2, 2)},
    "household": {(2, 2), (1, 1)},
}


def scg_to(capsys, *words):
    try:
        code = main([str(word) for word in words])
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def scg(capsys):
    return lambda *words: scg_to(capsys, *words)


@pytest.fixture(scope="module", params=EQUILIBRIA)
def trained(request, tmp_path_factory):
    """The game, its folder, and what was written there."""
    game, out = request.param, tmp_path_factory.mktemp("baselines") / request.param
    words = ["train-baseline", game, "--seeds", SEEDS, "--steps", STEPS, "--out", out]
    assert main([*map(str, words), "--algorithm", "ippo"]) == 0
    return game, out, json.loads((out / "baseline.json").read_text())


def test_learners_settle_in_an_equilibrium_from_every_seed(trained):
    game, _, baseline = trained
    assert baseline["seeds"] == list(range(SEEDS))
    utility = baseline["utility_per_seed"]
    for seed in range(SEEDS):
        assert tuple(utility[agent][seed] for agent in utility) in EQUILIBRIA[game]
        best = max(EQUILIBRIA[game])[0]  # the desirable outcome's payoff, to both
        everybody = {utility[agent][seed] for agent in utility}
        assert baseline["p_per_seed"][seed] == float(everybody == {best})
    assert all(0 <= p <= 1 for p in baseline["p_sampled_per_seed"])
    problem = find_game(game).make_problem()
    assert baseline["p_before"] == problem.solver.before().p == 0.5
    assert baseline["env_steps"] == SEEDS * STEPS * 2


def test_a_search_shows_them_beside_the_exact_p(trained, scg):
    game, out, baseline = trained
    code, printed, err = scg("search", game, "--baseline", out, "--json")
    assert code == 0, err
    shown = json.loads(printed)["p_before_learners"]
    assert shown["per_seed"] == baseline["p_per_seed"]
    assert shown["mean"] == pytest.approx(np.mean(baseline["p_per_seed"]))
    code, printed, _ = scg("search", game, "--baseline", out)
    assert f"learners before  {shown['mean']:.4f}" in printed
    code, printed, _ = scg("search", game, "--json")
    assert json.loads(printed)["p_before_learners"] is None


def test_a_model_can_be_committed_to(trained, scg):
    game, out, baseline = trained
    problem = find_game(game).make_problem()
    path = out / "seed0" / f"{problem.committed}.zip"
    assert PPO.load(path, device="cpu").num_timesteps == STEPS
    code, printed, err = scg("search", game, "--pre-policy", path, "--json")
    assert code == 0, err
    summary = json.loads(printed)
    assert summary["pre_policy"] == f"{problem.committed} plays as the model {path}"
    # It plays as likely as in training what it settled on, which decides the other's answer.
    assert (summary["p_after"] > 0.5) == (baseline["p_per_seed"][0] == 1)


def test_a_baseline_of_something_else_is_refused(trained, scg, tmp_path):
    game, out, _ = trained
    other = "household" if game == "stag_hunt" else "stag_hunt"
    for words, expected in [
        ([other, "--baseline", out], f"game {game!r}"),
        ([game, "--rounds", 3, "--baseline", out], "with options {}"),
        ([game, "--baseline", tmp_path], "holds no baseline"),
    ]:
        code, _, err = scg("search", *words, "--out", tmp_path / "run")
        assert code == 2
        assert expected in err
        assert len(err.strip().splitlines()) == 1
        assert not (tmp_path / "run").exists()
    damaged = tmp_path / "baseline.json"
    damaged.write_text("{}")
    assert "is no baseline" in scg("search", game, "--baseline", tmp_path)[2]


def test_a_baseline_is_never_overwritten_unasked(trained, scg):
    game, out, _ = trained
    before = (out / "baseline.json").read_text()
    code, _, err = scg("train-baseline", game, "--seeds", 1, "--steps", 1, "--out", out)
    assert code == 2
    assert "already holds a baseline" in err
    assert (out / "baseline.json").read_text() == before


def test_finished_seeds_are_kept(scg, tmp_path, monkeypatch):
    whole, out = tmp_path / "whole", tmp_path / "stopped"
    words = ["train-baseline", "household", "--seeds", 2, "--steps", 2048, "--episodes", 50]
    assert scg(*words, "--out", whole)[0] == 0
    learn, begun = IndependentPPO.learn, []

    def stop_in_the_second(self, on_turn):
        begun.append(self)
        if len(begun) == 2:
            raise KeyboardInterrupt
        learn(self, on_turn)

    with monkeypatch.context() as patch:
        patch.setattr(IndependentPPO, "learn", stop_in_the_second)
        code, _, err = scg(*words, "--out", out)
    assert (code, len(err.strip().splitlines())) == (130, 1)
    assert "--resume" in err
    assert (out / "seed0" / "seed.json").exists()
    assert not (out / "baseline.json").exists()
    # Nothing is deleted unasked, and other settings are no continuation.
    assert "already holds a baseline (finished seeds: 1)" in scg(*words, "--out", out)[2]
    other = [*words[:-3], 4096, *words[-2:]]
    code, _, err = scg(*other, "--out", out, "--resume")
    assert (code, len(err.strip().splitlines())) == (2, 1)
    assert "trained with steps 2048, and 4096 came" in err
    finished = out / "seed0" / "seed.json"
    before = finished.stat().st_mtime_ns
    assert scg(*words, "--out", out, "--resume")[0] == 0
    assert finished.stat().st_mtime_ns == before
    one, two = (read_sealed_json(d / "baseline.json") for d in (whole, out))
    assert {**one, "wall_seconds": 0} == {**two, "wall_seconds": 0}


@pytest.mark.parametrize("flag", ["--resume", "--force"])
def test_what_a_folder_holds_needs_a_folder(flag, scg, tmp_path):
    code, _, err = scg("train-baseline", "household", flag)
    assert (code, len(err.strip().splitlines())) == (2, 1)
    assert "name it by --out" in err
    code, _, err = scg("train-baseline", "household", "--resume", "--out", tmp_path / "none")
    assert code == 2
    assert "no finished seed" in err


def test_the_same_seed_gives_the_same_learners():
    scenario = make_scenario("household")
    one, other, third = (
        train_baseline(scenario, seeds=[seed], steps=2048, episodes=100) for seed in (5, 5, 6)
    )
    assert one.p_sampled_per_seed == other.p_sampled_per_seed != third.p_sampled_per_seed
    assert one.utility_per_seed == other.utility_per_seed


def test_only_blue_learns_in_the_barrier_game(scg):
    code, printed, err = scg(
        "train-baseline", "barrier", "--seeds", 1, "--steps", 2048, "--episodes", 50, "--json"
    )
    assert code == 0, err
    baseline = json.loads(printed)
    assert baseline["agents"] == ["blue"]
    assert baseline["p_before"] == pytest.approx(4 / 9)


def test_games_by_their_function_have_baselines(scg):
    code, printed, err = scg(
        "train-baseline",
        "pettingzoo.classic.rps_v2:parallel_env",
        *("--committed", "player_0", "--kwargs", '{"max_cycles": 2}'),
        *("--desirable", "scg_envs.games.external.predicates:player_1_wins"),
        *("--seeds", 1, "--steps", 2048, "--episodes", 50),
    )
    assert code == 0, err
    assert "exact    none: nobody has solved this game" in printed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--algorithm", "psro"], "known: ippo"),
        (["--seeds", 0], "seeds is 0"),
        (["--steps", 0], "steps is 0"),
        (["--episodes", 0], "episodes is 0"),
        (["--k", 3], "does not take '--k'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(words, expected, scg, tmp_path):
    code, _, err = scg("train-baseline", "household", *words, "--out", tmp_path / "b")
    assert code == 2
    assert expected in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "b").exists()
