"""Ctrl-C before the command has begun: no traceback out of an import."""

import os
import signal
import subprocess
import sys
import time

import pytest

# As the `scg` script that pip writes; `sys.argv[0]` is all that tells it apart.
SCRIPT = "import sys; sys.argv[0] = 'scg'; from scg_envs.train.cli import main; sys.exit(main())"


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.35])
@pytest.mark.parametrize("how", [["-c", SCRIPT], ["-m", "scg_envs.train"]])
def test_ctrl_c_while_it_imports_shows_no_traceback(how, seconds):
    process = subprocess.Popen(
        [sys.executable, *how, "search", "barrier", "--responder", "ppo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT)
    if seconds > 0.1:  # before that Python itself may still be starting
        assert "Traceback" not in error


def test_other_programs_keep_their_ctrl_c():
    code = "import signal, scg_envs; print(signal.getsignal(signal.SIGINT))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "default_int_handler" in done.stdout
