"""A report is made of what the run folder keeps, and of nothing else."""

import json
import shutil

import numpy as np
import pytest
from stable_baselines3 import PPO

from scg_envs.agents.responders.amortized import AmortizedResponder
from scg_envs.agents.responders.fresh import FreshResponder
from scg_envs.agents.responders.given import GivenResponder
from scg_envs.agents.responders.rational import RationalResponder
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.errors import RunFolderError
from scg_envs.core.evaluation import Evaluation
from scg_envs.core.files import read_sealed_json
from scg_envs.core.scenario import Scenario
from scg_envs.train.commands.video import Video
from scg_envs.train.report import rebuild
from scg_envs.train.report.players import Players
from scg_envs.train.run.folder import RunFolder
from scg_envs.train.search import finalists, search
from scg_envs.train.search.findings import Findings

FEW = {"evaluations": 24, "batch": 8}
MIXED = {"pre_policy": "mixed"}
RUNS = {
    "exact": ("barrier", {}),
    "an exact continuum": ("household", MIXED),
    "utility": ("stag_hunt", {"objective": "utility"}),
    "of another relation": ("stag_hunt", {"responder": "logit", "rate": 2.0}),
    "by chance before": ("volunteers_dilemma", {"responder": "iterated"}),
    "learned": ("household", {"responder": "ppo", "steps": 3000}),
    "a model each": ("stag_hunt", {"responder": "fresh-ppo", "steps": 600, "evaluations": 8}),
    "one's own": ("household", {"responder": lambda seen: [0] * len(seen)}),
    "nobody has solved it": (
        "tests.external.games:Shift",
        {
            "committed": "boss",
            "desirable": "tests.external.games:all_right",
            "responder": "ppo",
            "steps": 600,
            "trials": 10,
        },
    ),
}
FILMS = {"before.mp4", "after.mp4", "before_after.gif"}
RESPONDERS = (RationalResponder, AmortizedResponder, FreshResponder, GivenResponder)


def asked(self, points, *, split="search"):
    raise AssertionError("somebody was asked")


@pytest.mark.parametrize("name", ["learned", "nobody has solved it"])
def test_who_plays_in_a_report_is_whose_answer_is_reported(name, tmp_path, monkeypatch, request):
    monkeypatch.syspath_prepend(request.config.rootpath)
    game, settings = RUNS[name]
    # Whoever has trained on counts, though nothing was wrong: the last of the copies.
    monkeypatch.setattr(finalists, "_is_sound", lambda *args: False)
    shorter = iter(range(1000, 0, -1))
    monkeypatch.setattr(finalists, "_short", lambda answer: -next(shorter))
    search(game, out=tmp_path, **FEW | settings)
    kept = Findings.from_state(read_state(tmp_path / "findings.npz"))
    assert kept.judge is not None
    config = RunFolder(tmp_path).read_own_config()
    problem = config.problem()
    players = Players.load(tmp_path, config.stated(problem), problem, kept)
    point = kept.point[0]
    played = problem.evaluate(players.policies(point), kept.point, split="report")
    assert played.p[0] == kept.answer.p[0]
    assert np.array_equal(played.regret_max, kept.answer.regret_max, equal_nan=True)
    assert players.apart
    (model,) = (tmp_path / "recommended").iterdir()
    assert PPO.load(model, device="cpu").num_timesteps > 0
    video = Video(scenario=Scenario(game), model_of=tmp_path, out=tmp_path / "x.mp4")
    if ":" not in game:
        assert video._players()[1].apart


@pytest.mark.parametrize("name", RUNS)
def test_a_report_comes_from_its_folder_alone(name, tmp_path, monkeypatch, request):
    monkeypatch.syspath_prepend(request.config.rootpath)
    game, settings = RUNS[name]
    found = search(game, out=tmp_path / "there", **FEW | settings)
    shutil.move(tmp_path / "there", tmp_path / "elsewhere")
    run = tmp_path / "elsewhere"
    reported = [
        path
        for path in run.iterdir()
        if path.suffix in (".json", ".png", ".html") or path.name in FILMS
    ]
    before = {path.name: path.read_bytes() for path in reported}
    lost = set(before) - {"versions.json"}
    if name == "one's own":
        lost -= FILMS  # nobody can play in them
    for path in lost - {"summary.json"}:
        (run / path).unlink()
    (run / "checkpoint.npz").unlink(missing_ok=True)
    (run / "metrics.csv").unlink()
    for kind in RESPONDERS:
        monkeypatch.setattr(kind, "respond", asked)
    again = rebuild(run, trust=":" in game)
    assert json.dumps(again.to_json()) == json.dumps(found.to_json())
    assert {path: (run / path).read_bytes() for path in lost} == {p: before[p] for p in lost}


def test_what_is_kept_is_read_as_it_was(tmp_path):
    search("barrier", out=tmp_path / "run", **FEW)
    state = read_state(tmp_path / "run" / "findings.npz")
    asked = Findings.from_state(state)
    assert isinstance(asked.judged, Evaluation)
    assert len(asked.judged.p) == len(asked.judged.utility) > 1
    again = asked.state_dict()
    assert set(again) == set(state)
    with pytest.raises((KeyError, TypeError)):
        Findings.from_state({"point": [0]})


def test_folders_that_have_no_report_are_refused_in_one_line(tmp_path, scg):
    run = tmp_path / "run"
    search("barrier", out=run, **FEW)
    damaged, earlier, other, unfinished, words = (tmp_path / str(k) for k in range(5))
    for copy in (damaged, earlier, other, unfinished):
        shutil.copytree(run, copy)
    (damaged / "findings.npz").write_bytes(b"half of it")
    (earlier / "findings.npz").unlink()
    state = read_state(other / "findings.npz")
    del state["finalists"]  # as it was before there were any
    write_state(other / "findings.npz", state)
    (unfinished / "summary.json").unlink()
    assert scg("talk", "banana", "--out", words)[0] == 0
    for folder, reason in (
        (damaged, "cannot be read"),
        (earlier, "of an earlier version"),
        (other, "of another version"),
        (unfinished, "has not ended"),
        (words, "in words"),
        (tmp_path / "nowhere", "holds no run"),
    ):
        with pytest.raises(RunFolderError, match=reason):
            rebuild(folder)
        code, printed, error = scg("report", folder)
        if folder != words:  # of that the command prints the summary
            assert (code, printed, error.count("\n")) == (2, "", 1)
            assert reason in error


def test_the_command_says_what_the_search_said(tmp_path, scg):
    _, said, _ = scg(
        "search", "household", *["--evaluations", "24", "--batch", "8", "--out"], tmp_path
    )
    assert scg("report", tmp_path) == (0, said, "")
    _, printed, _ = scg("report", tmp_path, "--json")
    assert json.loads(printed) == read_sealed_json(tmp_path / "summary.json")


def test_what_a_search_in_words_found_is_printed_again(tmp_path, scg):
    code, printed, error = scg("talk", "banana", "--out", tmp_path)
    assert (code, error) == (0, "")
    assert scg("report", tmp_path) == (0, printed, "")
    _, told, _ = scg("report", tmp_path, "--json")
    assert json.loads(told) == read_sealed_json(tmp_path / "summary.json")
    (tmp_path / "summary.json").write_text("{}")
    assert scg("report", tmp_path, "--json") == (0, told, "")
    assert read_sealed_json(tmp_path / "summary.json") == json.loads(told)
    (tmp_path / "findings.npz").write_bytes(b"half of it")
    code, _, error = scg("report", tmp_path)
    assert (code, error.count("\n")) == (2, 1)
