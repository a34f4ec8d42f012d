"""`scg play`: a line that says where, one line at the end, and mistakes in one line."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing

import pytest

from .serving import Page

PLAY = [sys.executable, "-m", "scg_envs.train", "play"]


@pytest.fixture
def playing():
    """Starts `scg play` and says its address; whatever is left running is ended."""
    running = []

    def start(*arguments):
        command = [*PLAY, *arguments, "--no-browser", "--port", "0", "--json"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        lines = ""
        while not lines.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            lines += line
        return process, json.loads(lines)["address"]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_a_game_is_served_to_this_machine_alone_until_ctrl_c(playing):
    process, address = playing("prisoners_dilemma", "--rounds", "4", "--against", "tit-for-tat")
    assert address.startswith("http://127.0.0.1:")
    assert b"Prisoner&#39;s dilemma" in urllib.request.urlopen(address, timeout=20).read()
    with Page(address.removeprefix("http://").rstrip("/")) as page:
        for move in (0, 0, 0, 1):
            page.move(move)
        assert page.view["earned"] == {"one": -3.0, "two": -6.0}
        assert page.view["result"]["best"]["average"] == -3.0
        process.send_signal(signal.SIGINT)  # while a page is open
        out, error = process.communicate(timeout=20)
    assert (process.returncode, out, error) == (130, "", "scg: interrupted\n")


def test_a_port_that_is_in_use(scg):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, error = scg("play", "household", "--port", port)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert f"port {port} of 127.0.0.1 cannot be had (address already in use); give" in error


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nothing"], "unknown game 'nothing'"),
        ([], "no game is named"),
        (["barrier", "--commitment", "9,9"], "posts"),
        (["barrier", "--commitment", "runs/nowhere"], "expected a cell"),
        (["barrier", "--commitment", "."], "holds no run"),
        (["barrier", "--against", "."], "holds no run"),
        (["barrier", "--against", "runs/nowhere"], "unknown opponent"),
        (["barrier", "--seat", "yellow"], "unknown seat"),
        (["household", "--port", "70000"], "port is 70000"),
        (["household", "--port", "-1"], "port is -1"),
        (["household", "--host", "nowhere.invalid"], "no address or name of this machine"),
        (["household", "--host", "203.0.113.7"], "cannot be had"),
        (["household", "--seed", "-1"], "seed is -1"),
        (["household", "--rounds", "5", "--against", "akata-people"], "ordered as in neither"),
    ],
)
def test_a_mistake_is_one_line(scg, arguments, why, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, error = scg("play", *arguments)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert why in error
