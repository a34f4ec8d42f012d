"""Ctrl-C before the command has begun: no traceback out of an import."""

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


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.4])
def test_ctrl_c_while_it_imports_shows_no_traceback(seconds):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "search", "barrier", "--responder", "ppo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_interrupts,
    )
    assert process.stdout.readline() == "importing\n"
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("how", "ends"), [(["-m", "scg_envs.train"], True), (["-c", "import scg_envs"], False)]
)
def test_only_the_command_ends_at_once(how, ends, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Look:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'scg_envs.core.registry':  # imported right after\n"
        "            import signal\n"
        "            print(signal.getsignal(signal.SIGINT) is signal.SIG_DFL, flush=True)\n"
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
