"""What users would pick instead, each in a virtual environment of its own.

An adapter is a file here that imports nothing of this project: `make()` returns `(batch, run)`,
and `run()` plays some steps, resets included, and returns how many joint steps that was. The
first line of its docstring says what it is; `REQUIREMENTS` what its environment installs.

    python benchmarks/peers/install.py            makes all environments
    python benchmarks/peers/install.py minigrid   makes one

Environments are made in `benchmarks/peers/.venvs/`; a peer without one is left out and named.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ..harness import STEPS, Row, row

FOLDER = Path(__file__).parent
VENVS = FOLDER / ".venvs"
_OURS = ("__init__", "install", "worker")
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in _OURS))


def rows(repeats: int) -> tuple[list[Row], list[str]]:
    """Measure the installed peers, interleaved; the paragraph names those that are left out."""
    workers = {name: _worker(name) for name in NAMES if _python(name).exists()}
    values: dict[str, list[float]] = {name: [] for name in workers}
    batches: dict[str, int] = {}
    failed: dict[str, str] = {}
    try:
        for _ in range(repeats + 1):  # the first fills caches
            for name, worker in workers.items():
                if name in failed:
                    continue
                assert worker.stdin is not None
                assert worker.stdout is not None
                said = ""
                try:
                    worker.stdin.write("\n")
                    worker.stdin.flush()
                    said = worker.stdout.readline()
                except BrokenPipeError:
                    pass
                if not said:
                    failed[name] = "its adapter failed"
                    continue
                batches[name], rate = json.loads(said)
                values[name].append(rate)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.communicate()
    measured = [
        row(f"peer/{name}", rates[1:], unit=STEPS, batch=batches[name])
        for name, rates in values.items()
        if name not in failed
    ]
    out = failed | {name: "not installed" for name in NAMES if name not in workers}
    said = [f"{name} ({why})" for name, why in sorted(out.items())]
    return measured, [f"Peers left out: {', '.join(said)}."] if said else []


def _python(name: str) -> Path:
    return VENVS / name / "bin" / "python"


def _worker(name: str) -> subprocess.Popen[str]:
    """A process of the peer's environment that measures once for each line it reads."""
    return subprocess.Popen(
        [str(_python(name)), str(FOLDER / "worker.py"), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if not sys.flags.dev_mode else None,
        text=True,
    )
