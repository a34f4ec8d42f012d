"""Without exact answers an effect is an interval of differences between the same episodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.copies import Copy
from scg_envs.core.scenario import Scenario
from scg_envs.train.baseline import train_baseline, write_baseline
from scg_envs.train.commands.search import result_text
from scg_envs.train.report import rebuild
from scg_envs.train.search import search
from scg_envs.train.search.paired import interval

GAMES = "tests.external.games"
NAMED = {"game": f"{GAMES}:Shift", "committed": "boss", "desirable": f"{GAMES}:all_right"}


@pytest.fixture(autouse=True)
def _importable(monkeypatch, request):
    monkeypatch.syspath_prepend(request.config.rootpath)


def test_the_same_seed_draws_the_same_with_and_without_intervention():
    problem = Scenario.of(**NAMED).problem()
    bare, committed = Copy(problem.bare_copy), problem._copies[0]
    begins = set()
    for seed in range(20):
        bare.begin(seed)
        committed.begin(seed, problem.pre_policies.point(6))
        for _ in range(3):
            drawn = bare.seen["clerk"]["drawn"], committed.seen["clerk"]["drawn"]
            assert drawn[0] == drawn[1]
            begins.add((seed, int(drawn[0])))
            legal = (int(drawn[0]) + 1) % 3
            bare.play({"boss": 6, "clerk": legal})
            committed.play({"clerk": legal})
        assert bare.attained == committed.attained
    assert len({drawn for _, drawn in begins}) == 3


@settings(max_examples=50)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50))
def test_the_interval_holds_the_mean_and_lies_within_what_can_be(changes):
    low, high = interval(np.array(changes))
    assert -1 <= low <= np.mean(changes) + 1e-9
    assert np.mean(changes) - 1e-9 <= high <= 1


def test_a_search_beside_independent_learners_states_an_effect(tmp_path):
    scenario = Scenario.of(**NAMED, trials=60)
    learners = train_baseline(scenario, seeds=(0, 1), steps=512, episodes=20, folder=tmp_path / "b")
    write_baseline(tmp_path / "b", learners)
    run = {"responder": "ppo", "evaluations": 8, "batch": 4, "steps": 2048, "trials": 60}
    run["hyperparameters"] = {"num_envs": 16, "rollout": 256, "batch_size": 256}
    found = search(**NAMED, **run, baseline=str(tmp_path / "b"), out=tmp_path / "run")
    low, high = found.causal_effect_interval
    assert found.causal_effect is found.causal_effect_exact is None
    assert low <= found.p_after <= high + 1  # P before is somewhere in [0, 1]
    assert found.worth_having is (True if low >= 0.02 else False if high < 0.02 else None)
    assert f"{low:+.4f} to {high:+.4f} (95 % interval, the same episodes" in result_text(found)
    assert rebuild(tmp_path / "run", trust=True).to_json() == found.to_json()
    without = search(**NAMED, **run | {"steps": 512})
    assert without.causal_effect_interval is without.worth_having is None
    assert "causal effect    unknown" in result_text(without)
