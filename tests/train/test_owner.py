"""A folder has one owner at a time, and a run writes nowhere else."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from scg_envs.core.errors import CannotWrite, RunFolderError
from scg_envs.core.files import write_text
from scg_envs.train.page.page import _Embedded
from scg_envs.train.run.folder import RunFolder
from scg_envs.train.run.owner import owned
from scg_envs.train.search import resume, search

QUICK = ("--evaluations", "16", "--batch", "8")
OWNER = """
import sys, time
from pathlib import Path
from scg_envs.train.run.owner import owned
with owned(Path(sys.argv[1])):
    print("owned", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that owns a folder."""
    command = [sys.executable, "-c", OWNER, str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "owned\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_until_the_first_is_gone(other, tmp_path, scg):
    run = tmp_path / "run"
    commands = (
        ("search", "household", *QUICK),
        ("search", "household", *QUICK, "--force"),
        ("talk", "bargaining", "--evaluations", "2"),
        ("train-baseline", "household", "--steps", "1"),
        ("effect", "household"),
        ("video", "household"),
        ("reproduce", "scai"),
    )
    for command in commands:
        code, printed, error = scg(*command, "--out", run)
        assert (code, printed, error.count("\n")) == (2, "", 1)
        assert f"{run} is in use by process {other.pid} on " in error
    with pytest.raises(RunFolderError, match="in use by process"):
        search("household", out=run, force=True)
    assert os.listdir(run) == [".scg-lock"]
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    with owned(run):
        assert os.listdir(run) == [".scg-lock"]
    assert not any(run.iterdir())


def test_a_thread_keeps_others_out_and_may_own_twice(tmp_path):
    refused = []

    def another():
        try:
            with owned(tmp_path):
                pass
        except RunFolderError as error:
            refused.append(str(error))

    with owned(tmp_path), owned(tmp_path):
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
    assert len(refused) == 1
    another()
    assert len(refused) == 1


def test_a_folder_into_which_nothing_was_written_goes_again(tmp_path):
    with owned(tmp_path / "a" / "b"):
        pass
    assert not (tmp_path / "a").exists()
    (tmp_path / ".partial-1234.png").touch()  # of a process that was killed
    (tmp_path / "kept").touch()
    with owned(tmp_path):
        assert sorted(os.listdir(tmp_path)) == [".scg-lock", "kept"]
    assert os.listdir(tmp_path) == ["kept"]


@pytest.mark.parametrize("replaced", [False, True])
def test_a_folder_that_is_moved_away_is_not_made_anew(tmp_path, replaced):
    run, moved = tmp_path / "run", tmp_path / "moved"

    def write():
        with owned(run):
            write_text(run / "first", "1")
            run.rename(moved)
            if replaced:
                run.mkdir()
            write_text(run / "inner" / "second", "2")

    with pytest.raises(CannotWrite, match="was moved or deleted while"):
        write()
    assert (moved / "first").read_text() == "1"
    assert not (run / "inner").exists()
    write_text(run / "third", "3")  # nobody owns it any more


def test_a_search_whose_folder_is_moved_away_ends_in_a_line_and_goes_on(tmp_path, monkeypatch, scg):
    run, moved = tmp_path / "run", tmp_path / "moved"
    words = ("household", *QUICK, "--json")
    assert scg("search", *words, "--out", tmp_path / "whole")[0] == 0
    keep = RunFolder.save_checkpoint

    def moving(self, *given):
        if run.exists():
            keep(self, *given)
            run.rename(moved)
        return keep(self, *given)

    monkeypatch.setattr(RunFolder, "save_checkpoint", moving)
    code, out, error = scg("search", *words, "--out", run)
    assert (code, out) == (2, "")
    assert f"{run} was moved or deleted" in error
    assert error.count("\n") == 1
    assert not run.exists()
    monkeypatch.undo()
    assert scg("search", "household", "--resume", "--out", moved, "--json")[0] == 0
    found, whole = (RunFolder(path).read_summary() for path in (moved, tmp_path / "whole"))
    assert found | {"wall_seconds": 0} == whole | {"wall_seconds": 0}


def test_what_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match=r"file/run cannot be written \(Not a directory\)"):
        search("household", evaluations=16, batch=8, out=tmp_path / "file" / "run")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run that was broken off at its very end."""
    run = tmp_path_factory.mktemp("run")
    search("household", evaluations=16, batch=8, out=run)
    (run / "summary.json").unlink()
    return run


@pytest.mark.parametrize("name", ["metrics.csv", "tensorboard", "model.zip", "tensorboard/x"])
def test_links_inside_a_run_are_refused(name, run, tmp_path):
    outside, run = tmp_path / "outside", shutil.copytree(run, tmp_path / "run")
    outside.mkdir()
    (outside / "kept").write_text("mine")
    if (run / name).exists():
        (run / name).rename(tmp_path / "away")
    (run / name).symlink_to(outside if "tensorboard" in name else outside / "kept")
    for refused in (
        lambda: resume(run),
        lambda: search("household", evaluations=16, batch=8, out=run, force=True),
    ):
        with pytest.raises(RunFolderError, match="is a link"):
            refused()
    assert os.listdir(outside) == ["kept"]
    assert (outside / "kept").read_text() == "mine"


@pytest.mark.parametrize("name", ["config.yaml", "summary.json", "learning.png", "findings.npz"])
def test_nobody_waits_for_a_pipe_or_follows_a_link_of_a_strangers_folder(name, tmp_path, scg):
    run, other, secret = tmp_path / "run", tmp_path / "other", tmp_path / "secret"
    search("household", evaluations=16, batch=8, out=run)
    shutil.copytree(run, other)
    secret.write_text("nobody's business")
    for made in (lambda: os.mkfifo(run / name), lambda: (run / name).symlink_to(secret)):
        (run / name).unlink()
        made()
        page = tmp_path / "page.html"
        for words in (("report", run), ("compare", run, other, "--page", page)):
            code, printed, error = scg(*words)
            assert (code, printed, error.count("\n")) == (2, "", 1)
        assert not page.exists()
    (run / "learning.png").unlink(missing_ok=True)
    (run / "learning.png").symlink_to(secret)
    assert not _Embedded()(run / "learning.png")
    assert secret.read_text() == "nobody's business"


def test_a_link_at_the_place_of_a_picture_is_replaced(tmp_path, scg):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "out").mkdir()
    for name in ("effect.png", "config.yaml"):
        (tmp_path / "out" / name).symlink_to(tmp_path / "mine")
    assert scg("effect", "household", "--out", tmp_path / "out")[0] == 0
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "out" / "effect.png").is_symlink()


@pytest.mark.parametrize("name", ["-x", "a\nb", "a\x1b[2Jb", "\u202eü"])
def test_any_name_will_do_for_a_folder(name, run, tmp_path, monkeypatch, scg):
    monkeypatch.chdir(tmp_path)
    assert scg("effect", "household", f"--out={name}")[0] == 0
    assert os.listdir() == [name]
    shutil.copytree(run, name, dirs_exist_ok=True)
    code, printed, error = scg("search", "household", *QUICK, f"--out={name}")
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert error.rstrip("\n").isprintable()


def test_a_video_goes_into_a_folder_of_any_name(tmp_path, monkeypatch, scg):
    """The program that writes it takes names that begin with a dash for its options."""
    monkeypatch.chdir(tmp_path)
    assert scg("video", "household", "--episodes", "1", "--out=-x")[0] == 0
    assert (tmp_path / "-x" / "household.mp4").stat().st_size > 1000


def test_a_video_that_finds_no_room_is_one_line(tmp_path):
    done = subprocess.run(
        [*(sys.executable, "-m", "scg_envs.train", "video", "household"), "--out", tmp_path / "x"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    (said,) = [line for line in done.stderr.splitlines() if "compiling" not in line]
    assert done.returncode == 2
    assert not list((tmp_path / "x").glob("*.mp4"))
    assert "household.mp4 cannot be written" in said
