"""docs/architecture.md: its files are added to a copy of the package, and everything on it runs."""

import re

import pytest

from .extended import ROOT, extended_package, run

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE, re.M | re.S)
FILES = {name: text for _, name, text in BLOCKS if name}


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    return extended_package(tmp_path_factory.mktemp("site"), FILES)


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
    assert '"responder": "cautious"' in done.stdout
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
