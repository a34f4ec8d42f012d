"""Whatever a search reports of random boards, by followers that learn too little, is so."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.commands.search import result_text
from scg_envs.train.search import search


@pytest.fixture(scope="module")
def headlines():
    sys.path.insert(0, str(Path(__file__).parents[2]))
    yield import_module("benchmarks.headlines")
    sys.path.pop(0)


@pytest.mark.parametrize("number", [0, 2, 3, 7])
def test_a_search_of_a_random_board_does_not_mislead(headlines, number):
    found = headlines.examine({"number": number})
    assert not any(headlines.failures([found]).values()), found


def test_a_search_that_misleads_is_counted(headlines):
    found = headlines.examine({"number": 7})
    found["off"]["certified"] = 0.03
    assert headlines.failures([found])["certified"] == [7]
    found["off"]["headline"] = float("nan")
    assert headlines.failures([found])["headline"] == [7]


def test_where_nothing_is_worth_having_that_is_said():
    """The control: whatever is learned, the best of its posts changes next to nothing."""
    found = search("barrier", layout="open", responder="ppo", steps=16_000, evaluations=64, batch=8)
    assert found.causal_effect is None
    assert found.worth_having is False
    assert not found.certified
    assert (
        "no effect worth having: less than 0.02; no pre-policy has more than +0.0"
        in result_text(found)
    )
    assert search("barrier").worth_having


def test_what_several_commit_to_is_printed_as_it_is_typed():
    result = search("barrier", committed="red,yellow", seed=0)
    (line,) = (one for one in result_text(result).splitlines() if "enumeration" in one)
    typed = re.search(r" at (red=\(\d,\d\); yellow=\(\d,\d\))", line)
    space = BarrierProblem(committed="red,yellow").pre_policies
    best = next(row for name, row in result.baselines.items() if name == "enumeration")
    assert typed is not None
    assert space.label(space.parse(typed[1])) == best["pre_policy_point"]
