"""Makes the peers' virtual environments; says of each whether it could be installed, or why not."""

import ast
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).parent


def requirements(adapter: Path) -> list[str]:
    """The literal `REQUIREMENTS` of an adapter, which is not imported."""
    for node in ast.parse(adapter.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "REQUIREMENTS":
            return list(ast.literal_eval(node.value))
    return []


def install(adapter: Path) -> str:
    """Make one environment; returns the last line of pip's complaint, or nothing."""
    folder = FOLDER / ".venvs" / adapter.stem
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q"]
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", *requirements(adapter)],
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return ""
    (folder / "bin" / "python").unlink()  # without it the benchmark leaves the peer out
    return (done.stderr.strip() or "pip failed").splitlines()[-1]


def main() -> None:
    """Install the peers that are named, or all."""
    for adapter in sorted(FOLDER.glob("*.py")):
        if requirements(adapter) and (len(sys.argv) == 1 or adapter.stem in sys.argv[1:]):
            print(f"{adapter.stem}: {install(adapter) or 'installed'}", flush=True)


if __name__ == "__main__":
    main()
