"""Files of strangers: none of them runs code, and each is refused in one line or read as data.

Every kind of file that something loads is made to leave a marker if it is ever run.
"""

import io
import json
import os
import pickle
import shutil
import sqlite3
import warnings
import zipfile
from contextlib import closing

import numpy as np
import pytest
import torch
import yaml

from scg_envs.agents import make_responder
from scg_envs.core.errors import InvalidArgument, RunFolderError
from scg_envs.core.scenario import make_scenario
from scg_envs.train.search import search
from scg_envs.train.search.run import resume

QUICK = {"evaluations": 16, "batch": 8}


class Payload:
    """Makes a folder where it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.fixture
def marker(tmp_path):
    """What is there afterwards if code was run, which a payload's unpickling does."""
    path = tmp_path / "marker"
    pickle.loads(pickle.dumps(Payload(path)))
    assert path.exists()
    path.rmdir()
    yield path
    assert not path.exists()


def objects(path, marker, names):
    """An `.npz` of arrays of objects."""
    payload = np.array([Payload(marker)], dtype=object)
    with path.open("wb") as file:
        np.savez(file, **dict.fromkeys(names, payload))


def model(path, marker):
    """A `model.zip` whose every part is a pickle."""
    import base64

    pickled = pickle.dumps(Payload(marker))
    said = {":type:": "x", ":serialized:": base64.b64encode(pickled).decode()}
    data = dict.fromkeys(("policy_class", "observation_space", "action_space", "lr_schedule"), said)
    weights = io.BytesIO()
    torch.save({"policy": Payload(marker)}, weights)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data", json.dumps({**data, "num_timesteps": 3, "policy_kwargs": said}))
        for name in ("policy.pth", "policy.optimizer.pth", "pytorch_variables.pth"):
            archive.writestr(name, weights.getvalue())
        archive.writestr("_stable_baselines3_version", "2.7.0")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    search("household", out=folder, **QUICK)
    return folder


@pytest.mark.parametrize("pickled", [False, True])
@pytest.mark.parametrize("name", ["checkpoint.npz", "findings.npz"])
def test_states(name, pickled, run, marker, tmp_path, scg):
    run = shutil.copytree(run, tmp_path / "run")
    if pickled:
        (run / name).write_bytes(pickle.dumps(Payload(marker)))
    else:
        objects(run / name, marker, ("tree", "a0"))
    words = ("report", run)
    if name == "checkpoint.npz":
        (run / "summary.json").unlink()
        words = ("search", "household", "--resume", "--out", run)
    code, printed, error = scg(*words)
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert "cannot be read" in error


@pytest.mark.parametrize("responder", ["ppo", "fresh-ppo"])
def test_models_of_a_run(responder, marker, tmp_path):
    folder = tmp_path / "models" / "0"
    folder.mkdir(parents=True)
    for path in (tmp_path / "model.zip", folder / "model.zip"):
        model(path, marker)
    objects(tmp_path / "models" / "answers.npz", marker, ("tree", "a0"))
    scenario = make_scenario("household")
    loaded = make_responder(responder, scenario.problem(), seed=0, steps=64, scenario=scenario)
    with pytest.raises(ValueError, match=r"no such model|damaged"):
        loaded.load_model(tmp_path)


def test_a_model_as_a_pre_policy(marker, tmp_path):
    path = tmp_path / "one.zip"
    model(path, marker)
    with pytest.raises(InvalidArgument, match="or is damaged"):
        make_scenario("stag_hunt", pre_policy=str(path)).problem()
    with zipfile.ZipFile(path) as archive:
        data = archive.read("data")
    weights = io.BytesIO()
    torch.save({"action_net.weight": torch.zeros(2, 1), "action_net.bias": torch.zeros(2)}, weights)
    with zipfile.ZipFile(path, "w") as archive:  # weights that are right beside data that is not
        archive.writestr("data", data)
        archive.writestr("policy.pth", weights.getvalue())
    problem = make_scenario("stag_hunt", pre_policy=str(path)).problem()
    assert problem.pre_policies.rules([0])[0].tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("command", ["search", "talk", "effect"])
def test_settings(command, marker, tmp_path, scg):
    path = tmp_path / "config.yaml"
    for text in (
        f"game: !!python/object/apply:os.mkdir [{marker}]\n",
        f"game: household\nlayout: !!python/object/new:os.mkdir [{marker}]\n",
        f"game: os:mkdir\noptions: {{kwargs: {{path: {marker}}}}}\n",
        "game: " + "[" * 5000,
        "seed: " + "9" * 5000,
        "\x00",
    ):
        path.write_text(text)
        code, printed, error = scg(command, "--config", path)
        assert (code, printed, error.count("\n")) == (2, "", 1), text[:50]


def test_a_run_of_a_function(run, marker, tmp_path, scg):
    """A folder may name any function; it is called only if its name is typed, too."""
    run = shutil.copytree(run, tmp_path / "run")
    kwargs = json.dumps({"path": str(marker)})
    settings = {"command": "search", "game": "os:mkdir", "options": {"kwargs": kwargs}}
    (run / "config.yaml").write_text(json.dumps(settings))
    for words in (
        ("report", run),
        ("search", "--resume", "--out", run),
        ("video", "household", "--run", run),
        ("search", "--config", run / "config.yaml"),
    ):
        code, printed, error = scg(*words)
        assert (code, printed, error.count("\n")) == (2, "", 1), words
        assert "os:mkdir" in error


@pytest.mark.parametrize("setting", ["responder", "meta"])
def test_settings_of_a_function(setting, run, marker, tmp_path, scg, monkeypatch):
    """Learners and proposers that a file alone names are not called, nor even imported."""
    (tmp_path / f"strange_{setting}.py").write_text(f"import os\nos.mkdir({str(marker)!r})\n")
    monkeypatch.syspath_prepend(tmp_path)
    name = f"strange_{setting}:it"
    run = shutil.copytree(run, tmp_path / "run")
    settings = yaml.safe_load((run / "config.yaml").read_text()) | {setting: name}
    (run / "config.yaml").write_text(json.dumps(settings))
    alone = tmp_path / "alone.yaml"
    alone.write_text(json.dumps({"game": "household", setting: name}))
    shared, listed, suite, like = (tmp_path / f"{one}.yaml" for one in ("ab", "cd", "ef", "gh"))
    shared.write_text(json.dumps({"scenarios": ["household"], "settings": {setting: name}}))
    key = {"responder": "responders", "meta": "proposers"}[setting]
    listed.write_text(json.dumps({"scenarios": ["household"], key: [name]}))
    suite.write_text(json.dumps({"scenarios": {}, key: {"x": {setting: name}}}))
    like.write_text(json.dumps({"of": str(suite)}))
    for words in (
        ("report", run),
        ("search", "--resume", "--out", run),
        ("video", "household", "--run", run),
        ("search", "--config", alone),
        ("benchmark", "--suite", like),
        ("sweep", shared),
        ("sweep", listed),
        ("benchmark", "--suite", suite),
    ):
        code, printed, error = scg(*words)
        assert (code, printed, error.count("\n")) == (2, "", 1), words
        assert name in error
        assert "alone has named" in error, words
    scg("search", "household", f"--{setting}", name)  # typed, so it is
    marker.rmdir()


def test_recordings(marker, tmp_path, scg):
    path = tmp_path / "answers.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE answers (key, sample, request, answer)")
        connection.execute("CREATE VIEW v AS SELECT load_extension('x')")
    replay = ("--seats", "llm", "--model", "x", "--mode", "replay-only", "--recordings", path)
    for content in (None, pickle.dumps(Payload(marker))):
        if content is not None:
            path.write_bytes(content)
        code, printed, error = scg("talk", "bargaining", "--evaluations", "1", *replay)
        _, *complained = error.splitlines()
        assert (code, printed) == (2, "")
        assert len(complained) <= 1
        assert "answers.sqlite" in error


@pytest.mark.parametrize("name", ["game.nfg", "game.efg", "layout.txt"])
def test_games(name, marker, tmp_path, scg):
    """Text alone: what looks like code, steers terminals, or is larger than any number."""
    path = tmp_path / name
    code = f"__import__('os').mkdir('{marker}')"
    heads = {
        "game.nfg": 'NFG 1 R "t" { "a" "b" } { 2 2 }\n\n',
        "game.efg": 'EFG 2 R "t" { "a" }\n""\nt "" 1 "" { ',
        "layout.txt": "1: a\n2: b\ndesirable: ",
    }
    texts = (code, "\x1b[2J\u202e", "9" * 5000, f"1/{'9' * 5000}", "1e308", "-1e999999", "\ud7ff")
    for text in texts:
        path.write_text(heads[name] + text + " 1 1 1 1 1 1 1\n}")
        words = ("effect", "barrier", "--layout") if name == "layout.txt" else ("causal",)
        came, printed, error = scg(*words, path)
        assert (came, printed, error.count("\n")) == (2, "", 1), text[:20]
        assert error.rstrip("\n").isprintable()
        assert len(error) < 3000


def test_baselines_and_transcripts(run, marker, tmp_path, scg):
    content = pickle.dumps(Payload(marker))
    for name in ("baseline.json", "episodes.jsonl"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(RunFolderError, match="is no baseline"):
        search("household", baseline=str(tmp_path), **QUICK)
    assert scg("transcript", tmp_path)[0] == 2


def test_a_checkpoint_of_a_newer_version_is_refused_in_one_line(run, tmp_path):
    run = shutil.copytree(run, tmp_path / "run")
    (run / "summary.json").unlink()
    path = run / "checkpoint.npz"
    path.write_bytes(path.read_bytes().replace(b"scg-envs 1 sha256", b"scg-envs 2 sha256"))
    with pytest.raises(RunFolderError, match="of a newer version of scg-envs"):
        resume(run)


def test_what_libraries_warn_of_steers_no_terminal(scg):
    assert scg("list")[0] == 0
    said = warnings.formatwarning(
        UserWarning("Glyph 27 (\x1b[2J)\nis\u202e missing"), UserWarning, "f", 1
    )
    assert said.rstrip("\n").isprintable()
