import os
import signal

from hypothesis import settings

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # pictures without a screen
# Two threads that wait for each other in a loop make small networks several times slower, and
# tests that run beside each other share the cores anyway. Libraries read it when they are imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Whatever starts in the background of a script ignores Ctrl-C, and hands that on to what it starts.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same code passes or fails alike, on any machine and however slow it is.
# `--hypothesis-profile=searching` looks where nobody has looked yet.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile("repeatable")
