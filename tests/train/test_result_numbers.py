"""Results hold Python's own numbers, whoever has computed them."""

import json
from dataclasses import fields

import numpy as np
import pytest

from scg_envs.causal.effect import Effect
from scg_envs.core.json_types import OwnNumbers
from scg_envs.train.baseline.reached import Baseline, Reached
from scg_envs.train.preference.check import Check
from scg_envs.train.search import SearchResult, search
from scg_envs.train.study.report import Mean
from scg_envs.train.verbal.comparison import Row

GAME = "tests.external.games:Shift"
SHIFT = {"game": GAME, "committed": "boss", "desirable": "tests.external.games:all_right"}
CHICKEN = (
    'values:{"swerve,swerve": 1, "swerve,straight": 0.5, '
    '"straight,swerve": 0.25, "straight,straight": 0}'
)


def _any_legal(seen):
    return (seen[:, 0].astype(int) + 1) % 3  # what was drawn comes first


KINDS = {
    "exact": {"game": "barrier"},
    "a continuum": {"game": "prisoners_dilemma", "rounds": 3, "pre_policy": "mixed"},
    "values": {"game": "chicken", "desirable": CHICKEN},
    "fitted": {"game": "prisoners_dilemma", "rounds": 3, "clock": True, "responder": "akata-gpt-4"},
    "drawn": {"game": "rps_judge", "responder": "iterated"},
    "played": {**SHIFT, "trials": 20, "responder": _any_legal},
}


@pytest.fixture(autouse=True)
def _importable(monkeypatch, request):
    monkeypatch.syspath_prepend(request.config.rootpath)


def foreign(value, at=""):
    """Where a value holds what `json` would not write."""
    if isinstance(value, dict):
        return [one for name, part in value.items() for one in foreign(part, f"{at}.{name}")]
    if isinstance(value, (list, tuple)):
        return [one for k, part in enumerate(value) for one in foreign(part, f"{at}[{k}]")]
    own = value is None or type(value) in (bool, int, float, str)
    return [] if own else [f"{at}: {type(value).__name__}"]


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind_of_search(kind):
    found = search(evaluations=8, **KINDS[kind])
    assert foreign(vars(found)) == []
    again = SearchResult(**json.loads(json.dumps(found.to_json(), allow_nan=False)))
    assert json.dumps(again.to_json()) == json.dumps(found.to_json())


@pytest.mark.parametrize("kind", [Check, Effect, Mean, Reached, Baseline, Row, SearchResult])
def test_whoever_makes_one(kind):
    numbers = {"p": np.float64(0.5), "few": (np.int64(1), np.True_), "all": [np.arange(2)]}
    made = kind(**dict.fromkeys((one.name for one in fields(kind)), numbers))
    assert isinstance(made, OwnNumbers)
    assert foreign(vars(made)) == []
    assert vars(made)[fields(kind)[0].name] == {"p": 0.5, "few": (1, True), "all": [[0, 1]]}
