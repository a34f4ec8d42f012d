"""Check what users install: the wheel's names, that it imports elsewhere, and its types.

`agents/` and `train/` stand beside `scg_envs/` here and inside of it in the wheel, so types can
be checked only there.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_IMPORTS = "import scg_envs, scg_envs.agents, scg_envs.train.cli; print(scg_envs.__file__)"


def main() -> None:
    """Build the wheel, unpack it into an empty folder, and look at it there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(
            "-m", "build", "--no-isolation", "--outdir", name, str(ROOT)
        )  # the wheel from the sdist
        (wheel,) = folder.glob("*.whl")
        site = folder / "site"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
        tops = {path.name for path in site.iterdir() if path.suffix != ".dist-info"}
        if tops != {"scg_envs"}:
            sys.exit(f"the wheel has the top-level names {sorted(tops)}; expected scg_envs alone")
        for data in _data_files():
            if not (site / "scg_envs" / data).exists():
                sys.exit(f"the wheel lacks {data}; see package-data in pyproject.toml")
        found = _run(
            "-c", f"import sys; sys.path.insert(0, {str(site)!r}); {_IMPORTS}", cwd=folder
        ).strip()
        if not found.startswith(str(site)):
            sys.exit(f"the import took {found}, not the wheel's own files in {site}")
        print(
            _run("-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "scg_envs", cwd=site)
        )
    print(f"{wheel.name}: one top-level name, imports from another folder, types check")


def _data_files() -> list[Path]:
    """What the packages hold beside code, where the wheel is to have it below `scg_envs`."""
    inside = {"scg_envs": ROOT / "scg_envs", "agents": ROOT, "train": ROOT}
    return [
        path.relative_to(base)
        for part, base in inside.items()
        for path in (ROOT / part).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc", ".nbi", ".nbc")
    ]


def _run(*arguments: str, cwd: Path | None = None) -> str:
    """Run this Python; on failure show what it printed and stop."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
