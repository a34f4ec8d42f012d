"""Whether a suite comes to the same table twice, and how long it takes.

    python -m benchmarks.suite --suite commit-v1-quick --workers 2

It runs serially, then on workers, in folders of its own, and says whether every table but that of
times is the same to the byte, and what each took. commit-v1-quick takes about a minute of processor
time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from scg_envs.core.backends import Backend, Processes, Serial
from scg_envs.train.benchmark import planned, read_suite, run_benchmark
from scg_envs.train.benchmark.report import report


def tables(suite: str, seeds: int | None, backend: Backend, folder: Path) -> dict[str, bytes]:
    """What a benchmark writes, without what it took."""
    started = time.perf_counter()
    with backend:
        done = run_benchmark(planned(read_suite(suite), seeds=seeds), folder, backend=backend)
    found = report(done)
    seconds = time.perf_counter() - started
    print(
        f"{len(found.tables.runs)} runs, {backend.workers} at a time: {seconds:.0f} s", flush=True
    )
    kept = [path for path in found.paths if path.suffix != ".png" and path.stem != "times"]
    return {path.name: path.read_bytes() for path in kept}


def main() -> int:
    """Run both, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="commit-v1-quick")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", type=int)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = tables(given.suite, given.seeds, Serial(), folder / "serial")
        other = tables(given.suite, given.seeds, Processes(given.workers), folder / "workers")
    different = [file for file in one if one[file] != other[file]]
    print(f"{len(one)} files, different: {', '.join(different) or 'none'}")
    return int(bool(different))


if __name__ == "__main__":
    raise SystemExit(main())
