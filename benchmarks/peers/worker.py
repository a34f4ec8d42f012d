"""Measures one peer, in the peer's own environment: a line in, `[batch, joint steps/s]` out."""

import importlib.util
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Pin to the first core, load the adapter, and measure as often as asked."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print what they like
    path = Path(__file__).with_name(f"{sys.argv[1]}.py")
    sys.path.pop(0)  # adapters are named as what they import
    spec = importlib.util.spec_from_file_location("adapter", path)
    assert spec is not None
    assert spec.loader is not None
    adapter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(adapter)
    batch, run = adapter.make()
    for _ in sys.stdin:
        start = time.perf_counter()
        steps = run()
        print(json.dumps([batch, steps / (time.perf_counter() - start)]), file=answers, flush=True)


if __name__ == "__main__":
    main()
