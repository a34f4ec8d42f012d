"""Algorithm 1, its run folder, and that a resumed run is an uninterrupted one."""

import csv
import json
import os
import signal
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
import yaml
from stable_baselines3 import PPO
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from scg_envs.core.errors import InvalidArgument, RunFolderError, UnknownName
from scg_envs.core.files import read_sealed_json
from scg_envs.core.pictures.caption import HEIGHT
from scg_envs.core.pictures.record import episode_frames
from scg_envs.train.commands.search import result_text
from scg_envs.train.report.players import Players
from scg_envs.train.run.folder import RunFolder
from scg_envs.train.search import SearchInterrupted, resume, search
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.findings import Findings
from scg_envs.train.search.metrics import COLUMNS

FEW = {"evaluations": 80, "batch": 8}
CORRIDORS = str(Path(__file__).parents[1] / "data" / "two_corridors.txt")
QUICK = {**FEW, "steps": 30_000}  # of responders that learn
SUMMARY_KEYS = {
    "game",
    "layout",
    "committed",
    "desirable",
    "ties",
    "responder",
    "meta",
    "seed",
    "pre_policy",
    "pre_policy_point",
    "p_before",
    "p_before_learned",
    "p_after",
    "p_after_exact",
    "p_meta",
    "trust",
    "causal_effect",
    "causal_effect_exact",
    "causal_effect_bounds",
    "evaluations",
    "env_steps",
    "wall_seconds",
    "follower_regret",
    "regret_max",
    "excess_steps",
    "optimal_share",
    "baselines",
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "ppo"
    return out, search("barrier", responder="ppo", seed=1, out=out, **QUICK)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_exact_answers_the_found_pre_policy_is_a_best_one(seed):
    result = search("barrier", seed=seed)
    assert result.p_after == result.p_after_exact == result.p_best_exact == 1
    assert result.p_before == pytest.approx(4 / 9)
    assert result.causal_effect == pytest.approx(5 / 9)
    assert result.p_meta > 0.99
    assert result.follower_regret == {"blue": 0.0, "yellow": 0.0}
    assert result.env_steps == 0
    assert result.pre_policy == f"red holds the post {tuple(result.pre_policy_point)}"


@pytest.mark.parametrize("layout", ["contested", "maze", "open"])
def test_it_works_on_every_layout_and_for_either_barrier(layout):
    for committed in ("red", "yellow"):
        result = search("barrier", layout=layout, committed=committed)
        assert result.p_after == pytest.approx(result.p_best_exact)
        assert result.committed == committed


def test_where_goals_tie_the_bounds_say_so():
    result = search("barrier", layout="open")
    low, high = result.p_after_bounds
    assert low <= result.p_after <= high
    assert high - low > 0.9


def test_a_learned_follower_is_never_compared_with_uniform_ties():
    result = search("barrier", layout="open", responder="ppo", steps=60_000, seed=0)
    own = result.p_after - result.p_before_learned
    assert result.causal_effect is None or result.causal_effect == pytest.approx(own)
    assert result.causal_effect_exact == pytest.approx(result.p_after_exact - result.p_before)
    shown = result_text(result)
    assert f"causal effect    {result.causal_effect_exact:+.4f}, exactly" in shown
    low, high = result.causal_effect_bounds
    assert low < result.causal_effect_exact < high
    assert f"P may be anything from 0.0000 to 1.0000, the effect from {low:+.4f}" in shown


def test_a_learner_that_is_not_done_is_said_to_be_so(finished):
    assert "more steps" in result_text(finished[1])
    assert "more steps" not in result_text(search("barrier", **FEW))


def test_a_learned_search_finds_the_best_and_certifies_it():
    result = search("barrier", layout=CORRIDORS, responder="ppo", seed=2, steps=100_000)
    assert result.p_after_exact >= 0.99
    assert result.follower_regret["blue"] <= 0.001
    assert result.optimal_share >= 0.99
    assert result.p_before_learned == pytest.approx(result.p_before, abs=0.01)
    assert result.causal_effect == pytest.approx(result.causal_effect_exact, abs=0.01)
    assert result.trust == "learned"
    assert result.baselines["enumeration"]["p"] >= result.p_after


def test_a_search_with_the_same_seed_is_the_same(finished):
    _, result = finished
    again = search("barrier", responder="ppo", seed=1, **QUICK)
    one, two = result.to_json(), again.to_json()
    one.pop("wall_seconds")
    two.pop("wall_seconds")
    assert one == two


def test_the_run_folder_holds_what_it_promises(finished):
    out, result = finished
    summary = read_sealed_json(out / "summary.json")
    assert summary == json.loads(json.dumps(result.to_json()))
    assert set(summary) >= SUMMARY_KEYS
    assert set(summary["baselines"]) == {"no_intervention", "random_search", "enumeration"}
    rows = list(csv.DictReader((out / "metrics.csv").read_text().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["iteration"]) for row in rows] == list(range(1, 11))
    assert int(rows[-1]["evaluations"]) == result.evaluations == 80
    board = EventAccumulator(str(out / "tensorboard")).Reload()
    scalars = {name: board.Scalars(name) for name in board.Tags()["scalars"]}
    assert board.Tags()["tensors"] == []
    assert {name for name in scalars if name.startswith("train/")}  # Stable-Baselines3's own
    with (out / "metrics.csv").open(newline="") as file:
        batches = [(int(row["iteration"]), float(row["p_batch"])) for row in csv.DictReader(file)]
    written = [(event.step, event.value) for event in scalars["search/p_batch"]]
    assert [step for step, _ in written] == [step for step, _ in batches]
    assert [p for _, p in written] == pytest.approx([p for _, p in batches])
    assert yaml.safe_load((out / "config.yaml").read_text())["seed"] == 1
    assert "numpy" in json.loads((out / "versions.json").read_text())
    for name in ("effect.png", "learning.png"):
        assert imageio.imread(out / name).std() > 10
    model = PPO.load(out / "model.zip", device="cpu")
    assert model.num_timesteps >= QUICK["steps"]


def test_the_videos_decode_to_the_frames_that_were_played(finished):
    out, _ = finished
    run = RunFolder(out)
    config = run.read_config()
    problem = config.problem()
    players = Players.load(out, config, problem, Findings.from_state(run.read_findings()))
    mode = problem.pre_policies.point(read_sealed_json(out / "summary.json")["pre_policy_point"])
    lengths = {}
    for name, point in (("before", None), ("after", mode)):
        rng = np.random.default_rng(1)
        played = [
            list(episode_frames(problem, players.policies(point), point, rng)) for _ in range(3)
        ]
        frames = imageio.imread(out / f"{name}.mp4", plugin="FFMPEG")
        # What is said before play stands for 6 frames, 1.5 s, and the end for 4 more.
        opening = 1 if point is None else 2
        lengths[name] = [len(episode) + 5 * opening + 4 for episode in played]
        assert len(frames) == sum(lengths[name])
        height, width = played[0][0].shape[:2]
        assert frames.shape[1:] == (HEIGHT + height, width, 3)  # with a title
        for second in range(opening):
            shown = played[0][second].astype(int)
            for frame in frames[6 * second : 6 * (second + 1), HEIGHT:]:
                assert np.abs(frame - shown).mean() < 6  # the picture survives compression
    gif = imageio.imread(out / "before_after.gif", plugin="pillow")
    assert gif.shape[2] == 2 * played[0][0].shape[1]


@pytest.mark.parametrize("responder", ["exact", "ppo", "dqn"])
def test_a_resumed_search_equals_an_uninterrupted_one(responder, tmp_path, monkeypatch):
    budget = (FEW if responder == "exact" else QUICK) | {"layout": CORRIDORS}
    whole = search("barrier", responder=responder, seed=3, out=tmp_path / "whole", **budget)

    original = Search.iterate

    def interrupted(self):
        if len(self.history) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return original(self)

    monkeypatch.setattr(Search, "iterate", interrupted)
    with pytest.raises(SearchInterrupted, match="stopped after 5 of 10 rounds; go on with"):
        search("barrier", responder=responder, seed=3, out=tmp_path / "part", **budget)
    monkeypatch.setattr(Search, "iterate", original)
    assert not (tmp_path / "part" / "summary.json").exists()

    resumed = resume(tmp_path / "part")
    one, two = whole.to_json(), resumed.to_json()
    assert two.pop("wall_seconds") > 0
    one.pop("wall_seconds")
    assert one == two
    rows = []
    for name in ("whole", "part"):
        with (tmp_path / name / "metrics.csv").open() as file:
            rows.append([{**row, "seconds": ""} for row in csv.DictReader(file)])
    assert rows[0] == rows[1]


def test_a_crash_between_checkpoints_loses_only_the_rows_after_the_last_one(tmp_path, monkeypatch):
    original = Search.iterate

    def crash(self):
        if len(self.history) == 7:
            raise MemoryError("the machine gave up")
        return original(self)

    monkeypatch.setattr(Search, "iterate", crash)
    with pytest.raises(MemoryError):
        search("barrier", seed=3, out=tmp_path / "run", **FEW)
    monkeypatch.setattr(Search, "iterate", original)
    resume(tmp_path / "run")
    whole = search("barrier", seed=3, **FEW)
    summary = read_sealed_json(tmp_path / "run" / "summary.json")
    assert summary["p_meta"] == whole.p_meta
    with (tmp_path / "run" / "metrics.csv").open() as file:
        assert [row["iteration"] for row in csv.DictReader(file)] == [str(k) for k in range(1, 11)]


def test_a_run_is_never_overwritten_unasked(finished, tmp_path):
    out, _ = finished
    with pytest.raises(RunFolderError, match="already holds a run"):
        search("barrier", out=out)
    with pytest.raises(RunFolderError, match="has ended"):
        resume(out)
    with pytest.raises(RunFolderError, match="holds no run"):
        resume(tmp_path)


def test_force_deletes_the_run_and_nothing_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    search("barrier", out=tmp_path, **FEW)
    search("barrier", out=tmp_path, seed=5, force=True, **FEW)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert read_sealed_json(tmp_path / "summary.json")["seed"] == 5


def test_mistakes_leave_no_folder_behind(tmp_path):
    out = tmp_path / "run"
    for kwargs, error in (
        ({"layout": "nope"}, UnknownName),
        ({"responder": "nope"}, UnknownName),
        ({"committed": "blue"}, UnknownName),
        ({"desirable": "nope"}, UnknownName),
        ({"ties": "nope"}, UnknownName),
        ({"meta": "nope"}, UnknownName),
        ({"evaluations": 0}, InvalidArgument),
        ({"steps": 0}, InvalidArgument),
        ({"seed": -1}, InvalidArgument),
        ({"batch": 1}, InvalidArgument),
        ({"batch": 100, "evaluations": 10}, InvalidArgument),
        ({"seed": 2**32}, InvalidArgument),
        ({"seed": "x"}, InvalidArgument),
        ({"seed": None}, InvalidArgument),
        ({"batch": 2.5}, InvalidArgument),
        ({"responder": ["ppo"]}, UnknownName),
        ({"colour": "red"}, UnknownName),
    ):
        with pytest.raises(error) as raised:
            search("barrier", out=out, **kwargs)
        assert "\n" not in str(raised.value)
    with pytest.raises(UnknownName, match="unknown game 'chess'"):
        search("chess")
    assert not out.exists()


def test_a_search_ends_early_only_when_its_answers_are_certified():
    ended = search("barrier", layout="maze", evaluations=6400, seed=0)
    assert ended.certified
    assert ended.evaluations < 6400
    assert ended.p_after == ended.p_best_exact == 1  # one post of 110, and most batches miss it
    untrained = search("barrier", responder="ppo", steps=8_192, evaluations=640, batch=16)
    assert not untrained.certified
    assert untrained.evaluations == 640
