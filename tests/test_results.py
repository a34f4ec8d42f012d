"""Cards of games and published results are what the project makes of them now."""

import json
import runpy
from pathlib import Path

import pytest
import yaml

from scg_envs import __version__
from scg_envs.core.registry import GAMES, find_game

ROOT = Path(__file__).parents[1]
CARDS = ROOT / "docs" / "cards"
FOLDERS = sorted(path for path in (ROOT / "results").iterdir() if path.is_dir())


def tool(name):
    return runpy.run_path(str(ROOT / "tools" / f"{name}.py"))


def test_every_game_has_a_card():
    assert {path.stem for path in CARDS.glob("*.md")} == {game.name for game in GAMES}


@pytest.mark.parametrize("name", ["household", "banana", "climbing"])
def test_a_card_is_what_the_game_says_now(name):
    """All of them are checked by `make lint`."""
    assert (CARDS / f"{name}.md").read_text() == tool("update_cards")["card"](find_game(name))


def test_the_metadata_is_of_the_results():
    assert FOLDERS
    assert tool("update_results")["wrong"]() == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_croissant_names_every_file_and_column(folder):
    kept = json.loads((folder / "croissant.json").read_text())
    assert kept["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    files = {one["@id"] for one in kept["distribution"]}
    assert files == {path.name for path in folder.iterdir()} - {"croissant.json"}
    for records in kept["recordSet"]:
        header = (folder / f"{records['@id']}.csv").read_text().partition("\n")[0]
        assert [field["name"] for field in records["field"]] == header.split(",")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_results_are_of_their_suite_as_it_is(folder):
    from scg_envs.train.benchmark import read_suite

    said = yaml.safe_load((folder / "benchmark.yaml").read_text())
    suite = read_suite(said["suite"])
    assert said["suite_digest"] == suite.digest
    assert suite.digest[:12] in (folder / "table.md").read_text().partition("\n")[0]


def test_the_citation_is_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == __version__
    assert cited["license"] == "MIT"
