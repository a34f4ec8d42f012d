"""Ctrl-C and SIGTERM before the command has begun, and after it has ended: one line."""

import os
import signal
import subprocess
import sys
import time

import pytest

# As the `scg` script that pip writes; `sys.argv[0]` is all that tells it apart.
SCRIPT = """
import sys
sys.argv[0] = "scg"
print("importing", flush=True)
from scg_envs.train.cli import main
sys.exit(main())
"""


def _hear_interrupts():
    """A suite in the background of a shell hands down that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.1, 0.3])
def test_a_signal_while_it_imports_is_one_line(number, seconds):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "search", "barrier", "--responder", "ppo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_interrupts,
    )
    assert process.stdout.readline() == "importing\n"
    time.sleep(seconds)
    os.kill(process.pid, number)
    _, error = process.communicate(timeout=60)
    assert process.returncode in (130, -number)  # where Python has not come to our first line
    assert error == ("scg: interrupted\n" if process.returncode == 130 else "")


LATE = """
import atexit, os, signal, sys
sys.argv[0] = "scg"
def last():
    os.kill(os.getpid(), signal.{number})
if "{when}" == "at last":
    atexit.register(last)  # before ours, and so called after it
from scg_envs.train.cli import main
if "{when}" == "in the line":
    from scg_envs.train.cli import entry
    def spoken(message):
        signal.raise_signal(signal.{number})
        return message
    entry.shown = spoken
code = main(["effect", "nothing"])
if "{when}" == "ended":
    signal.raise_signal(signal.{number})
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("when", "code", "said"),
    [
        ("in the line", 130, ""),
        ("ended", 130, "scg: interrupted\n"),
        ("at last", 2, ""),  # it had come to its end, and says how
    ],
)
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_signal_as_it_ends_is_no_traceback(number, when, code, said):
    done = subprocess.run(
        [sys.executable, "-c", LATE.format(number=number, when=when)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_hear_interrupts,
    )
    assert done.returncode == code
    *first, _ = f"{done.stderr}end".splitlines()
    assert [line for line in first if not line.startswith("scg: error: ")] == said.splitlines()


DROPPED = """
import signal, sys, time
sys.argv[0] = "scg"
from scg_envs.train.cli import entry, main
class Last:
    def __del__(self):
        signal.raise_signal(signal.{number})
def introduce(words):
    Last()
    time.sleep(30)
entry._introduce = introduce
sys.exit(main([]))
"""


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_signal_that_python_drops_comes_again(number):
    """As where one falls into what Python calls by itself: a finalizer, or a fork's callbacks."""
    done = subprocess.run(
        [sys.executable, "-c", DROPPED.format(number=number)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_hear_interrupts,
    )
    assert (done.returncode, done.stderr) == (130, "scg: interrupted\n")


@pytest.mark.parametrize(
    ("how", "ends"), [(["-m", "scg_envs.train"], True), (["-c", "import scg_envs"], False)]
)
def test_only_the_command_ends_at_once(how, ends, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Look:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'scg_envs.core.registry':  # imported right after\n"
        "            import signal as s\n"
        "            print(s.getsignal(s.SIGINT) is not s.default_int_handler, flush=True)\n"
        "sys.meta_path.insert(0, Look())\n"
    )
    done = subprocess.run(
        [sys.executable, *how],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_hear_interrupts,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert done.stdout.splitlines()[0] == str(ends)
