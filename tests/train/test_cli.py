"""The command as it is typed: what it prints, and that a mistake is one line and exit code 2."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import imageio.v3 as imageio
import numpy as np
import pytest
import yaml

from scg_envs.core.files import read_sealed_json
from scg_envs.games.barrier.layouts import shipped_layouts
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.cli import COMMANDS, main

QUICK = ["--evaluations", "80", "--batch", "8"]


@pytest.fixture
def scg(capsys):
    """Runs the command; returns its exit code, standard output and standard error."""

    def run(*arguments):
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, out, err

    return run


SLOW = {"matplotlib", "openai", "stable_baselines3", "torch"}
SLOW |= {f"scipy.{part}" for part in ("linalg", "optimize", "sparse", "special", "stats")}


def loaded_after(code):
    """The modules that Python holds at the end."""
    code = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", code]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())


def test_the_command_starts_without_what_is_slow_to_import():
    assert not (SLOW | {"numba"}) & loaded_after("import scg_envs.train.cli")


@pytest.mark.parametrize("game", ["household", "barrier"])
def test_help_needs_nothing_that_is_slow_to_import_and_no_kernel(game):
    code = f"""
from contextlib import suppress
from scg_envs.train.cli import main
with suppress(SystemExit):
    main(["search", "{game}", "--help"])
"""
    kernels = "numba.cpython.unicode"  # which numba imports with the first of them
    assert not (SLOW | {kernels}) & loaded_after(code)


def test_help_names_every_command_and_each_explains_itself(scg):
    code, out, _ = scg("--help")
    assert code == 0
    unwrapped = " ".join(out.split())
    for name, summary in COMMANDS.items():
        assert name in out
        assert summary in unwrapped
        code, own, _ = scg(name, "--help")
        assert code == 0
        assert len(own.splitlines()) > 5
        assert "example" in own.lower()
        assert "scg " + name in own


def test_list_says_what_there_is(scg, tmp_path):
    code, out, _ = scg("list")
    assert code == 0
    assert "scg_envs/Barrier-v0" in out
    code, out, err = scg("list", "--json")
    assert (code, err) == (0, "")
    (row,) = [row for row in json.loads(out) if row["game"] == "barrier"]
    assert set(row["layouts"]) == set(shipped_layouts())
    assert scg("list", "--out", tmp_path, "--seed", 1)[0] == 0
    assert json.loads((tmp_path / "games.json").read_text()) == json.loads(out)


@pytest.mark.parametrize("ties", ["uniform", "optimistic", "pessimistic"])
def test_effect_is_one_json_document(scg, ties, tmp_path):
    code, out, err = scg(
        "effect", "barrier", "--layout", "open", "--ties", ties, "--json", "--out", tmp_path
    )
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert {"game", "layout", "desirable", "ties", "p_before", "effects"} <= set(report)
    problem = BarrierProblem("open", ties=ties)
    p = problem.solver.p(np.arange(problem.pre_policies.size))
    assert report["p_before"] == problem.solver.before().p
    assert [row["p"] for row in report["effects"]] == p.tolist()
    for row in report["effects"]:
        assert row["delta_ce"] == pytest.approx(row["p"] - report["p_before"])
        assert len(row["pre_policy"]) == 2
    assert imageio.imread(tmp_path / "effect.png").std() > 10


def test_effect_prints_a_table_with_the_best_first(scg):
    code, out, _ = scg("effect", "barrier", "--layout", "contested")
    assert code == 0
    first = next(line for line in out.splitlines() if line.startswith("("))
    assert "0.8000" in first
    assert "+0.4471" in first


def test_search_prints_what_it_found_or_one_json_document(scg, tmp_path):
    code, out, _ = scg("search", "barrier", "--seed", "1")
    assert code == 0
    assert "red holds the post" in out
    code, out, err = scg("search", "barrier", "--json", "--out", tmp_path / "run", *QUICK)
    assert (code, err) == (0, "")
    assert json.loads(out) == read_sealed_json(tmp_path / "run" / "summary.json")


def test_search_takes_a_layout_file(scg, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("1: a\n2: b\ndesirable: b\n\n1R.B.Y2\n.......\n")
    code, out, _ = scg("search", "barrier", "--layout", path, "--json", "--out", tmp_path / "run")
    assert code == 0
    assert json.loads(out)["layout"] == "mine"
    assert yaml.safe_load((tmp_path / "run" / "config.yaml").read_text())["layout"] == str(path)


def test_video_is_written_where_it_is_said_to_be(scg, tmp_path):
    for named, words in (("3,6", "holds the post (3, 6)"), ("none", "no intervention")):
        code, out, _ = scg(
            "video", "barrier", "--pre-policy", named, "--out", tmp_path, "--episodes", 1, "--json"
        )
        assert code == 0
        report = json.loads(out)
        assert words in report["pre_policy"]
        assert len(imageio.imread(report["video"], plugin="FFMPEG")) == report["frames"]
    code, out, _ = scg("video", "barrier", "--out", tmp_path / "small.gif", "--episodes", 1)
    assert code == 0
    assert (tmp_path / "small.gif").exists()


@pytest.fixture(scope="module")
def learned_run(tmp_path_factory):
    """A run folder with a model; whoever changes it takes a copy."""
    run = tmp_path_factory.mktemp("learned") / "run"
    words = ["search", "barrier", "--responder", "ppo", "--steps", 9000, "--out", run, *QUICK]
    assert main([str(word) for word in words]) == 0
    return run


@pytest.fixture(scope="module")
def exact_run(tmp_path_factory):
    """The same without a model."""
    run = tmp_path_factory.mktemp("exact") / "run"
    words = ["search", "barrier", "--out", run, *QUICK]
    assert main([str(word) for word in words]) == 0
    return run


def test_video_plays_the_model_of_a_run(scg, learned_run, tmp_path):
    run = learned_run
    code, out, _ = scg("video", "barrier", "--run", run, "--out", tmp_path, "--episodes", 1)
    assert code == 0
    assert "red holds the post" in out


MISTAKES = {
    "no command": ([], "required: COMMAND"),
    "unknown command": (["serch", "barrier"], "Did you mean 'search'?"),
    "half a command": (
        ["preferences", "--help"],
        "take one of: preferences fit, preferences check",
    ),
    "no game": (["search"], "no game is named; give GAME"),
    "unknown game": (["search", "barier"], "unknown game 'barier'; known: barrier"),
    "unknown layout": (["effect", "barrier", "--layout", "mazee"], "Did you mean 'maze'?"),
    "unknown agent": (["effect", "barrier", "--committed", "blue"], "known: yellow, red"),
    "unknown outcome": (["effect", "barrier", "--desirable", "up"], "known: top_right"),
    "unknown ties": (["effect", "barrier", "--ties", "fair"], "known: optimistic"),
    "unknown responder": (
        ["search", "barrier", "--responder", "nobody"],
        "known: exact, epsilon, logit",
    ),
    "algorithm for continua": (
        ["search", "barrier", "--responder", "sac"],
        "those that can: a2c, dqn",
    ),
    "unknown meta": (["search", "barrier", "--meta", "cma"], "known: categorical"),
    "unknown flag": (["search", "barrier", "--colour", "red"], "does not take '--colour'"),
    "zero budget": (["search", "barrier", "--evaluations", "0"], "evaluations is 0; expected"),
    "zero steps": (["search", "barrier", "--steps", "0"], "steps is 0; expected"),
    "no number": (["search", "barrier", "--seed", "x"], "'x' is no whole number; expected"),
    "negative seed": (["search", "barrier", "--seed", "-1"], "seed is -1; expected"),
    "no folder to resume": (["search", "barrier", "--resume"], "give it by --out DIR"),
    "nothing to resume": (["search", "barrier", "--resume", "--out", "nowhere"], "holds no run"),
    "resume and force": (
        ["search", "barrier", "--resume", "--force", "--out", "x"],
        "give one",
    ),
    "not a post": (["video", "barrier", "--pre-policy", "5,5"], "choose one of (0,0) (1,0)"),
    "not a cell": (["video", "barrier", "--pre-policy", "left"], "expected a cell as column,row"),
    "no episodes": (["video", "barrier", "--episodes", "0"], "episodes is 0; expected"),
    "not a video": (["video", "barrier", "--out", "film.avi"], "a name that ends in .mp4 or .gif"),
    "no such run": (["video", "barrier", "--run", "nowhere"], "holds no run"),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_and_exit_code_2(scg, arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = scg(*arguments)
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_a_broken_layout_file_is_one_line(scg, tmp_path):
    path = tmp_path / "mine.txt"
    for text, message in (
        ("1: a\ndesirable: a\n\n..1\nRY.\n", "blue's start 'B' is drawn 0 times"),
        ("1: a\ndesirable: a\n\nB#1\n##.\nRY.\n", "cannot be reached"),
        ("1: a\ndesirable: a\n\nB?1\nRY.\n", "unknown character '?'"),
        ("1: a\ndesirable: a\n\nB.1\nRY\n", "row 2 has 2 characters"),
        ("1: a\ndesirable: a\n\nB11\nRY.\n", "goal 1 is drawn 2 times"),
    ):
        path.write_text(text)
        code, _, err = scg("effect", "barrier", "--layout", path)
        assert code == 2
        assert len(err.strip().splitlines()) == 1
        assert message in err


def test_a_run_folder_is_safe(scg, tmp_path):
    run = tmp_path / "run"
    assert scg("search", "barrier", "--out", run, *QUICK)[0] == 0
    before = (run / "summary.json").read_text()
    for arguments, message in (
        ([], "already holds a run"),
        (["--resume"], "has ended"),
        (["--resume", "--seed", "4"], "was made with seed 0, and 4 was given"),
    ):
        code, _, err = scg("search", "barrier", "--out", run, *arguments)
        assert code == 2
        assert len(err.strip().splitlines()) == 1
        assert message in err
        assert (run / "summary.json").read_text() == before
    (tmp_path / "file").write_text("")
    code, _, err = scg("search", "barrier", "--out", tmp_path / "file", *QUICK)
    assert code == 2
    assert "cannot be written" in err
    for command in ("effect", "video", "list"):
        game = [] if command == "list" else ["barrier"]
        code, _, err = scg(command, *game, "--out", tmp_path / "file" / "deeper")
        assert code == 2
        assert len(err.strip().splitlines()) == 1
        assert "Not a directory" in err
    assert scg("search", "barrier", "--out", run, "--force", *QUICK)[0] == 0


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("stable_baselines3", ["search", "barrier", "--responder", "ppo"]),
        ("matplotlib", ["effect", "barrier", "--out", "effects"]),
        ("tensorboard", ["search", "barrier", "--out", "run"]),
        ("matplotlib", ["search", "barrier", "--out", "run"]),
        ("imageio", ["video", "barrier", "--out", "videos"]),
    ],
)
def test_a_missing_extra_is_one_line(scg, module, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = lambda name: None if name == module else name  # noqa: E731
    monkeypatch.setattr("scg_envs.core.extras.find_spec", found)
    code, _, err = scg(*arguments)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert f"needs {module.replace('_', '-')}, which is not installed" in err
    assert "pip install -c constraints.txt '.[train]'" in err
    assert not [path for path in tmp_path.iterdir() if any(path.iterdir())]


def test_files_that_are_no_runs_are_never_touched(scg, tmp_path):
    for name, text in (("summary.json", "{}"), ("config.yaml", '{"my": "config"}')):
        folder = tmp_path / name.replace(".", "_")
        folder.mkdir()
        (folder / name).write_text(text)
        (folder / "model.zip").write_text("mine")
        for flags in ([], ["--force"]):
            code, _, err = scg("search", "barrier", "--out", folder, *QUICK, *flags)
            assert code == 2
            assert "and no run" in err
        assert (folder / name).read_text() == text
        assert (folder / "model.zip").read_text() == "mine"


def test_a_run_that_was_killed_before_its_settings_begins_anew(scg, tmp_path):
    layout, run = tmp_path / "own.txt", tmp_path / "run"
    shutil.copy("scg_envs/games/barrier/layouts/figure3.txt", layout)
    words = ("search", "barrier", "--layout", layout, "--out", run, *QUICK)

    def keep(*names):
        for path in sorted(run.rglob("*"), reverse=True):
            if path.name not in names:
                path.rmdir() if path.is_dir() else path.unlink()

    assert scg(*words)[0] == 0
    expected = read_sealed_json(run / "summary.json") | {"wall_seconds": 0}
    keep("layout", "own.txt", "versions.json")  # what is written before config.yaml
    (run / "layout" / ".partial-0123.txt").write_text("1: half")
    assert scg(*words)[0] == 0
    assert read_sealed_json(run / "summary.json") | {"wall_seconds": 0} == expected
    keep("layout", "own.txt", "summary.json")
    assert "holds 'summary.json' and no run" in scg(*words)[2]
    keep("layout", "own.txt")
    (run / "layout" / "own.txt").write_text("mine")
    assert "holds 'layout' and no run" in scg(*words)[2]
    assert (run / "layout" / "own.txt").read_text() == "mine"


def test_other_commands_do_not_write_into_a_run(scg, tmp_path):
    run = tmp_path / "run"
    assert scg("search", "barrier", "--out", run, *QUICK)[0] == 0
    for arguments in (
        ["effect", "barrier", "--layout", "maze", "--out", run],
        ["video", "barrier", "--out", run],
        ["video", "barrier", "--out", run / "before.mp4"],
    ):
        code, _, err = scg(*arguments)
        assert code == 2
        assert "holds a run; choose another --out" in err


def test_a_run_keeps_its_own_copy_of_a_layout_file(scg, tmp_path, monkeypatch):
    path = tmp_path / "mine.txt"
    path.write_text("1: a\n2: b\ndesirable: b\n\n1R.B.Y2\n.......\n")
    run = tmp_path / "run"
    assert scg("search", "barrier", "--layout", path, "--out", run, *QUICK)[0] == 0
    (run / "summary.json").unlink()  # as if it had been interrupted
    path.unlink()
    monkeypatch.chdir("/")
    code, out, _ = scg("search", "barrier", "--resume", "--out", run, "--json")
    assert code == 0
    assert json.loads(out)["layout"] == "mine"
    assert scg("video", "barrier", "--run", run, "--out", tmp_path, "--episodes", 1)[0] == 0


def test_a_file_named_like_a_shipped_layout_is_not_taken_for_it(scg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "figure3").write_text("something else")
    assert scg("search", "barrier", "--layout", "figure3", "--out", "run", *QUICK)[0] == 0
    assert not (tmp_path / "run" / "layout").exists()
    assert scg("video", "barrier", "--run", "run", "--out", "videos", "--episodes", 1)[0] == 0


def test_resume_takes_settings_that_are_the_runs_own(scg, exact_run, tmp_path):
    run = shutil.copytree(exact_run, tmp_path / "run")
    (run / "summary.json").unlink()
    own = ["--committed", "red", "--layout", "figure3", "--desirable", "top_right", "--seed", 0]
    assert scg("search", "barrier", "--resume", "--out", run, *own)[0] == 0


@pytest.mark.parametrize("content", [b"", b"\xff\x00damaged", b"PK\x03\x04"])
def test_a_damaged_checkpoint_is_one_line(scg, learned_run, tmp_path, content):
    run = shutil.copytree(learned_run, tmp_path / "run")
    (run / "summary.json").unlink()
    (run / "checkpoint.npz").write_bytes(content)
    code, _, err = scg("search", "barrier", "--resume", "--out", run)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert "cannot be read" in err


def test_a_checkpoint_of_an_earlier_version_is_refused_in_one_line(scg, exact_run, tmp_path):
    run = shutil.copytree(exact_run, tmp_path / "run")
    (run / "summary.json").unlink()
    (run / "checkpoint").mkdir()
    code, _, err = scg("search", "barrier", "--resume", "--out", run)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert "is of an earlier version" in err


def test_damaged_results_are_one_line(scg, exact_run, tmp_path):
    run = shutil.copytree(exact_run, tmp_path / "run")
    (run / "findings.npz").unlink()  # which have what was found, too
    for name, content in (
        ("summary.json", b"{}"),
        ("summary.json", b"{"),
        ("config.yaml", b"\xff"),
    ):
        (run / name).write_bytes(content)
        code, _, err = scg("video", "barrier", "--run", run, "--out", tmp_path)
        assert code == 2
        assert len(err.strip().splitlines()) == 1


def test_dollar_signs_are_no_formulas(scg, tmp_path):
    path = tmp_path / "a$\\foo$.txt"
    path.write_text("1: $\\foo$\n2: b\ndesirable: $\\foo$\n\n1R.B.Y2\n.......\n")
    assert scg("search", "barrier", "--layout", path, "--out", tmp_path / "run", *QUICK)[0] == 0


def test_ctrl_c_keeps_what_was_written_and_says_how_to_go_on(tmp_path):
    run = tmp_path / "run"
    command = [sys.executable, "-m", "scg_envs.train", "search", "barrier", "--responder", "ppo"]
    process = subprocess.Popen(
        [*command, "--out", str(run)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    metrics = run / "metrics.csv"
    for _ in range(600):
        time.sleep(0.1)
        if metrics.exists() and len(metrics.read_text().splitlines()) > 2:
            break
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert f"--resume --out {run}" in err
    assert (run / "checkpoint.npz").exists()
    assert not (run / "summary.json").exists()


def without_time(text):
    return {k: v for k, v in json.loads(text).items() if k not in ("wall_seconds", "seal")}


def test_a_runs_settings_can_be_given_again(scg, exact_run, tmp_path):
    """The same result from its `config.yaml`; flags that are given stand before it."""
    config = exact_run / "config.yaml"
    code, again, _ = scg("search", "--config", config, "--out", tmp_path / "again", "--json")
    assert code == 0
    assert without_time(again) == without_time((exact_run / "summary.json").read_text())
    assert (tmp_path / "again" / "config.yaml").read_text() == config.read_text()
    code, other, _ = scg("search", "barrier", "--config", config, "--seed", 5, "--json")
    assert code == 0
    assert json.loads(other)["seed"] == 5


def test_settings_of_a_search_in_words_can_be_given_again(scg, tmp_path):
    words = ["--evaluations", 2, "--seed", 3]
    assert scg("talk", "banana", *words, "--out", tmp_path / "one")[0] == 0
    config = tmp_path / "one" / "config.yaml"
    assert scg("talk", "--config", config, "--out", tmp_path / "two")[0] == 0
    kept = [read_sealed_json(tmp_path / name / "summary.json") for name in ("one", "two")]
    assert kept[0]["history"] == kept[1]["history"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("game: barrier\nlayuot: maze\n", "Did you mean 'layout'"),
        ("- 1\n", "it holds list"),
        ("game: [", "holds no settings"),
        ("game: household\n", "drop one of them"),
        ("layout: [maze]\n", "layout is ['maze']; expected a text"),
        ("seed: true\n", "seed is True; expected a whole number"),
        ("options: {rounds: 3}\n", "unknown setting 'rounds'"),
        ("command: effect\n", "they are of scg effect"),
        ("words: {who: llm}\n", "of an earlier version"),
        (None, "there is no file"),
    ],
)
def test_a_damaged_file_of_settings_is_one_line(scg, tmp_path, text, said):
    path = tmp_path / "my.yaml"
    if text is not None:
        path.write_text(text)
    code, out, err = scg("search", "barrier", "--config", path)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_search_without_a_game_is_one_line(scg):
    code, _, err = scg("search")
    assert code == 2
    assert "give GAME (scg list), or --config FILE" in err
