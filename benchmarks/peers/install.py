"""Makes the peers' virtual environments; says of each whether it could be installed, or why not.

python -m benchmarks.peers.install [NAME ...]     all, or those that are named
"""

import subprocess
import sys
import venv
from pathlib import Path

from .adapters import ADAPTERS, environment_of, literal, python_of


def install(adapter: Path) -> str:
    """Make one environment; returns the last line of pip's complaint, or nothing."""
    venv.create(environment_of(adapter), with_pip=True, clear=True)
    pip = [str(python_of(adapter)), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, *literal(adapter, "REQUIREMENTS", ())], capture_output=True, text=True
    )
    if done.returncode == 0:
        return ""
    python_of(adapter).unlink()  # without it the benchmark leaves the peer out
    return (done.stderr.strip() or "pip failed").splitlines()[-1]


def main() -> None:
    """Install the peers that are named, or all."""
    for adapter in ADAPTERS:
        if literal(adapter, "REQUIREMENTS", None) is None:  # it uses another's
            continue
        if len(sys.argv) == 1 or adapter.stem in sys.argv[1:]:
            print(f"{adapter.stem}: {install(adapter) or 'installed'}", flush=True)


if __name__ == "__main__":
    main()
