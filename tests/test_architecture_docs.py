"""docs/architecture.md: its files are added to a copy of the package, and everything on it runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE, re.M | re.S)
FILES = {name: text for _, name, text in BLOCKS if name}


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """The package as it is installed, of links, with the page's files added."""
    site = tmp_path_factory.mktemp("site")
    linked(ROOT / "scg_envs", site / "scg_envs")
    for part in ("agents", "train"):
        linked(ROOT / part, site / "scg_envs" / part)
    for name, text in FILES.items():
        path = site / "scg_envs" / name
        linked(ROOT / name.rpartition("/")[0], path.parent)
        path.write_text(text, encoding="utf-8")
    return site


def linked(source, folder):
    """A folder whose entries are links to another's."""
    if folder.is_symlink():
        folder.unlink()
    folder.mkdir()
    for entry in source.iterdir():
        if entry.name != "__pycache__":
            (folder / entry.name).symlink_to(entry)


def run(site, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(site), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=site,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_each_addition_is_one_file():
    """What is added is where the page says, and nothing that is there is changed."""
    assert len(FILES) == 2
    for name in FILES:
        assert not (ROOT / name).exists()
        assert (ROOT / name).parent.is_dir()


def test_what_is_added_is_found_and_used(extended):
    (command,) = (text.split() for kind, _, text in BLOCKS if kind == "console")
    assert command[0] == "scg"
    done = run(extended, "-m", "scg_envs.train", *command[1:], "--json")
    assert done.returncode == 0, done.stderr
    assert '"responder": "a2c"' in done.stdout
    assert '"meta": "halving"' in done.stdout
    found = run(extended, "-c", "import scg_envs; print(scg_envs.__file__)").stdout
    assert found.startswith(str(extended))


def test_the_blocks_run(extended):
    for kind, name, text in BLOCKS:
        if kind == "python" and not name:
            done = run(extended, "-c", text)
            assert done.returncode == 0, done.stderr
            assert done.stdout


def test_every_place_that_is_named_is_there():
    for place in re.findall(r"`((?:scg_envs|agents|train|tests)/[\w/.]+)`", PAGE):
        assert (ROOT / place).exists(), place
    for table in re.findall(r" ((?:scg_envs|agents|train)/[\w/]+\.py)", PAGE):
        assert table in FILES or (ROOT / table).exists(), table
