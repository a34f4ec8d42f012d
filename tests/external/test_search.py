"""Searches of games by module:function, as they are typed."""

import json
from functools import partial
from importlib import import_module

import imageio.v3 as imageio
import pytest

from scg_envs.core.errors import ScgError
from scg_envs.train.cli import main
from scg_envs.train.run.interrupt import SearchInterrupted
from scg_envs.train.search import resume, search
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.callbacks import Checkpoints
from scg_envs.train.search.confidence import confidence_sequence

GAMES = "tests.external.games"
SHIFT = [f"{GAMES}:Shift", "--committed", "boss", "--desirable", f"{GAMES}:all_right"]
# Updates after few steps: what a search does between them is the same as after many.
SMALL = {"num_envs": 16, "rollout": 256, "batch_size": 256}
SETTINGS = {
    "game": f"{GAMES}:Shift",
    "committed": "boss",
    "desirable": f"{GAMES}:all_right",
    "responder": "ppo",
    "evaluations": 40,
    "batch": 8,
    "hyperparameters": SMALL,
}
RPS = "pettingzoo.classic.rps_v2:parallel_env"
WINS = "scg_envs.games.external.predicates:player_1_wins"


@pytest.fixture(autouse=True)
def _importable(monkeypatch, request):
    monkeypatch.syspath_prepend(request.config.rootpath)


@pytest.fixture
def scg(capsys):
    def run(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.mark.parametrize("seed", [0, 1])
def test_who_plays_the_same_thing_over_and_over_is_beaten(seed):
    result = search(
        RPS,
        committed="player_0",
        desirable=WINS,
        responder="ppo",
        seed=seed,
        steps=2_048,
        hyperparameters=SMALL,
        evaluations=40,
        batch=8,
        kwargs={"max_cycles": 4},
        trials=100,
    )
    assert result.p_after == 1
    assert result.utility_after == -4
    assert result.p_after_interval == confidence_sequence(100, 100)
    assert result.p_after_interval[0] > 0.94


def test_a_run_folder_is_whole_and_says_what_is_unknown(scg, tmp_path):
    out = tmp_path / "run"
    words = [*SHIFT, "--responder", "ppo", "--evaluations", 40, "--batch", 8, "--steps", 2048]
    words += [w for name, value in SMALL.items() for w in ("--set", f"{name}={value}")]
    code, printed, err = scg("search", *words, "--trials", 50, "--out", out)
    assert code == 0, err
    summary = json.loads((out / "summary.json").read_text())
    assert summary["pre_policy"] in ("boss always plays action 6", "boss always plays action 7")
    unknown = ("p_before", "p_after_exact", "causal_effect", "regret_max", "p_before_learners")
    assert [summary[key] for key in unknown] == [None] * 5
    assert summary["follower_regret"] == {"clerk": None}
    low, high = summary["p_after_interval"]
    assert 0 <= low <= summary["p_after"] <= high <= 1
    assert high - low < 0.3
    assert "unknown before" in printed
    assert "clerk unknown" in printed
    assert "95 % interval" in printed
    for name in ("effect.png", "learning.png"):
        assert imageio.imread(out / name).std() > 5
    for name in ("before.mp4", "after.mp4"):
        assert imageio.imread(out / name, plugin="FFMPEG").std() > 5
    code, printed, err = scg("video", words[0], "--run", out, "--out", tmp_path / "again.gif")
    assert code == 0, err
    assert summary["pre_policy"] in printed


def test_a_resumed_search_equals_an_uninterrupted_one(tmp_path, monkeypatch):
    whole = search(**SETTINGS, steps=2_048, trials=20, out=tmp_path / "whole")
    iterate = Search.iterate

    def interrupted(self):
        if len(self.history) == 2:  # in the middle of episodes, with training to come
            raise SearchInterrupted("2 iterations", None)
        return iterate(self)

    running = import_module("scg_envs.train.search.run")
    monkeypatch.setattr(running, "Checkpoints", partial(Checkpoints, every=1))
    monkeypatch.setattr(Search, "iterate", interrupted)
    with pytest.raises(SearchInterrupted):
        search(**SETTINGS, steps=2_048, trials=20, out=tmp_path / "parts")
    monkeypatch.setattr(Search, "iterate", iterate)
    parts = resume(tmp_path / "parts")
    one, other = (result.to_json() | {"wall_seconds": 0} for result in (whole, parts))
    assert one == other


@pytest.mark.parametrize("responder", ["dqn", "fresh-ppo"])
def test_other_learners_answer_too(responder):
    settings = SETTINGS | {"responder": responder, "evaluations": 4, "batch": 2}
    if responder == "dqn":  # which has no rollouts
        settings["hyperparameters"] = {}
    result = search(**settings, steps=256, trials=10)
    assert result.env_steps >= 256
    assert 0 <= result.p_after <= 1


def test_a_predicate_that_fails_later_is_a_mistake_too():
    with pytest.raises(ScgError, match="ValueError: late"):
        search(**SETTINGS | {"desirable": f"{GAMES}:raises_late"}, steps=2048)


def _words(game=f"{GAMES}:Shift", committed="boss", desirable=f"{GAMES}:all_right", **more):
    words = [game]
    given = {"committed": committed, "desirable": desirable, "responder": "ppo", **more}
    for name, value in given.items():
        words += [] if value is None else [f"--{name.replace('_', '-')}", value]
    return words


MISTAKES = {
    "exact answers": (_words(responder=None), "known: a2c, dqn, fresh-a2c"),
    "no module": (_words("no_such_module:f"), "there is no module no_such_module"),
    "no function": (_words(f"{GAMES}:Shifty"), "'Shifty'; known: "),
    "no name": (_words(f"{GAMES}:"), "expected module:function"),
    "no game": (_words(f"{GAMES}:number"), "returned a int; expected a PettingZoo ParallelEnv"),
    "a failing function": (_words(f"{GAMES}:fails"), "RuntimeError: no such file"),
    "an AEC environment": (_words("pettingzoo.classic.rps_v2:env"), "aec_to_parallel"),
    "endless": (_words(f"{GAMES}:Endless"), "has not ended after"),
    "actions of a box": (_words(f"{GAMES}:Holding"), "learners need Discrete ones"),
    "nobody commits": (_words(committed=None), "--committed: boss, clerk"),
    "a stranger commits": (_words(committed="x"), "'x'; known: boss, clerk"),
    "nothing is wanted": (_words(desirable=None), "give --desirable module:predicate"),
    "an outcome of none": (_words(desirable="won"), "names no outcome"),
    "no predicate": (_words(desirable=f"{GAMES}:LENGTH"), "is no function but 3"),
    "a failing predicate": (_words(desirable=f"{GAMES}:raises"), "KeyError: 'two"),
    "another signature": (_words(desirable="math:sqrt"), "predicate(final_infos, joint_actions"),
    "no JSON": (_words(kwargs="{length"), "no JSON"),
    "no object": (_words(kwargs="[3]"), "expected a JSON object"),
    "no such argument": (_words(kwargs='{"n": 3}'), "--kwargs gives them"),
    "no pre-policies": (_words(pre_policy="mixed"), "expected 'pure', or module:factory"),
    "no space": (_words(pre_policy=f"{GAMES}:no_space"), "returned a Constant"),
    "a failing factory": (_words(pre_policy=f"{GAMES}:broken_space"), "ValueError: no way"),
    "a layout": (_words(layout="x"), "has no layouts"),
    "no trials": (_words(trials="0"), "trials is 0"),
    "an option of others": (_words(rounds="3"), "does not take '--rounds'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_2(name, scg, tmp_path):
    words, expected = MISTAKES[name]
    code, out, err = scg("search", *words, "--out", tmp_path / "run")
    assert (code, out) == (2, "")
    assert expected in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_exact_effects_are_refused(scg):
    code, _, err = scg("effect", *SHIFT)
    assert code == 2
    assert "has no exact answers" in err
