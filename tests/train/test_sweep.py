"""Sweeps: planned from a file, run wherever there is room, gone on with after any end."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from importlib.resources import files

import pytest

from scg_envs.core.backends import Processes, Serial
from scg_envs.core.errors import InvalidArgument, RunFolderError, WorkerLost
from scg_envs.train.report import rebuild
from scg_envs.train.run.folder import RunFolder
from scg_envs.train.search import SearchConfig, search
from scg_envs.train.sweep import SweepInterrupted, job, read_sweep, run_sweep, sweep_of
from scg_envs.train.sweep.report import report
from scg_envs.train.sweep.table import Tables, csv_text
from scg_envs.train.sweep.text import describe

SETTINGS = {
    "scenarios": ["stag_hunt", {"game": "chicken", "pre_policy": "mixed"}],
    "responders": ["exact"],
    "seeds": 2,
    "settings": {"evaluations": 8, "batch": 4},
}


def results(swept):
    """What every run has found, without how long it took."""
    return {name: {**found, "wall_seconds": 0} for name, found in swept.summaries.items()}


def tables(swept):
    """All that a sweep's tables say, files' contents, without how long it took."""
    timeless = results(swept)
    made = Tables.of(swept.sweep, timeless)
    files = [csv_text(getattr(made, one.name)) for one in fields(made)]
    return [describe(replace(swept, summaries=timeless), made), *files]


class Counted(Serial):
    """Runs jobs here, counts them, and may break off."""

    def __init__(self, breaks_after=None, error=KeyboardInterrupt):
        self.done, self._breaks_after, self._error = 0, breaks_after, error

    def completed(self, function, jobs):
        for pair in super().completed(function, jobs):
            if self.done == self._breaks_after:
                raise self._error
            self.done += 1
            yield pair


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    return run_sweep(sweep_of(SETTINGS), tmp_path_factory.mktemp("swept"))


def test_every_combination_is_searched_with_every_seed():
    wide = {
        "scenarios": ["stag_hunt", "chicken", {"game": "barrier", "layout": "maze"}],
        "responders": ["exact", {"responder": "ppo", "steps": 100}],
        "proposers": ["random", {"meta": "categorical", "batch": 4}],
        "seeds": [7, 3],
        "settings": {"batch": 8, "evaluations": 16},
    }
    runs = sweep_of(wide).runs
    assert len(runs) == len({one.name for one in runs}) == 3 * 2 * 2 * 2
    assert [one.config.seed for one in runs] == [7] * 12 + [3] * 12
    cells = {(one.scenario, one.responder, one.proposer) for one in runs}
    assert len(cells) == 12
    assert ("barrier-maze", "ppo-steps=100", "categorical-batch=4") in cells
    for one in runs:
        assert one.config.batch == (4 if one.proposer == "categorical-batch=4" else 8)
        assert one.config.steps == (100 if one.responder == "ppo-steps=100" else None)
        assert re.fullmatch(r"[\w=.,+-]+", one.name)
    more = sweep_of({**wide, "scenarios": ["household", *wide["scenarios"]], "seeds": [3, 7, 9]})
    assert {one.name: one.config for one in runs}.items() <= {
        one.name: one.config for one in more.runs
    }.items()  # what is added renames nothing
    assert [one.config.seed for one in sweep_of({"scenarios": ["chicken"]}).runs] == list(range(10))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenarioes: [barrier]", r"unknown part of a sweep 'scenarioes'.*mean 'scenarios'\?$"),
        ("seeds: 3", "names no scenarios"),
        ("scenarios: barrier", "expected a list"),
        ("scenarios: []", "expected a list"),
        ("scenarios: [3]", "entry 1 of scenarios is 3"),
        ("scenarios: [{layout: maze}]", "entry 1 of scenarios names no game"),
        ("scenarios: [bariier]", "Did you mean 'barrier'"),
        ("scenarios: [{game: barrier, layot: maze}]", "unknown setting 'layot'.*mean 'layout'"),
        ("scenarios: [{game: barrier, layout: mase}]", "barrier-mase cannot be.*mean 'maze'"),
        ("scenarios: [{game: barrier, rounds: 3}]", "unknown setting 'rounds'"),
        ("scenarios: [barrier]\nresponders: [pppo]", "Did you mean 'ppo'"),
        ("scenarios: [barrier]\nresponders: [iterated]", "barrier cannot be.*'iterated'"),
        ("scenarios: [barrier]\nresponders: [{responder: exact, steps: 9}]", "train nothing"),
        ("scenarios: [barrier]\nproposers: [categorial]", "Did you mean 'categorical'"),
        ("scenarios: [barrier]\nproposers: [cmaes]", "barrier cannot be.*continuum"),
        ("scenarios: [barrier]\nsettings: {evaluations: many}", "evaluations is 'many'"),
        ("scenarios: [barrier]\nsettings: [3]", "settings is"),
        ("scenarios: [barrier]\nsettings: {seed: 3}", "seed is no setting of a sweep"),
        ("scenarios: [barrier, barrier]", "twice"),
        ("scenarios: [barrier]\nresponders: [{responder: ppo, game: chicken}]", "give it once"),
        ("scenarios: [barrier]\nseeds: 0", "seeds is 0"),
        ("scenarios: [barrier]\nseeds: 1000000000", "seeds is 1000000000; .* from 1 to 10000"),
        (
            "scenarios: [barrier]\nsettings: {hyperparameters: {gamma: 0.9}}",
            "barrier cannot be.*train no model",
        ),
        (
            "scenarios: [barrier]\nresponders: [{responder: ppo, hyperparameters: {gama: 0.9}}]",
            "barrier cannot be.*mean 'gamma'",
        ),
        ("scenarios: [barrier]\nseeds: [1, 1]", "expected different"),
        ("scenarios: [barrier]\nseeds: [-1]", "seed is -1"),
        ("scenarios: [barrier]\npictures: 3", "expected true or false"),
        ("scenarios: [barrier\nseeds: 3", "is no sweep"),
        ("- barrier", "not settings by name"),
        ("command: search\ngame: barrier", "settings of scg search"),
    ],
)
def test_what_is_no_sweep_is_said_in_a_line_before_anything_runs(text, said, tmp_path):
    path = tmp_path / "sweep.yaml"
    path.write_text(text)
    with pytest.raises(InvalidArgument, match=said) as error:
        read_sweep(path)
    assert str(error.value).startswith(f"{path} ")
    assert "\n" not in str(error.value)


def test_a_run_is_the_search_of_its_settings_in_a_run_folder(swept, tmp_path):
    assert len(swept.summaries) == 4
    one = swept.sweep.runs[-1]
    alone = search("chicken", pre_policy="mixed", evaluations=8, batch=4, seed=1)
    assert results(swept)[one.name] == {
        **json.loads(json.dumps(alone.to_json())),
        "wall_seconds": 0,
    }
    folder = swept.folder / "runs" / one.name
    config = RunFolder(folder).read_config()
    assert isinstance(config, SearchConfig)
    assert config.seed == 1
    assert not list(folder.glob("*.png"))
    assert rebuild(folder).to_json() == alone.to_json() | {
        "wall_seconds": swept.summaries[one.name]["wall_seconds"]
    }
    assert (folder / "after.mp4").exists()  # pictures that nobody had asked for


def test_a_sweep_comes_to_the_same_wherever_it_runs(swept, tmp_path):
    with Processes(2) as backend:
        there = run_sweep(sweep_of(SETTINGS), tmp_path, backend=backend)
    assert results(there) == results(swept)
    assert tables(there) == tables(swept)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_what_ended_is_kept_and_the_rest_goes_on(error, swept, tmp_path):
    with pytest.raises(SweepInterrupted if error is KeyboardInterrupt else error):
        run_sweep(sweep_of(SETTINGS), tmp_path, backend=Counted(3, error))
    assert len(list((tmp_path / "runs").iterdir())) == 3
    (tmp_path / "runs" / "chicken.partial").mkdir()  # of a killed process
    rest = Counted()
    whole = run_sweep(sweep_of(SETTINGS), tmp_path, backend=rest)
    assert rest.done == 1
    assert results(whole) == results(swept)
    assert tables(whole) == tables(swept)
    assert "stag_hunt" in tables(whole)[0]
    more = Counted()
    wider = run_sweep(sweep_of({**SETTINGS, "seeds": 3}), tmp_path, backend=more)
    assert more.done == 2
    assert results(wider).items() > results(swept).items()
    anew = Counted()
    run_sweep(sweep_of(SETTINGS), tmp_path, backend=anew, force=True)
    assert anew.done == 4


def test_runs_of_other_settings_are_not_taken_for_those_asked(tmp_path):
    layout = tmp_path / "mine.txt"
    board = (files("scg_envs.games.barrier") / "layouts" / "contested.txt").read_text()
    layout.write_text(board)
    settings = {"scenarios": [{"game": "barrier", "layout": str(layout)}], "seeds": 1}
    few = {"evaluations": 8, "batch": 4}
    out = tmp_path / "out"
    run_sweep(sweep_of({**settings, "settings": few}), out)
    with pytest.raises(RunFolderError, match=r"made with evaluations 8, and the sweep has 16"):
        run_sweep(sweep_of({**settings, "settings": {**few, "evaluations": 16}}), out)
    layout.write_text(board.replace("desirable: top_right", "desirable: bottom_right"))
    with pytest.raises(RunFolderError, match="another game than when"):
        run_sweep(sweep_of({**settings, "settings": few}), out)
    search("stag_hunt", out=tmp_path / "run", **few)
    with pytest.raises(RunFolderError, match="holds a run"):
        run_sweep(sweep_of({**settings, "settings": few}), tmp_path / "run")


def test_a_run_that_fails_is_named_and_the_others_go_on(monkeypatch, tmp_path):
    real = job.run

    def fails(config, **settings):
        if config.seed == 0 and config.game == "stag_hunt":
            raise ZeroDivisionError("by nought")
        return real(config, **settings)

    monkeypatch.setattr(job, "run", fails)
    swept = run_sweep(sweep_of(SETTINGS), tmp_path)
    assert len(swept.summaries) == 3
    assert swept.failed == {"stag_hunt-exact-categorical-seed0": "ZeroDivisionError: by nought"}
    assert "stag_hunt-exact-categorical-seed0 failed" in report(swept).text
    monkeypatch.undo()
    again = Counted()
    assert not run_sweep(sweep_of(SETTINGS), tmp_path, backend=again).failed
    assert again.done == 1


class Killed(Serial):
    """Loses the workers of one run, and what else was under way."""

    def completed(self, function, jobs):
        for number, one in enumerate(jobs):
            if one["config"]["game"] == "chicken" and one["config"]["seed"] == 0:
                error = WorkerLost("the workers were killed")
                error.job = number
                raise error
            yield number, function(one)


def test_a_run_that_kills_its_workers_does_not_end_the_sweep(swept, tmp_path):
    found = run_sweep(sweep_of(SETTINGS), tmp_path, backend=Killed())
    assert list(found.failed) == ["chicken-pre_policy=mixed-exact-gaussian-seed0"]
    assert results(found).items() < results(swept).items()
    assert len(found.summaries) == 3


SLOW = """
scenarios: [stag_hunt]
proposers: [random]
seeds: 16
settings: {evaluations: 200, batch: 2}
"""


def ended_by(signal_, words, runs, kept):
    """A sweep that gets a signal as soon as one more run is kept; its exit code and last words."""
    before = len(kept())
    process = subprocess.Popen(
        words, cwd=runs.parents[1], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 120
    while time.monotonic() < end and len(kept()) == before:
        time.sleep(0.01)
    os.kill(process.pid, signal_)
    _, said = process.communicate(timeout=120)
    return process.returncode, said.splitlines()[-1:]


def test_a_sweep_that_was_ended_goes_on_by_the_same_words(tmp_path):
    """After Ctrl-C, and then after a kill in the middle of a run."""
    (tmp_path / "sweep.yaml").write_text(SLOW)
    words = [sys.executable, "-m", "scg_envs.train", "sweep", "sweep.yaml", "--json"]
    runs = tmp_path / "sweep" / "runs"

    def kept():
        whole = [path for path in runs.glob("*") if not path.name.endswith(".partial")]
        return {path.name: (path / "summary.json").stat().st_mtime_ns for path in whole}

    code, said = ended_by(signal.SIGINT, [*words, "--workers", "2"], runs, kept)
    first = kept()
    assert 0 < len(first) < 16
    assert code == 130
    assert said == [
        f"scg: stopped; {len(first)} of 16 runs are kept in sweep: the same words go on with it"
    ]
    code, _ = ended_by(signal.SIGKILL, words, runs, kept)
    second = kept()
    assert code == -signal.SIGKILL
    assert len(first) < len(second) < 16
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["runs"]) == found["cells"][0]["seeds"] == 16
    assert kept().items() >= second.items() >= first.items()
