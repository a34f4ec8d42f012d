"""What becomes of runs when processes are killed, files are damaged, and interfaces misused.

    python -m benchmarks.faults files             every file of a run, four damages
    python -m benchmarks.faults kills --times 50  SIGKILL at random moments, then --resume
    python -m benchmarks.faults stops --times 50  SIGINT and SIGTERM at random moments
    python -m benchmarks.faults calls             100,000 calls of each interface

Each prints what it counted; what must be 0 is named. docs/reliability.md quotes the figures.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from scg_envs.train import report
from scg_envs.train.cli import main as scg

from .fuzz import INTERFACES, fuzz

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "data" / "smollm2" / "answers.sqlite"
PLANS = Path(__file__).resolve().parent / "plans"
WORDS = ("talk", "bargaining", "--seats", "llm", "--model", "smollm2", "--answer-tokens", "200")
FRESH = ("--responder", "fresh-ppo", "--steps", "512", "--pre-policy", "mixed")
SEARCHES: dict[str, tuple[str, ...]] = {
    "exact": ("search", "barrier", "--evaluations", "96", "--batch", "8"),
    "matrix": (
        *("search", "prisoners_dilemma", "--rounds", "20", "--pre-policy", "memory-one"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "ppo": (
        *("search", "household", "--responder", "ppo", "--steps", "4000"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "dqn": (
        *("search", "household", "--responder", "dqn", "--steps", "2000"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "fresh": ("search", "stag_hunt", *FRESH, "--evaluations", "8", "--batch", "2"),
    "tabular": (
        *("search", "barrier", "--responder", "tabular", "--steps", "400000"),
        *("--evaluations", "96", "--batch", "8"),
    ),
    "words": (
        *(*WORDS, "--temperature", "0.8", "--evaluations", "5"),
        *("--mode", "replay-only", "--recordings", str(RECORDED)),
    ),
    "foreign": (
        *("search", "pettingzoo.classic.rps_v2:parallel_env", "--committed", "player_0"),
        *("--desirable", "scg_envs.games.external.predicates:player_1_wins"),
        *("--responder", "ppo", "--steps", "2000", "--evaluations", "48", "--batch", "8"),
    ),
    "sweep": ("sweep", str(PLANS / "sweep.yaml"), "--workers", "2"),
    "benchmark": ("benchmark", "--suite", str(PLANS / "suite.yaml"), "--workers", "2"),
}
FINISHED = ("search", "talk")  # of these a finished run is reported; the others say it again
DAMAGES: dict[str, Callable[[bytes, random.Random], bytes | None]] = {
    "truncated": lambda content, draw: content[: draw.randrange(max(len(content), 1))],
    "emptied": lambda content, draw: b"",
    "flipped": lambda content, draw: _flipped(content, draw),
    "deleted": lambda content, draw: None,
}
PICTURES = (".png", ".mp4", ".gif", ".html")  # written, and never read again
TIMES = ("seconds", "wall_seconds", "env_steps_per_second")


def _flipped(content: bytes, draw: random.Random) -> bytes:
    if not content:
        return content
    place = draw.randrange(len(content))
    changed = content[place] ^ (1 << draw.randrange(8))
    return content[:place] + bytes([changed]) + content[place + 1 :]


def damaged(folder: Path, draw: random.Random) -> Iterator[tuple[Path, str]]:
    """Each file of a folder in each state of damage, in turn; whole again afterwards."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        content = path.read_bytes()
        for name, change in DAMAGES.items():
            changed = change(content, draw)
            if changed == content:
                continue
            path.unlink()
            if changed is not None:
                path.write_bytes(changed)
            yield path, name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def called(*words: object) -> tuple[int, str, str]:
    """The exit code of `scg`, what it prints, and what it complains about."""
    said, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complained):
        code = scg([str(word) for word in words])
    return code, said.getvalue(), complained.getvalue()


def result_of(said: str) -> Any:
    """A summary without what differs from day to day."""
    return _timeless(json.loads(said))


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if k not in TIMES}
    return [_timeless(part) for part in value] if isinstance(value, list) else value


def judged(words: Sequence[object], expected: Any) -> str:
    """What a command comes to: the right result, one line, a silent difference, or worse."""
    try:
        code, said, complained = called(*words)
    except BaseException as error:  # what a user would see as a traceback
        return f"traceback: {type(error).__name__}: {error}"
    if code == 0:
        return "right" if result_of(said) == expected else "silently different"
    one_line = complained.startswith("scg: ") and complained.count("\n") == 1
    return "one line" if one_line and not said else f"not one line: {complained!r}"


def break_off(folder: Path) -> None:
    """Make of a finished run one whose process was killed after its last round."""
    for name in ("summary.json", "findings.npz"):
        (folder / name).unlink(missing_ok=True)


def check_files(kind: str, folder: Path, seed: int = 0, *, pictures: bool = True) -> Counter[str]:
    """Damage every file of a finished run and of one that was broken off, and go on with it.

    Args:
        kind: one of `SEARCHES`.
        folder: where to work; its folder `whole` is made if it is not there.
        seed: of where files are cut and flipped.
        pictures: whether files that are never read are damaged, too.

    Returns:
        How often each came about.
    """
    words, counted, draw = SEARCHES[kind], Counter[str](), random.Random(seed)
    whole = folder / "whole"
    code, said, complained = called(*words, "--out", whole, "--json")
    if code:
        raise RuntimeError(complained)
    expected = result_of(said)
    for state in ("finished", "broken off"):
        run = folder / state.replace(" ", "_")
        shutil.copytree(whole, run)
        if state == "broken off":
            break_off(run)
        pristine = folder / "pristine"
        shutil.copytree(run, pristine)
        for path, name in damaged(run, draw):
            relative = path.relative_to(run)
            if not pictures and (path.suffix in PICTURES or "tensorboard" in relative.parts):
                continue
            again = (
                ("report", run) if state == "finished" else (*words[:2], "--resume", "--out", run)
            )
            found = judged((*again, "--json"), expected)
            counted[found if found in ("right", "one line") else f"{found} ({relative})"] += 1
            if found not in ("right", "one line"):
                print(f"  {kind}, {state}, {relative} {name}: {found}", file=sys.stderr)
            shutil.rmtree(run)
            shutil.copytree(pristine, run)
        shutil.rmtree(pristine)
    return counted


def _popen(words: Sequence[object]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scg_envs.train", *map(str, words)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def check_kills(kind: str, folder: Path, times: int, seed: int = 0) -> Counter[str]:
    """Kill a search at random moments until it has ended by itself; `times` kills in all."""
    words, draw, counted = SEARCHES[kind], random.Random(f"{kind} {seed}"), Counter[str]()
    single = words[0] in FINISHED  # sweeps and benchmarks go on by the same words
    began = time.monotonic()
    process = _popen((*words, "--out", folder / "whole", "--json"))
    said, complained = process.communicate()
    lasted = time.monotonic() - began
    expected, rows = result_of(said), _rows(folder / "whole")
    while counted["kills"] < times:
        run = folder / "run"
        shutil.rmtree(run, ignore_errors=True)
        again: tuple[object, ...] = (*words, "--out", run)
        process = _popen((*again, "--json"))
        try:
            process.communicate(timeout=draw.uniform(0.2, 1.0) * lasted)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            counted["kills"] += 1
        if single and (run / "config.yaml").exists():
            again = (*words[:2], "--resume", "--out", run)
        said, complained = _popen((*again, "--json")).communicate()
        if "has ended" in complained:
            said, complained = _popen(("report", run, "--json")).communicate()
        right = bool(said) and result_of(said) == expected and _rows(run) == rows
        counted["right" if right else "wrong"] += 1
        if not right:
            print(f"  {kind}: {complained or 'another result'}", file=sys.stderr)
    return counted


def _rows(folder: Path) -> list[dict[str, str]]:
    """The rows of `metrics.csv` without wall time; none of a search in words."""
    path = folder / "metrics.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [_timeless(row) for row in csv.DictReader(file)]


def check_stops(kind: str, folder: Path, times: int, seed: int = 0) -> Counter[str]:
    """Send SIGINT or SIGTERM at random moments: one line at most, and no process left."""
    words, draw, counted = SEARCHES[kind], random.Random(f"{kind} {seed}"), Counter[str]()
    if kind == "fresh":
        words = (*words, "--workers", "2")
    began = time.monotonic()
    _popen((*words, "--out", folder / "whole")).communicate()
    lasted = time.monotonic() - began
    for _ in range(times):
        run = folder / "run"
        shutil.rmtree(run, ignore_errors=True)
        process = _popen((*words, "--out", run))
        time.sleep(draw.uniform(0.02, 1.0) * lasted)
        stop = draw.choice((signal.SIGINT, signal.SIGTERM))
        process.send_signal(stop)
        _, complained = process.communicate(timeout=300)
        lines = [line for line in complained.splitlines() if "compiling its kernels" not in line]
        fine = process.returncode in (0, 130, -stop) and len(lines) <= 1
        counted["fine" if fine else "not fine"] += 1
        counted[f"exit code {process.returncode}"] += 1
        if not fine:
            print(f"  {kind}: {process.returncode}, {complained}", file=sys.stderr)
        counted["processes left"] += len(_left(process.pid))
    return counted


def _left(session: int) -> list[int]:
    """The processes of a session (Linux); none after its last has ended."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            numbers = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if entry.name.isdigit() and int(numbers[3]) == session and numbers[0] != "Z":
            found.append(int(entry.name))
    return found


def main(argv: Sequence[str] | None = None) -> None:
    """Run one part, and print what it counted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=("files", "kills", "stops", "calls"))
    parser.add_argument("--kinds", default=",".join(SEARCHES), help="of searches, with commas")
    parser.add_argument("--times", type=int, default=50, help="kills or stops of each kind")
    parser.add_argument("--calls", type=int, default=100_000, help="of each interface")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--undrawn", action="store_true", help="files: make no pictures and videos, damage none"
    )
    told = parser.parse_args(argv)
    if told.undrawn:
        for name in ("_draw", "_film", "write_search_page"):
            setattr(report, name, lambda *arguments: None)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if told.part == "calls":
        for interface in INTERFACES:
            print(interface, dict(fuzz(interface, told.calls, told.seed)), flush=True)
        return
    for kind in told.kinds.split(","):
        with tempfile.TemporaryDirectory() as name:
            if told.part == "files":
                counted = check_files(kind, Path(name), told.seed, pictures=not told.undrawn)
            else:
                check = check_kills if told.part == "kills" else check_stops
                counted = check(kind, Path(name), told.times, told.seed)
            print(f"{told.part} {kind}", dict(counted), flush=True)


if __name__ == "__main__":
    main()
