"""Searches in worker processes: from JSON alone, and to the last bit what they are here."""

import json

import pytest

from scg_envs.core.backends import Serial, make_backend
from scg_envs.core.checkpoint import digest
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.registry import GAMES
from scg_envs.core.scenario import make_scenario
from scg_envs.train.baseline import train_baseline
from scg_envs.train.config import SearchConfig
from scg_envs.train.search import resume, search, search_all
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.run import conclude

FEW = {"evaluations": 8, "batch": 4, "seed": 3}
FRESH = {**FEW, "responder": "fresh-ppo", "steps": 512}


@pytest.fixture(scope="module")
def workers():
    with make_backend("processes", workers=1) as backend:
        yield backend


@pytest.fixture(scope="module", params=["processes", "ray"])
def anywhere(request):
    """A backend with two workers, in which jobs end in whatever order."""
    if request.param == "ray":
        pytest.importorskip("ray", reason="Ray is not installed: pip install 'scg-envs[ray]'")
    with make_backend(request.param, workers=2) as backend:
        yield backend


def text_of(result):
    return json.dumps(result.to_json() | {"wall_seconds": None})


def by_exact_answers():
    for game in GAMES:
        solvable = make_scenario(game.name).problem().solver.solvable
        yield SearchConfig(game.name, responder="exact" if solvable else "q-learning", **FEW)


def test_a_whole_search_of_every_game_is_the_same_in_a_worker(workers):
    configs = list(by_exact_answers())
    learned = {**FEW, "responder": "ppo", "steps": 600}
    configs += [SearchConfig(name, **learned) for name in ("barrier", "household", "ultimatum")]
    here, there = (
        list(map(text_of, search_all(configs, backend))) for backend in (Serial(), workers)
    )
    assert here == there
    assert len(set(here)) == len(here) == len(GAMES) + 3


def test_several_seeds_are_several_searches(workers):
    configs = [SearchConfig("stag_hunt", **FEW | {"seed": seed}) for seed in range(3)]
    found = search_all(configs, workers)
    assert [one.seed for one in found] == [0, 1, 2]
    alone = search("stag_hunt", **FEW | {"seed": 1})
    assert text_of(found[1]) == text_of(alone)


def test_models_of_each_pre_policy_train_elsewhere_to_the_same(anywhere):
    few = {"evaluations": 2, "batch": 2, "options": {"pre_policy": "mixed"}}
    config = SearchConfig("stag_hunt", **FRESH | few)
    logs, states, texts = [], [], []
    for backend in (None, anywhere):
        state, log = Search(config, backend=backend), []
        state.responder.listen = lambda *scalar, log=log: log.append(scalar)
        state.run()
        logs.append([scalar for scalar in log if "time" not in scalar[0]])
        states.append(state.state_dict() | {"seconds": 0})
        texts.append(text_of(conclude(state)))
    assert texts[0] == texts[1]
    assert logs[0] == logs[1]
    assert len({name for name, _, _ in logs[0]}) > 5  # losses and the like
    for one in states:
        for row in one["history"]:
            row["seconds"] = 0
    assert digest(states[0]) == digest(states[1])  # the networks and all that they answered


def test_a_search_cut_short_goes_on_in_a_worker(workers, tmp_path):
    class Breaks:
        def on_start(self, search): ...

        def on_round(self, search, row):
            if row["iteration"] == 1:
                raise KeyError

        def on_end(self, search): ...

    whole = search("stag_hunt", **FRESH)
    with pytest.raises(KeyError):
        search("stag_hunt", out=tmp_path, callbacks=[Breaks()], **FRESH)
    assert text_of(resume(tmp_path, backend=workers)) == text_of(whole)


def test_learners_of_each_seed_train_elsewhere_to_the_same(workers, tmp_path):
    few = {"seeds": [4, 5], "steps": 2048, "episodes": 20}
    scenario = make_scenario("household")
    here = train_baseline(scenario, **few)
    there = train_baseline(scenario, backend=workers, folder=tmp_path, **few)
    kept = {**here.to_json(), "wall_seconds": 0}
    assert kept == {**there.to_json(), "wall_seconds": 0}
    assert (tmp_path / "seed5" / "seed.json").exists()
    again = train_baseline(scenario, backend=workers, folder=tmp_path, **few)
    assert again == there  # nothing is trained twice


def test_what_no_worker_can_do_is_refused(workers):
    with pytest.raises(InvalidArgument, match="take a responder that trains a model for each"):
        search("barrier", backend=workers, **FEW)
    with pytest.raises(InvalidArgument, match="your own policies"):
        search_all([SearchConfig("barrier", responder="own-policy", **FEW)], workers)
