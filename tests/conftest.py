import os
import signal

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # pictures without a screen

# Whatever starts in the background of a script ignores Ctrl-C, and hands that on to what it starts.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
